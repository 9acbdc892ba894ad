package org.hopperline.step;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.hopperline.core.Interval;
import org.hopperline.hardware.Architecture;
import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/**
 * How far measured steps lie from predicted ones, learnt from published runs that the constants behind the prediction never
 * saw. Where runs on the release of the software were calibrated, it is what its families (software, model, precision)
 * showed when each was left out; for another release, what runs of the software showed when their release was left out; for
 * other software, what runs of the class showed when their software was left out; for {@link SoftwareProfiles#UNKNOWN}, what
 * they showed when moreover the choices of their software were taken as unknown. The fewer families or releases or softwares
 * stand behind it, the nearer it is to what all show, and the heavier its tail.
 *
 * <p>What a profile is called does not make it the release that was calibrated. One whose choices are borrowed, for other
 * software or for another model's recipe, gets the interval of new software, or that of a new release of what it borrows from if
 * that is met worse; one whose choices differ from those that ship under its name is a new release of its software; choices
 * under a name of their own that no release of the software makes are new software.
 *
 * <p>A question may go beyond the calibrated runs in chip, size, context or expert parallelism. What such a step adds in
 * error nobody measured; what leaving a software out adds was. Each respect is therefore taken to be as uncertain as
 * software that was never seen, and independent of the rest, so that squares of half-widths add on the scale of
 * logarithms: {@code h = sqrt(own^2 + n other^2)} for {@code n} respects, wider than
 * either for every software. Size counts by how far it goes beyond the largest calibrated run: once for a factor of eight.
 *
 * <p>Hybrids with Mamba-2 layers have no interval: too few of them were measured. The table is written by the validation
 * room and read here.
 */
public final class StepInterval {

    /** Classes of runs whose residuals spread alike. */
    public enum Regime {
        /** Dense models on software that overlaps tensor traffic with products and has fused kernels: NVIDIA's own stacks. */
        TUNED_DENSE,
        /** Dense models on other software. */
        OTHER_DENSE,
        /** Mixtures of experts. */
        EXPERTS
    }

    /** Stands in the table for software that is not listed: what a class of runs showed when their software was left out. */
    public static final String OTHER_SOFTWARE = "other";

    /** Level of the interval within which a measured step is to be expected. */
    static final double EXPECTED = 0.9;

    private static final String ANCHORED = " anchored";

    private static final String NEW_RELEASE = " other release";

    /** By class and software as they stand in the table, the intervals of each coverage. */
    private static final Map<String, List<Interval>> TABLE =
            Csv.resource(StepInterval.class, "interval.csv").rows().stream()
                    .collect(Collectors.groupingBy(
                            row -> row.text("class") + " " + row.text("software"),
                            Collectors.mapping(
                                    row -> new Interval(row.number("low"), row.number("high"), row.number("coverage")),
                                    Collectors.toUnmodifiableList())));

    private StepInterval() {}

    /** The class that a question belongs to. */
    public static Regime regime(TrainingSetup setup) {
        if (setup.model().experts() != null) {
            return Regime.EXPERTS;
        }
        SoftwareProfile software = setup.software();
        return software.tensorOverlap() && software.elementwise() == ElementwiseKernels.FUSED
                ? Regime.TUNED_DENSE
                : Regime.OTHER_DENSE;
    }

    /** True if runs on the chip's family and of such models were scored, so that there is an interval. */
    public static boolean isLearnt(TrainingSetup setup) {
        return unsupported(setup).isEmpty();
    }

    /** Why there is no interval; empty if there is one. */
    static String unsupported(TrainingSetup setup) {
        Architecture architecture = setup.cluster().chip().architecture();
        if (architecture != Architecture.HOPPER && architecture != Architecture.AMPERE) {
            return "no run on " + setup.cluster().chip().name() + " is scored";
        }
        return setup.model().mamba() == null
                ? ""
                : "no run of a hybrid with Mamba-2 layers stands behind the intervals";
    }

    /** True if runs like this one, in chip, size, context and expert parallelism, were scored. */
    public static boolean scored(TrainingSetup setup) {
        return ScoredRuns.beyond(setup).isEmpty();
    }

    /**
     * Measured over predicted step time: the factor by which a step may be faster or slower than predicted.
     *
     * @param coverage 0.8 or 0.9, the levels that were learnt
     * @throws IllegalArgumentException if the level was not learnt, or nothing supports an interval: the chip is of a family
     *     without scored runs, or the model has Mamba-2 layers
     */
    public static Interval factor(TrainingSetup setup, double coverage) {
        Interval own = supported(setup, row(setup), coverage);
        double times = times(setup);
        return times == 0 ? own : widened(own, supported(setup, OTHER_SOFTWARE, coverage), times);
    }

    private static double times(TrainingSetup setup) {
        return ScoredRuns.beyond(setup).stream()
                .mapToDouble(ScoredRuns.Respect::times)
                .sum();
    }

    /** The row of the table for a question: a release, its software's new releases, or new software. */
    private static String row(TrainingSetup setup) {
        Regime regime = regime(setup);
        SoftwareProfile software = setup.software();
        if (software.stack().equals(SoftwareProfiles.UNKNOWN.stack()) && hasRow(regime, software.stack())) {
            return software.stack();
        }
        if (software.borrowed()) {
            return widest(regime, software.name(), newRelease(software.stack()));
        }
        if (isShipped(software) && hasRow(regime, software.name())) {
            return software.name();
        }
        return isRelease(software) && hasRow(regime, newRelease(software.stack()))
                ? newRelease(software.stack())
                : OTHER_SOFTWARE;
    }

    /** The row of software that nobody calibrated, or that of these which is met worse. */
    private static String widest(Regime regime, String... rows) {
        String widest = OTHER_SOFTWARE;
        for (String row : rows) {
            Interval some = learnt(regime, row, EXPECTED);
            Interval most = learnt(regime, widest, EXPECTED);
            if (some != null && (most == null || some.width() > most.width())) {
                widest = row;
            }
        }
        return widest;
    }

    /** True if the profile is one that ships, choice by choice, and not borrowed. */
    private static boolean isShipped(SoftwareProfile software) {
        return !software.borrowed()
                && SoftwareProfiles.list().stream()
                        .anyMatch(shipped -> shipped.name().equals(software.name())
                                && shipped.stack().equals(software.stack())
                                && shipped.choosesAs(software));
    }

    /** True if a profile of its software that ships bears its name or makes its choices. */
    private static boolean isRelease(SoftwareProfile software) {
        return SoftwareProfiles.list().stream()
                .anyMatch(shipped -> shipped.stack().equals(software.stack())
                        && (shipped.name().equals(software.name()) || shipped.choosesAs(software)));
    }

    private static boolean hasRow(Regime regime, String row) {
        return learnt(regime, row, EXPECTED) != null;
    }

    /**
     * An interval of an error to which independent errors come.
     *
     * @param own of the first error, a factor
     * @param added of each of the others, a factor of the same coverage
     * @param times how many others
     */
    static Interval widened(Interval own, Interval added, double times) {
        return new Interval(
                Math.exp(-halfWidth(Math.log(own.low()), Math.log(added.low()), times)),
                Math.exp(halfWidth(Math.log(own.high()), Math.log(added.high()), times)),
                own.coverage());
    }

    /** {@code sqrt(own^2 + times added^2)}. */
    static double halfWidth(double own, double added, double times) {
        return Math.sqrt(own * own + times * added * added);
    }

    /**
     * The interval of a prediction multiplied by {@code anchor}, where nothing says whether what was measured over predicted of
     * another run holds for this one: it spans the interval about the prediction as it was and that about what it became.
     *
     * @param anchor measured over predicted of the other run
     */
    static Interval spanned(Interval plain, double anchor) {
        return new Interval(
                plain.low() * Math.min(1, 1 / anchor), plain.high() * Math.max(1, 1 / anchor), plain.coverage());
    }

    /**
     * The same for a prediction that is anchored to a measured run alike; without an anchor's gain in a class of which too
     * few families were measured more than once.
     */
    static Interval anchored(TrainingSetup setup, double coverage) {
        Interval own = learnt(regime(setup), anchored(setup.software().stack()), coverage);
        Interval narrow = own == null ? learnt(regime(setup), anchored(OTHER_SOFTWARE), coverage) : own;
        return narrow == null ? factor(setup, coverage) : narrow;
    }

    /** How a software stands in the table for those of its releases that no calibrated run was made on. */
    public static String newRelease(String software) {
        return software + NEW_RELEASE;
    }

    /** How a software stands in the table for predictions that are anchored to a measured run alike. */
    public static String anchored(String software) {
        return software + ANCHORED;
    }

    private static Interval supported(TrainingSetup setup, String row, double coverage) {
        String unsupported = unsupported(setup);
        if (!unsupported.isEmpty()) {
            throw new IllegalArgumentException(
                    unsupported + ", so nothing supports an interval; ask for the prediction alone");
        }
        Interval learnt = learnt(regime(setup), row, coverage);
        if (learnt == null) {
            throw new IllegalArgumentException("coverage " + coverage + " was not learnt; take 0.8 or 0.9");
        }
        return learnt;
    }

    /** What the interval rests on, in words. */
    public static String basis(TrainingSetup setup) {
        if (!isLearnt(setup)) {
            return unsupported(setup);
        }
        List<ScoredRuns.Respect> beyond = ScoredRuns.beyond(setup);
        return source(setup)
                + (beyond.isEmpty()
                        ? ""
                        : "; widened by what software left out of the fit showed, for "
                                + beyond.stream()
                                        .map(ScoredRuns.Respect::reason)
                                        .collect(Collectors.joining(", and ")));
    }

    private static String source(TrainingSetup setup) {
        SoftwareProfile software = setup.software();
        String row = row(setup);
        if (row.equals(SoftwareProfiles.UNKNOWN.stack())) {
            return "runs on all calibrated software, each left out of the fit and predicted as if unknown";
        }
        if (row.equals(software.name()) && !software.borrowed()) {
            return "families of " + ScoredRuns.name(regime(setup)) + " on " + software.stack()
                    + ", each left out of the fit";
        }
        return notCalibrated(setup) + ": as for " + asFor(software, row) + " left out of the fit";
    }

    private static String asFor(SoftwareProfile software, String row) {
        if (row.equals(OTHER_SOFTWARE)) {
            return "software";
        }
        return (row.equals(software.name()) ? "families of " : "releases of ") + software.stack();
    }

    /** Which software no calibrated run stands for, in words. */
    private static String notCalibrated(TrainingSetup setup) {
        String none = "no calibrated run of " + ScoredRuns.name(regime(setup)) + " on ";
        SoftwareProfile software = setup.software();
        if (software.borrowed()) {
            return none + "what has the choices of " + software.name() + " for want of its own";
        }
        if (isShipped(software)) {
            return none + (row(setup).equals(OTHER_SOFTWARE) ? software.stack() : software.name());
        }
        return none + software.name() + (isRelease(software) ? "" : ", a software") + " with these choices";
    }

    private static @Nullable Interval learnt(Regime regime, String software, double coverage) {
        String key = regime.name().toLowerCase(Locale.ROOT) + " " + software;
        for (Interval interval : TABLE.getOrDefault(key, List.of())) {
            if (Math.abs(interval.coverage() - coverage) < 1e-9) {
                return interval;
            }
        }
        return null;
    }
}
