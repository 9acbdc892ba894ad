package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hopperline.core.Check;

/**
 * One axis of a chart.
 *
 * @param title what it shows
 * @param unit unit of the numbers, empty if there is none
 * @param logarithmic true for decades, false for equal steps
 * @param minimum left or lower end, or NaN to take it from what is drawn
 * @param maximum right or upper end, or NaN
 * @param categories names at 0, 1, 2 and so on, from the top down on a vertical axis, instead of numbers; empty for
 *     numbers
 */
public record Axis(
        String title, String unit, boolean logarithmic, double minimum, double maximum, List<String> categories) {

    /** Units before which a prefix is at home. */
    private static final Set<String> PREFIXED =
            Set.of("s", "FLOP", "FLOP/s", "byte", "byte/s", "B", "B/s", "W", "Wh", "J", "Hz");

    /** @throws IllegalArgumentException if the ends cross, or an end of a logarithmic axis is not above zero */
    public Axis {
        Check.notNull(title, "title of an axis");
        Check.notNull(unit, "unit of an axis");
        categories = List.copyOf(Check.notNull(categories, "categories"));
        if (minimum >= maximum) {
            throw new IllegalArgumentException(
                    "axis \"" + title + "\": minimum " + minimum + " must be below maximum " + maximum + " " + unit);
        }
        if (logarithmic && (minimum <= 0 || maximum <= 0)) {
            throw new IllegalArgumentException("axis \"" + title + "\" is logarithmic, so its ends must be above 0 "
                    + unit + ", not " + minimum + " and " + maximum);
        }
    }

    /** A logarithmic axis whose ends follow what is drawn. */
    public static Axis log(String title, String unit) {
        return new Axis(title, unit, true, Double.NaN, Double.NaN, List.of());
    }

    /** A linear axis whose ends follow what is drawn. */
    public static Axis linear(String title, String unit) {
        return new Axis(title, unit, false, Double.NaN, Double.NaN, List.of());
    }

    /** An axis of names, at 0, 1, 2 and so on. */
    public static Axis of(String title, List<String> categories) {
        return new Axis(title, "", false, -0.5, categories.size() - 0.5, categories);
    }

    /** The same axis with fixed ends. */
    public Axis between(double newMinimum, double newMaximum) {
        Check.finite(newMinimum, "minimum of axis " + title, unit);
        Check.finite(newMaximum, "maximum of axis " + title, unit);
        return new Axis(title, unit, logarithmic, newMinimum, newMaximum, categories);
    }

    /** The same axis with its open ends set by what is drawn, and a little room. */
    Axis around(double low, double high) {
        double from = Double.isNaN(minimum) ? low : minimum;
        double to = Double.isNaN(maximum) ? high : maximum;
        if (logarithmic) {
            double room = Math.max(Math.log10(to / from) * 0.04, 0.05);
            from = Double.isNaN(minimum) ? from * Math.pow(10, -room) : from;
            to = Double.isNaN(maximum) ? to * Math.pow(10, room) : to;
        } else {
            double room = to > from ? 0.04 * (to - from) : Math.max(Math.abs(to) / 2, 0.5);
            from = Double.isNaN(minimum)
                    ? (low >= 0 && low - room < 0.3 * high ? Math.min(0, low) : from - room)
                    : from;
            to = Double.isNaN(maximum) ? to + room : to;
        }
        return new Axis(title, unit, logarithmic, from, to, categories);
    }

    /** Where a value stands between the ends: 0 at the minimum, 1 at the maximum. */
    double share(double value) {
        return logarithmic
                ? Math.log(value / minimum) / Math.log(maximum / minimum)
                : (value - minimum) / (maximum - minimum);
    }

    /** True if a value can be drawn. */
    boolean shows(double value) {
        return Double.isFinite(value) && (!logarithmic || value > 0);
    }

    /** A place on an axis; a minor one has a line and no text. */
    record Tick(double value, String text, boolean major) {}

    /** The ticks between the ends: 1-2-5 steps or decades, or one for each category. */
    List<Tick> ticks() {
        List<Tick> ticks = new ArrayList<>();
        if (!categories.isEmpty()) {
            for (int i = 0; i < categories.size(); i++) {
                ticks.add(new Tick(i, categories.get(i), true));
            }
        } else if (logarithmic) {
            decades(ticks);
        } else {
            steps(ticks);
        }
        return ticks;
    }

    private void decades(List<Tick> ticks) {
        double decades = Math.log10(maximum / minimum);
        int stride = (int) Math.ceil(decades / 10);
        int first = (int) Math.floor(Math.log10(minimum));
        int last = (int) Math.ceil(Math.log10(maximum));
        for (int decade = first; decade <= last; decade++) {
            for (int digit = 1; digit < 10; digit++) {
                double value = digit * Math.pow(10, decade);
                boolean named =
                        digit == 1 ? Math.floorMod(decade, stride) == 0 : decades < 1.6 && (digit == 2 || digit == 5);
                if (value >= minimum * (1 - 1e-9) && value <= maximum * (1 + 1e-9) && (decades < 8 || digit == 1)) {
                    ticks.add(new Tick(value, named ? text(value) : "", named));
                }
            }
        }
    }

    private void steps(List<Tick> ticks) {
        double raw = (maximum - minimum) / 6;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double digit = raw / power;
        double step = power * (digit > 5 ? 10 : digit > 2 ? 5 : digit > 1 ? 2 : 1);
        for (long i = (long) Math.ceil(minimum / step - 1e-9); i * step <= maximum * (1 + 1e-12) + 1e-9 * step; i++) {
            ticks.add(new Tick(i * step, text(i * step), true));
        }
    }

    /**
     * A number as it stands at a tick. A linear axis has one prefix for all, in its caption; on a logarithmic one each
     * tick has its own: {@code 100 m}, {@code 20}, {@code 989 T}. Units that take no prefix are written out below 1.
     */
    String text(double value) {
        if (!logarithmic) {
            return plain(value / Math.pow(1000, sharedGroup()));
        }
        boolean written = !PREFIXED.contains(unit) && value < 1 && value > 1e-4 || unit.equals("%");
        int group = written ? 0 : group(value);
        String number = plain(value / Math.pow(1000, group));
        return group == 0 ? number : number + " " + prefix(group);
    }

    private int sharedGroup() {
        double largest = Math.max(Math.abs(minimum), Math.abs(maximum));
        return PREFIXED.contains(unit) || largest >= 1e5 && !unit.equals("%") ? group(largest) : 0;
    }

    private static int group(double value) {
        int group = (int) Math.floor(Math.log10(value * (1 + 1e-9)) / 3);
        return Math.max(-4, Math.min(6, group));
    }

    private static String prefix(int group) {
        return group == 0
                ? ""
                : group < 0 ? "m\u00b5np".substring(-group - 1, -group) : "kMGTPE".substring(group - 1, group);
    }

    /** Four significant digits at most, without trailing zeros. */
    static String plain(double value) {
        if (value == 0) {
            return "0";
        }
        String text = String.format(Locale.ROOT, "%.4g", value);
        if (text.contains("e")) {
            return text;
        }
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** Title and unit, as they stand beside the axis. */
    String caption() {
        String prefixed = (logarithmic || !categories.isEmpty() ? "" : prefix(sharedGroup())) + unit;
        return prefixed.isEmpty() ? title : title + " (" + prefixed + ")";
    }
}
