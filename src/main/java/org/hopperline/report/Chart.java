package org.hopperline.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;

/**
 * What a chart shows: lines, points and bars over two axes. It knows nothing of pixels until it is drawn.
 *
 * <pre>{@code
 * Chart.builder("Predicted against measured")
 *         .x(Axis.log("measured", "s")).y(Axis.log("predicted", "s"))
 *         .line("equal", new double[] {1e-6, 1}, new double[] {1e-6, 1})
 *         .points("kernels", measured, predicted)
 *         .build()
 *         .writeSvg(path);
 * }</pre>
 *
 * @param title above the chart
 * @param x horizontal axis
 * @param y vertical axis
 * @param lines drawn below the points, each with its name along it
 * @param points groups of marks, each of one colour
 * @param bars rectangles, such as those of a timeline or a tornado chart
 */
public record Chart(String title, Axis x, Axis y, List<Line> lines, List<Points> points, List<Bar> bars) {

    /** Width in pixels without another wish. */
    public static final int WIDTH = 960;

    /** Height in pixels without another wish. */
    public static final int HEIGHT = 640;

    /** @throws IllegalArgumentException if nothing is drawn, or a value does not suit a logarithmic axis */
    public Chart {
        Check.notNull(title, "title");
        Check.notNull(x, "x axis");
        Check.notNull(y, "y axis");
        lines = List.copyOf(Check.notNull(lines, "lines"));
        points = List.copyOf(Check.notNull(points, "points"));
        bars = List.copyOf(Check.notNull(bars, "bars"));
        if (lines.isEmpty() && points.isEmpty() && bars.isEmpty()) {
            throw new IllegalArgumentException(
                    "chart \"" + title + "\" has nothing to draw; add a line, points or bars");
        }
        for (Line line : lines) {
            refuse("line \"" + line.name() + "\"", line.x(), x);
            refuse("line \"" + line.name() + "\"", line.y(), y);
        }
        for (Points group : points) {
            refuse("points \"" + group.name() + "\"", group.x(), x);
            refuse("points \"" + group.name() + "\"", group.y(), y);
        }
        for (Bar bar : bars) {
            refuse("bar \"" + bar.label() + "\"", new double[] {bar.left(), bar.right()}, x);
            refuse("bar \"" + bar.label() + "\"", new double[] {bar.bottom(), bar.top()}, y);
        }
    }

    private static void refuse(String what, double[] values, Axis axis) {
        for (int i = 0; i < values.length; i++) {
            if (!axis.shows(values[i])) {
                throw new IllegalArgumentException(what + ", value " + i + ": " + values[i] + " " + axis.unit()
                        + " cannot stand on the axis \"" + axis.title() + "\"; give finite numbers"
                        + (axis.logarithmic() ? " above 0, or a linear axis" : ""));
            }
        }
    }

    /** How a line is drawn. */
    public enum Stroke {
        /** Unbroken. */
        SOLID,
        /** Broken: what is said and not measured. */
        DASHED
    }

    /**
     * A line through points.
     *
     * @param name written along the line; empty for none
     * @param x abscissae
     * @param y ordinates, as many
     * @param stroke how it is drawn
     */
    public record Line(String name, double[] x, double[] y, Stroke stroke) {

        /** @throws IllegalArgumentException if the lengths differ or are below 2 */
        public Line {
            Check.notNull(name, "name of a line");
            x = x.clone();
            y = y.clone();
            Check.notNull(stroke, "stroke");
            if (x.length != y.length || x.length < 2) {
                throw new IllegalArgumentException("line \"" + name + "\" has " + x.length + " abscissae and "
                        + y.length + " ordinates; give as many of each, at least 2");
            }
        }

        @Override
        public double[] x() {
            return x.clone();
        }

        @Override
        public double[] y() {
            return y.clone();
        }
    }

    /**
     * Marks of one colour.
     *
     * @param name in the legend
     * @param x abscissae
     * @param y ordinates, as many
     * @param labels written beside the marks, as many, or none
     */
    public record Points(String name, double[] x, double[] y, List<String> labels) {

        /** @throws IllegalArgumentException if the lengths differ */
        public Points {
            Check.notNull(name, "name of points");
            x = x.clone();
            y = y.clone();
            labels = List.copyOf(Check.notNull(labels, "labels"));
            if (x.length != y.length || !labels.isEmpty() && labels.size() != x.length) {
                throw new IllegalArgumentException("points \"" + name + "\" have " + x.length + " abscissae, "
                        + y.length + " ordinates and " + labels.size() + " labels; give as many of each, or no labels");
            }
        }

        @Override
        public double[] x() {
            return x.clone();
        }

        @Override
        public double[] y() {
            return y.clone();
        }
    }

    /**
     * A rectangle.
     *
     * @param label written inside if there is room
     * @param series in the legend: bars of one series have one colour; empty for none
     * @param left end on the x axis
     * @param right end on the x axis
     * @param bottom end on the y axis
     * @param top end on the y axis
     * @param tint share of white in the colour of its series, 0 for none and below 1
     */
    public record Bar(String label, String series, double left, double right, double bottom, double top, double tint) {

        /** @throws IllegalArgumentException if a text is null or the tint is no share */
        public Bar {
            Check.notNull(label, "label of a bar");
            Check.notNull(series, "series of a bar");
            Check.within(tint, 0, 0.9, "share of white in the colour of a bar", "1");
        }

        /** A bar across a row of a category axis. */
        public static Bar row(String label, String series, double left, double right, int category) {
            return new Bar(label, series, left, right, category - 0.4, category + 0.4, 0);
        }

        /** The same with so much white in its colour. */
        public Bar withTint(double share) {
            return new Bar(label, series, left, right, bottom, top, share);
        }
    }

    /** A chart to be filled. */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    /** Collects what a chart shows. */
    public static final class Builder {

        private final String title;
        private Axis x = Axis.linear("", "");
        private Axis y = Axis.linear("", "");
        private final List<Line> lines = new ArrayList<>();
        private final List<Points> points = new ArrayList<>();
        private final List<Bar> bars = new ArrayList<>();

        private Builder(String title) {
            this.title = title;
        }

        /** The horizontal axis. */
        public Builder x(Axis axis) {
            this.x = axis;
            return this;
        }

        /** The vertical axis. */
        public Builder y(Axis axis) {
            this.y = axis;
            return this;
        }

        /** An unbroken line. */
        public Builder line(String name, double[] xs, double[] ys) {
            return line(name, xs, ys, Stroke.SOLID);
        }

        /** A line. */
        public Builder line(String name, double[] xs, double[] ys, Stroke stroke) {
            lines.add(new Line(name, xs, ys, stroke));
            return this;
        }

        /** Marks without labels. */
        public Builder points(String name, double[] xs, double[] ys) {
            return points(name, xs, ys, List.of());
        }

        /** Marks with labels. */
        public Builder points(String name, double[] xs, double[] ys, List<String> labels) {
            points.add(new Points(name, xs, ys, labels));
            return this;
        }

        /** A rectangle. */
        public Builder bar(Bar bar) {
            bars.add(bar);
            return this;
        }

        /** The chart. */
        public Chart build() {
            return new Chart(title, x, y, lines, points, bars);
        }
    }

    /** The chart as SVG 1.1, with text as text. */
    public String toSvg() {
        return toSvg(WIDTH, HEIGHT);
    }

    /** The chart as SVG 1.1 of a size in pixels. */
    public String toSvg(int width, int height) {
        SvgCanvas canvas = new SvgCanvas(title, width, height);
        new ChartPainter(this, canvas, size(width), size(height)).paint();
        return canvas.finish();
    }

    /** The chart as an image, twice as many pixels each way as its size says. It needs no display. */
    public BufferedImage toImage(int width, int height) {
        return ImageCanvas.image(this, size(width), size(height), 2);
    }

    /**
     * Writes {@link #toSvg()}.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void writeSvg(Path path) {
        try {
            Files.writeString(Check.notNull(path, "path"), toSvg());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes a PNG of a size that mail and documents take: a roofline with all its ceilings stays below 100 KB. It needs
     * no display; {@link #toImage} is finer.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void writePng(Path path) {
        ImageCanvas.write(ImageCanvas.image(this, WIDTH, HEIGHT, 1), Check.notNull(path, "path"));
    }

    /**
     * Opens a window with the chart, drawn anew at each size; closing it ends nothing else.
     *
     * @throws IllegalStateException if there is no display
     */
    public void show() {
        ChartWindow.open(this);
    }

    private static int size(int pixels) {
        if (pixels < 200 || pixels > 10_000) {
            throw new IllegalArgumentException(
                    "a side of " + pixels + " pixels; give 200 to 10000, such as " + WIDTH + " by " + HEIGHT);
        }
        return pixels;
    }
}
