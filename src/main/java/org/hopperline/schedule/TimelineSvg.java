package org.hopperline.schedule;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Draws a timeline as a self-contained SVG: one row a stage, one box a task, coloured by kind, paler for later chunks,
 * the micro-batch written in it where it fits; white is idle time. Boxes narrower than a digit stay without a number.
 */
public final class TimelineSvg {

    private static final int ROW = 26;
    private static final int LEFT = 64;
    private static final int TOP = 34;
    private static final int MARGIN = 12;
    private static final int NARROWEST = 720;
    private static final int WIDEST = 2400;
    private static final double DIGIT = 6.2;

    private TimelineSvg() {}

    /** Draws a timeline. Its width follows the number of tasks in a row, between 720 and 2,400 pixels. */
    public static String draw(Timeline timeline) {
        double perRow = timeline.tasks().size() / (double) timeline.stages();
        double width = Math.max(NARROWEST, Math.min(WIDEST, 22 * perRow));
        double pixelsPerSecond = timeline.seconds() > 0 ? width / timeline.seconds() : 0;
        int bottom = TOP + ROW * timeline.stages();
        StringBuilder svg = new StringBuilder(1 << 14);
        svg.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" width=\"%.0f\" height=\"%d\">\n",
                LEFT + width + MARGIN, bottom + 40, LEFT + width + MARGIN, bottom + 40));
        svg.append(STYLE);
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        legend(svg, timeline);
        for (int i = 0; i < timeline.stages(); i++) {
            row(svg, timeline, i, pixelsPerSecond);
        }
        axis(svg, timeline, width, bottom);
        return svg.append("</svg>\n").toString();
    }

    private static final String STYLE = "<style>"
            + "text{font:11px sans-serif;fill:#222}"
            + "g text{text-anchor:middle}"
            + "rect{stroke:#fff;stroke-width:.6}"
            + ".f{fill:#8ab6e8}.b{fill:#f2b26b}.w{fill:#9fd08f}"
            + ".c1{fill-opacity:.72}.c2{fill-opacity:.5}.c3{fill-opacity:.32}"
            + "path{stroke:#555;fill:none}"
            + "</style>\n";

    private static void legend(StringBuilder svg, Timeline timeline) {
        int x = LEFT;
        for (TaskKind kind : TaskKind.values()) {
            boolean seen = timeline.tasks().stream().anyMatch(task -> task.kind() == kind);
            if (seen) {
                svg.append(format("<rect class=\"%s\" x=\"%d\" y=\"9\" width=\"14\" height=\"14\"/>", letter(kind), x));
                svg.append(format("<text x=\"%d\" y=\"20\">%s</text>\n", x + 20, name(kind, timeline)));
                x += 130;
            }
        }
        int chunks = timeline.tasks().stream().mapToInt(Task::chunk).max().orElse(0) + 1;
        if (chunks > 1) {
            svg.append(format("<text x=\"%d\" y=\"20\">%d chunks a stage, later ones paler</text>\n", x, chunks));
        }
    }

    private static void row(StringBuilder svg, Timeline timeline, int stage, double pixelsPerSecond) {
        int y = TOP + ROW * stage;
        svg.append(format("<text x=\"%d\" y=\"%d\">stage %d</text>\n", MARGIN, y + 17, stage));
        svg.append(format("<g transform=\"translate(%d %d)\">\n", LEFT, y + 2));
        svg.append(timeline.tasks().stream()
                .filter(task -> task.stage() == stage)
                .map(task -> box(task, pixelsPerSecond))
                .collect(Collectors.joining()));
        svg.append("</g>\n");
    }

    private static String box(Task task, double pixelsPerSecond) {
        double x = task.startSeconds() * pixelsPerSecond;
        double wide = (task.endSeconds() - task.startSeconds()) * pixelsPerSecond;
        String shade = task.chunk() == 0 ? "" : " c" + Math.min(3, task.chunk());
        String box = format(
                "<rect class=\"%s%s\" x=\"%.1f\" width=\"%.1f\" height=\"%d\"/>",
                letter(task.kind()), shade, x, wide, ROW - 4);
        String number = Integer.toString(task.microBatch());
        return DIGIT * number.length() > wide
                ? box + "\n"
                : box + format("<text x=\"%.1f\" y=\"15\">%s</text>\n", x + wide / 2, number);
    }

    private static void axis(StringBuilder svg, Timeline timeline, double width, int bottom) {
        svg.append(format("<path d=\"M%d %dh%.0f\"/>\n", LEFT, bottom + 6, width));
        String unit = timeline.seconds() >= 1 ? "s" : timeline.seconds() >= 1e-3 ? "ms" : "us";
        double perSecond = timeline.seconds() >= 1 ? 1 : timeline.seconds() >= 1e-3 ? 1e3 : 1e6;
        double length = timeline.seconds() * perSecond;
        double step = roundStep(length / 8);
        int decimals = step > 0 ? (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) : 0;
        for (int k = 0; step > 0 && k * step <= length * (1 + 1e-9); k++) {
            double x = LEFT + k * step / length * width;
            svg.append(format("<path d=\"M%.1f %dv5\"/>", x, bottom + 6));
            svg.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s %s</text>\n",
                    x, bottom + 24, format("%." + decimals + "f", k * step), unit));
        }
    }

    /** The smallest of 1, 2, 5 times a power of ten that is not below {@code wanted}. */
    private static double roundStep(double wanted) {
        if (!(wanted > 0)) {
            return 0;
        }
        double power = Math.pow(10, Math.floor(Math.log10(wanted)));
        double mantissa = wanted / power;
        return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
    }

    private static String letter(TaskKind kind) {
        return kind.name().substring(0, 1).toLowerCase(Locale.ROOT);
    }

    private static String name(TaskKind kind, Timeline timeline) {
        boolean split = timeline.tasks().stream().anyMatch(task -> task.kind() == TaskKind.WEIGHT_GRADIENT);
        return switch (kind) {
            case FORWARD -> "forward";
            case BACKWARD -> split ? "input gradient" : "backward";
            case WEIGHT_GRADIENT -> "weight gradient";
        };
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
