package org.hopperline.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Lays a chart out and draws it: frame and ticks, bars, lines, marks, and last the labels where there is room. */
final class ChartPainter {

    private static final int INK = 0x333333;
    private static final int FAINT = 0xE4E4E4;
    private static final int FAINTER = 0xF2F2F2;

    /** Colours told apart with any colour vision (Okabe and Ito 2008). */
    private static final int[] PALETTE = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x8B6508, 0x5A5A5A
    };

    private static final double TEXT = 12;
    private static final double SMALL = 11;
    private static final double LEAST_WITH_EDGE = 4;

    /** Pixels to the next line from which on a label is plainly of its own. */
    private static final double ROOM_BESIDE_LINE = 40;

    /** Dislike of a label right on another line; the far end of its own is as bad. */
    private static final double CROWDED = 60;

    private final Chart chart;
    private final Canvas canvas;
    private final Axis x;
    private final Axis y;
    private final double left;
    private final double top;
    private final double right;
    private final double bottom;
    private final Map<String, Integer> colours = new LinkedHashMap<>();
    private final List<List<String>> legend;

    ChartPainter(Chart chart, Canvas canvas, int width, int height) {
        this.chart = chart;
        this.canvas = canvas;
        this.x = range(chart.x(), true);
        this.y = range(chart.y(), false);
        chart.points().forEach(group -> colour(group.name()));
        chart.bars().forEach(bar -> colour(bar.series()));
        double widest = y.ticks().stream()
                .mapToDouble(tick -> TextWidth.of(tick.text(), TEXT))
                .max()
                .orElse(0);
        this.left = Math.min(widest, width * 0.4) + (y.caption().isEmpty() ? 20 : 40);
        this.right = width - 22.0;
        this.legend = legend(right - left);
        this.top = 40 + 18.0 * legend.size();
        this.bottom = height - (x.caption().isEmpty() ? 30.0 : 52.0);
    }

    private Axis range(Axis axis, boolean horizontal) {
        DoubleStream lines = chart.lines().stream().flatMapToDouble(l -> DoubleStream.of(horizontal ? l.x() : l.y()));
        DoubleStream points = chart.points().stream().flatMapToDouble(p -> DoubleStream.of(horizontal ? p.x() : p.y()));
        DoubleStream bars = chart.bars().stream()
                .flatMapToDouble(
                        b -> horizontal ? DoubleStream.of(b.left(), b.right()) : DoubleStream.of(b.bottom(), b.top()));
        var all = DoubleStream.concat(lines, DoubleStream.concat(points, bars)).summaryStatistics();
        return axis.around(all.getMin(), all.getMax());
    }

    private int colour(String name) {
        return colours.computeIfAbsent(name, n -> PALETTE[colours.size() % PALETTE.length]);
    }

    private double px(double value) {
        return left + x.share(value) * (right - left);
    }

    private double py(double value) {
        double share = y.share(value);
        return y.categories().isEmpty() ? bottom - share * (bottom - top) : top + share * (bottom - top);
    }

    private double[] pixels(double[] values, boolean horizontal) {
        return DoubleStream.of(values).map(horizontal ? this::px : this::py).toArray();
    }

    void paint() {
        canvas.text(chart.title(), left, 24, 16, Canvas.Anchor.START, 0, 0x111111);
        paintLegend();
        paintGrid();
        canvas.clip(left, top, right - left, bottom - top);
        chart.bars().forEach(this::paintBar);
        // A cloud of dots lies below the lines, a few marks above them.
        chart.points().stream().filter(ChartPainter::isCloud).forEach(this::paintPoints);
        chart.lines().forEach(this::paintLine);
        chart.points().stream().filter(group -> !isCloud(group)).forEach(this::paintPoints);
        canvas.unclip();
        paintLabels();
    }

    private List<List<String>> legend(double width) {
        List<List<String>> rows = new ArrayList<>();
        List<String> names = colours.keySet().stream().filter(n -> !n.isEmpty()).toList();
        double used = Double.POSITIVE_INFINITY;
        for (String name : names) {
            double wide = 30 + TextWidth.of(name, TEXT);
            if (used + wide > width) {
                rows.add(new ArrayList<>());
                used = 0;
            }
            rows.get(rows.size() - 1).add(name);
            used += wide;
        }
        return rows;
    }

    private void paintLegend() {
        for (int row = 0; row < legend.size(); row++) {
            double at = left;
            double base = 44 + 18 * row;
            for (String name : legend.get(row)) {
                canvas.dots(new double[] {at + 5}, new double[] {base - 4}, colour(name), 9);
                canvas.text(name, at + 14, base, TEXT, Canvas.Anchor.START, 0, INK);
                at += 30 + TextWidth.of(name, TEXT);
            }
        }
    }

    private void paintGrid() {
        for (Axis.Tick tick : x.ticks()) {
            double at = px(tick.value());
            segment(at, top, at, bottom, tick.major() ? FAINT : FAINTER, 1);
            canvas.text(tick.text(), at, bottom + 17, TEXT, Canvas.Anchor.MIDDLE, 0, INK);
        }
        for (Axis.Tick tick : y.ticks()) {
            double at = py(tick.value());
            segment(left, at, right, at, tick.major() ? FAINT : FAINTER, 1);
            String text = TextWidth.fit(tick.text(), TEXT, left - 14);
            canvas.text(text, left - 7, at + 4, TEXT, Canvas.Anchor.END, 0, INK);
        }
        segment(left, bottom, right, bottom, INK, 1);
        segment(left, top, left, bottom, INK, 1);
        canvas.text(x.caption(), (left + right) / 2, bottom + 40, 13, Canvas.Anchor.MIDDLE, 0, INK);
        canvas.text(y.caption(), 18, (top + bottom) / 2, 13, Canvas.Anchor.MIDDLE, -90, INK);
    }

    private void segment(double x0, double y0, double x1, double y1, int rgb, double width) {
        canvas.line(new double[] {x0, x1}, new double[] {y0, y1}, rgb, width, false);
    }

    private void paintBar(Chart.Bar bar) {
        double from = Math.min(px(bar.left()), px(bar.right()));
        double wide = Math.abs(px(bar.right()) - px(bar.left()));
        double high = Math.abs(py(bar.top()) - py(bar.bottom()));
        double upper = Math.min(py(bar.top()), py(bar.bottom()));
        int fill = tinted(colour(bar.series()), bar.tint());
        // An edge of white would take the colour of a narrow bar.
        canvas.box(from, upper, wide, high, fill, wide < LEAST_WITH_EDGE ? fill : 0xFFFFFF);
        String text = high < SMALL + 2 ? "" : TextWidth.fit(bar.label(), SMALL, wide - 4);
        if (!text.isEmpty()) {
            int ink = bar.tint() > 0.4 ? INK : 0xFFFFFF;
            canvas.text(text, from + wide / 2, upper + high / 2 + 4, SMALL, Canvas.Anchor.MIDDLE, 0, ink);
        }
    }

    /** A colour with so much white in it. */
    private static int tinted(int rgb, double white) {
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int part = rgb >> shift & 0xFF;
            mixed |= (int) Math.round(part + white * (0xFF - part)) << shift;
        }
        return mixed;
    }

    private void paintLine(Chart.Line line) {
        canvas.line(
                pixels(line.x(), true),
                pixels(line.y(), false),
                lineColour(line),
                1.6,
                line.stroke() == Chart.Stroke.DASHED);
    }

    private static boolean isCloud(Chart.Points group) {
        return group.labels().isEmpty() && group.x().length > 100;
    }

    private void paintPoints(Chart.Points group) {
        canvas.dots(pixels(group.x(), true), pixels(group.y(), false), colour(group.name()), isCloud(group) ? 3 : 7);
    }

    /** A line that belongs to a group of points has its colour. */
    private int lineColour(Chart.Line line) {
        return colours.getOrDefault(line.name(), 0x444444);
    }

    private void paintLabels() {
        LabelPlacer placer = new LabelPlacer(left + 2, top + 1, right - 2, bottom - 2);
        List<List<double[]>> paths = new ArrayList<>();
        for (Chart.Line line : chart.lines()) {
            List<double[]> path = visible(line);
            paths.add(path);
            path.forEach(p -> placer.take(p[0], p[1], 4, 0.3));
        }
        for (Chart.Points group : chart.points()) {
            double[] xs = pixels(group.x(), true);
            double[] ys = pixels(group.y(), false);
            for (int i = 0; i < xs.length; i++) {
                placer.take(xs[i], ys[i], 8, isCloud(group) ? 0.2 : 3);
            }
        }
        for (int i = 0; i < paths.size(); i++) {
            Chart.Line line = chart.lines().get(i);
            if (!line.name().isEmpty()
                    && !colours.containsKey(line.name())
                    && paths.get(i).size() > 2) {
                labelLine(placer, line.name(), paths, i);
            }
        }
        for (Chart.Points group : chart.points()) {
            double[] xs = pixels(group.x(), true);
            double[] ys = pixels(group.y(), false);
            for (int i = 0; i < group.labels().size(); i++) {
                labelPoint(placer, group.labels().get(i), xs[i], ys[i]);
            }
        }
    }

    /** Points of a line every four pixels, with its direction in degrees, as far as they are in the frame. */
    private List<double[]> visible(Chart.Line line) {
        List<double[]> path = new ArrayList<>();
        double[] xs = pixels(line.x(), true);
        double[] ys = pixels(line.y(), false);
        for (int i = 1; i < xs.length; i++) {
            double x0 = xs[i - 1];
            double y0 = ys[i - 1];
            double dx = xs[i] - x0;
            double dy = ys[i] - y0;
            double length = Math.hypot(dx, dy);
            double degrees = Math.toDegrees(Math.atan2(dy, dx));
            int steps = (int) Math.min(10_000, Math.ceil(length / 4));
            for (int s = 0; s <= steps; s++) {
                double px = x0 + dx * s / Math.max(1, steps);
                double py = y0 + dy * s / Math.max(1, steps);
                if (px >= left && px <= right && py >= top && py <= bottom) {
                    path.add(new double[] {px, py, degrees});
                }
            }
        }
        return path;
    }

    private void labelLine(LabelPlacer placer, String name, List<List<double[]>> paths, int line) {
        List<double[]> path = paths.get(line);
        double width = TextWidth.of(name, SMALL);
        List<LabelPlacer.Place> places = new ArrayList<>();
        for (int i = 0; i < path.size(); i += 2) {
            double[] p = path.get(i);
            double degrees = Math.abs(p[2]) > 90 ? p[2] - Math.copySign(180, p[2]) : p[2];
            double cos = Math.cos(Math.toRadians(degrees));
            double sin = Math.sin(Math.toRadians(degrees));
            // The end of a flat line is its right, that of a slanted one its left.
            double share = (double) i / path.size();
            double far = Math.abs(degrees) < 3 ? 1 - share : share;
            double crowd = CROWDED * Math.max(0, 1 - toOthers(p, paths, line) / ROOM_BESIDE_LINE);
            for (double offset : new double[] {-4, 4 + 0.75 * SMALL}) {
                double px = p[0] - (Math.abs(degrees) < 3 ? width : 0) - offset * sin;
                double py = p[1] + offset * cos;
                places.add(new LabelPlacer.Place(px, py, degrees, 60 * far + crowd + (offset > 0 ? 12 : 0)));
            }
        }
        LabelPlacer.Place place = placer.place(name, SMALL, places);
        canvas.text(name, place.x(), place.y(), SMALL, Canvas.Anchor.START, place.degrees(), INK);
    }

    /** Pixels from a point of a line to the nearest other line. */
    private static double toOthers(double[] p, List<List<double[]>> paths, int line) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < paths.size(); i++) {
            if (i != line) {
                for (double[] other : paths.get(i)) {
                    least = Math.min(least, Math.hypot(other[0] - p[0], other[1] - p[1]));
                }
            }
        }
        return least;
    }

    private void labelPoint(LabelPlacer placer, String label, double px, double py) {
        double width = TextWidth.of(label, SMALL);
        List<LabelPlacer.Place> places = new ArrayList<>();
        for (double distance : new double[] {7, 16, 28, 44, 64, 90, 120}) {
            for (int direction = 0; direction < 16; direction++) {
                double angle = direction * Math.PI / 8;
                double cx = px + distance * Math.cos(angle);
                double cy = py - distance * Math.sin(angle);
                // The text hangs on the circle by the side that faces the mark.
                double start = cx - width * (1 - Math.cos(angle)) / 2;
                double base = cy + 0.35 * SMALL - 0.45 * SMALL * Math.sin(angle);
                places.add(new LabelPlacer.Place(start, base, 0, 1.5 * distance + (direction == 0 ? 0 : 2)));
            }
        }
        LabelPlacer.Place place = placer.place(label, SMALL, places);
        double nearX = Math.max(place.x(), Math.min(px, place.x() + width));
        double nearY = Math.max(place.y() - 0.7 * SMALL, Math.min(py, place.y()));
        if (Math.hypot(nearX - px, nearY - py) > 12) {
            segment(px, py, nearX, nearY, 0x999999, 0.7);
            for (double share = 0.2; share < 1; share += 0.1) {
                placer.take(px + share * (nearX - px), py + share * (nearY - py), 5, 1);
            }
        }
        canvas.text(label, place.x(), place.y(), SMALL, Canvas.Anchor.START, 0, INK);
    }
}
