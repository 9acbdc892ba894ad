package org.hopperline.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Paints on a {@link Graphics2D}: an image, which needs no display, or a window. */
final class ImageCanvas implements Canvas {

    /** Most colours of a PNG with one byte a pixel. */
    private static final int COLOURS = 256;

    private final Graphics2D graphics;
    private @Nullable Shape whole;

    ImageCanvas(Graphics2D graphics) {
        this.graphics = graphics;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    /** The chart as an image of {@code scale} pixels to a unit of length. */
    static BufferedImage image(Chart chart, int width, int height, int scale) {
        BufferedImage image = new BufferedImage(width * scale, height * scale, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, width * scale, height * scale);
            graphics.scale(scale, scale);
            new ChartPainter(chart, new ImageCanvas(graphics), width, height).paint();
        } finally {
            graphics.dispose();
        }
        return image;
    }

    /** Writes an image as PNG of at most 256 colours, half the size of one that keeps each shade of its smoothed edges. */
    static void write(BufferedImage image, Path path) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (!ImageIO.write(indexed(image), "png", bytes)) {
                throw new IOException("this JDK writes no PNG");
            }
            Files.write(path, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    /** The same image in its most frequent colours, each other pixel in the nearest of them. */
    private static BufferedImage indexed(BufferedImage image) {
        int width = image.getWidth();
        int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int pixel : pixels) {
            counts.merge(pixel, 1, Integer::sum);
        }
        int[] palette = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(COLOURS)
                .mapToInt(Map.Entry::getKey)
                .toArray();
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = places.computeIfAbsent(pixels[i], colour -> nearest(colour, palette));
        }
        IndexColorModel colours = new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
        BufferedImage indexed = new BufferedImage(width, image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, colours);
        indexed.getRaster().setSamples(0, 0, width, image.getHeight(), 0, pixels);
        return indexed;
    }

    private static int nearest(int colour, int... palette) {
        int nearest = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < palette.length; i++) {
            int distance = 0;
            for (int shift = 0; shift < 24; shift += 8) {
                int difference = (colour >> shift & 0xFF) - (palette[i] >> shift & 0xFF);
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                nearest = i;
            }
        }
        return nearest;
    }

    @Override
    public void line(double[] x, double[] y, int rgb, double width, boolean dashed) {
        Path2D path = new Path2D.Double();
        path.moveTo(x[0], y[0]);
        for (int i = 1; i < x.length; i++) {
            path.lineTo(x[i], y[i]);
        }
        graphics.setColor(new Color(rgb));
        float[] pattern = dashed ? new float[] {6, 4} : null;
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, pattern, 0));
        graphics.draw(path);
    }

    @Override
    public void box(double x, double y, double width, double height, int rgb, int edge) {
        Shape box = new Rectangle2D.Double(x, y, width, height);
        graphics.setColor(new Color(rgb));
        graphics.fill(box);
        graphics.setColor(new Color(edge));
        graphics.setStroke(new BasicStroke(1));
        graphics.draw(box);
    }

    @Override
    public void dots(double[] x, double[] y, int rgb, double diameter) {
        graphics.setColor(new Color(rgb));
        for (int i = 0; i < x.length; i++) {
            graphics.fill(new Ellipse2D.Double(x[i] - diameter / 2, y[i] - diameter / 2, diameter, diameter));
        }
    }

    @Override
    public void text(String text, double x, double y, double size, Anchor anchor, double degrees, int rgb) {
        AffineTransform before = graphics.getTransform();
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) size));
        double length =
                graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
        double shift = switch (anchor) {
            case START -> 0;
            case MIDDLE -> -length / 2;
            case END -> -length;
        };
        graphics.translate(x, y);
        graphics.rotate(Math.toRadians(degrees));
        graphics.translate(shift, 0);
        if (rgb != 0xFFFFFF) {
            Shape outline = graphics.getFont()
                    .createGlyphVector(graphics.getFontRenderContext(), text)
                    .getOutline();
            graphics.setColor(Color.WHITE);
            graphics.setStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            graphics.draw(outline);
        }
        graphics.setColor(new Color(rgb));
        graphics.drawString(text, 0, 0);
        graphics.setTransform(before);
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        whole = graphics.getClip();
        graphics.clip(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void unclip() {
        graphics.setClip(whole);
    }
}
