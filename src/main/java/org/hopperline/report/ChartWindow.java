package org.hopperline.report;

import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import javax.swing.JFrame;
import javax.swing.JPanel;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;

/** A window that draws a chart at the size it has. */
final class ChartWindow {

    private ChartWindow() {}

    static void open(Chart chart) {
        if (GraphicsEnvironment.isHeadless()) {
            throw new IllegalStateException(
                    "there is no display to show \"" + chart.title() + "\" on; write it with writePng or writeSvg");
        }
        SwingUtilities.invokeLater(() -> {
            JFrame frame = new JFrame(chart.title());
            frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
            frame.add(new Panel(chart));
            frame.pack();
            frame.setLocationByPlatform(true);
            frame.setVisible(true);
        });
    }

    private static final class Panel extends JPanel {

        private static final long serialVersionUID = 1;

        private final transient Chart chart;

        Panel(Chart chart) {
            this.chart = chart;
            setPreferredSize(new Dimension(Chart.WIDTH, Chart.HEIGHT));
            setBackground(java.awt.Color.WHITE);
        }

        @Override
        protected void paintComponent(Graphics graphics) {
            super.paintComponent(graphics);
            Graphics2D own = (Graphics2D) graphics.create();
            try {
                new ChartPainter(chart, new ImageCanvas(own), Math.max(200, getWidth()), Math.max(200, getHeight()))
                        .paint();
            } finally {
                own.dispose();
            }
        }
    }
}
