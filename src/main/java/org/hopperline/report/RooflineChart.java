package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.core.Units;
import org.hopperline.kernel.Roofline;
import org.hopperline.kernel.RooflineCeiling;
import org.hopperline.measured.ProfiledKernel;

/**
 * Kernels under the ceilings of a chip (Williams, Waterman and Patterson 2009): attained rate against arithmetic
 * intensity, both logarithmic. A slanted ceiling is a bandwidth, a flat one a compute rate; what was measured is drawn
 * through, what a maker printed or nobody measured is broken. A kernel without operations, such as a copy, stands on the
 * left edge at the height where its bandwidth meets that edge, so that its distance to a slanted ceiling reads as for
 * any other.
 */
public final class RooflineChart {

    private record Ceiling(String name, Figure rate) {

        String label() {
            String kind = rate.kind() == Kind.SPECIFIED
                    ? ""
                    : " (" + rate.kind().name().toLowerCase(Locale.ROOT) + ")";
            return name + " " + Units.format(rate.value(), rate.unit()) + kind;
        }

        boolean reached() {
            return rate.kind() == Kind.MEASURED || rate.kind() == Kind.FITTED;
        }

        Chart.Stroke stroke() {
            return reached() ? Chart.Stroke.SOLID : Chart.Stroke.DASHED;
        }
    }

    private record Kernel(String name, double intensity, double flopsPerSecond, double bytesPerSecond) {}

    private record Group(String name, List<Kernel> kernels) {}

    private final String title;
    private final List<Ceiling> bandwidths = new ArrayList<>();
    private final List<Ceiling> rates = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    private RooflineChart(String title) {
        this.title = Check.notBlank(title, "title of a roofline");
    }

    /** A chart to which ceilings and kernels are added. */
    public static RooflineChart titled(String title) {
        return new RooflineChart(title);
    }

    /**
     * The ceilings of a device: each level and number format as specified and as reached, as far as they are known.
     *
     * @param roofline of a chip or of a node
     */
    public static RooflineChart of(Roofline roofline) {
        RooflineChart chart = titled(roofline.name());
        for (RooflineCeiling level : roofline.levels()) {
            level.specified().ifPresent(rate -> chart.bandwidth(level.name(), rate));
            level.reached().ifPresent(rate -> chart.bandwidth(level.name(), rate));
        }
        for (RooflineCeiling peak : roofline.peaks()) {
            peak.specified().ifPresent(rate -> chart.rate(peak.name(), rate));
            peak.reached().ifPresent(rate -> chart.rate(peak.name(), rate));
        }
        return chart;
    }

    /**
     * A slanted ceiling.
     *
     * @param name of the level of memory, or the link
     * @param bytesPerSecond its rate, with its birthplace
     */
    public RooflineChart bandwidth(String name, Figure bytesPerSecond) {
        add(bandwidths, new Ceiling(name, of(bytesPerSecond, "byte/s", name)));
        return this;
    }

    /**
     * A flat ceiling.
     *
     * @param name of the precision and the unit that computes in it
     * @param flopsPerSecond its rate, with its birthplace
     */
    public RooflineChart rate(String name, Figure flopsPerSecond) {
        add(rates, new Ceiling(name, of(flopsPerSecond, "FLOP/s", name)));
        return this;
    }

    /** Ceilings of one rate and kind are one line with both names. */
    private static void add(List<Ceiling> ceilings, Ceiling added) {
        for (int i = 0; i < ceilings.size(); i++) {
            Ceiling there = ceilings.get(i);
            if (there.rate().value() == added.rate().value()
                    && there.rate().kind() == added.rate().kind()) {
                ceilings.set(i, new Ceiling(there.name() + ", " + added.name(), there.rate()));
                return;
            }
        }
        ceilings.add(added);
    }

    private static Figure of(Figure rate, String unit, String name) {
        if (!rate.unit().equals(unit)) {
            throw new IllegalArgumentException(
                    "ceiling \"" + name + "\" is in " + rate.unit() + ", but must be in " + unit);
        }
        Check.positive(rate.value(), "ceiling " + name, unit);
        return rate;
    }

    /** Opens a group: the kernels added from here on have one colour and stand under this name in the legend. */
    public RooflineChart group(String name) {
        groups.add(new Group(name, new ArrayList<>()));
        return this;
    }

    /**
     * A kernel.
     *
     * @param name beside its mark
     * @param flops operations, zero for a copy
     * @param bytes moved at the level of memory that matters
     * @param seconds that it took
     */
    public RooflineChart kernel(String name, double flops, double bytes, double seconds) {
        Check.nonNegative(flops, "operations of " + name, "FLOP");
        Check.positive(bytes, "bytes of " + name, "byte");
        Check.positive(seconds, "time of " + name, "s");
        if (groups.isEmpty()) {
            group("kernels");
        }
        groups.get(groups.size() - 1).kernels().add(new Kernel(name, flops / bytes, flops / seconds, bytes / seconds));
        return this;
    }

    /**
     * Kernels that a profiler counted.
     *
     * @throws IllegalStateException if one lacks a counter, saying what to collect
     */
    public RooflineChart kernels(List<ProfiledKernel> profiled) {
        for (ProfiledKernel kernel : profiled) {
            double intensity = kernel.intensity();
            double bytes = kernel.bytes().orElseThrow();
            kernel(kernel.name(), intensity * bytes, bytes, kernel.seconds());
        }
        return this;
    }

    /**
     * The chart.
     *
     * @throws IllegalArgumentException if there is no slanted or no flat ceiling
     */
    public Chart build() {
        if (bandwidths.isEmpty() || rates.isEmpty()) {
            throw new IllegalArgumentException("roofline \"" + title + "\" has " + bandwidths.size()
                    + " bandwidths and " + rates.size() + " compute rates; give at least 1 of each");
        }
        double fastest = highest(bandwidths);
        double peak = highest(rates);
        double least = 0.1;
        double most = 10 * peak / slowest(bandwidths);
        for (Group group : groups) {
            for (Kernel kernel : group.kernels()) {
                if (kernel.intensity() > 0) {
                    least = Math.min(least, kernel.intensity() / 2);
                    most = Math.max(most, kernel.intensity() * 2);
                }
            }
        }
        Chart.Builder chart = Chart.builder(title)
                .x(Axis.log("arithmetic intensity", "FLOP/byte").between(least, most))
                .y(Axis.log("rate", "FLOP/s"));
        for (Ceiling b : bandwidths) {
            double rate = b.rate().value();
            chart.line(b.label(), new double[] {least, peak / rate}, new double[] {least * rate, peak}, b.stroke());
        }
        for (Ceiling r : rates) {
            double rate = r.rate().value();
            double knee = Math.max(least, rate / fastest);
            chart.line(r.label(), new double[] {knee, most}, new double[] {rate, rate}, r.stroke());
        }
        for (Group group : groups) {
            add(chart, group, least);
        }
        return chart.build();
    }

    private static void add(Chart.Builder chart, Group group, double least) {
        List<Kernel> kernels = group.kernels();
        double[] x = new double[kernels.size()];
        double[] y = new double[kernels.size()];
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            Kernel kernel = kernels.get(i);
            boolean copy = kernel.flopsPerSecond() == 0;
            x[i] = copy ? least : kernel.intensity();
            y[i] = copy ? least * kernel.bytesPerSecond() : kernel.flopsPerSecond();
            labels.add(copy ? kernel.name() + " " + Units.format(kernel.bytesPerSecond(), "byte/s") : kernel.name());
        }
        chart.points(group.name(), x, y, labels);
    }

    private static double highest(List<Ceiling> ceilings) {
        return ceilings.stream().mapToDouble(c -> c.rate().value()).max().orElseThrow();
    }

    private static double slowest(List<Ceiling> ceilings) {
        return ceilings.stream().mapToDouble(c -> c.rate().value()).min().orElseThrow();
    }
}
