package org.hopperline.step;

import java.util.List;
import java.util.Locale;
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
 * <p>A question may go beyond the calibrated runs in chip, size, context or expert parallelism. What such a step adds in
 * error nobody measured; what leaving a software out adds was. Each respect is therefore taken to be as uncertain as
 * software that was never seen, and independent of the rest, so that squares of half-widths add on the scale of logarithms:
 * {@code h = sqrt(own^2 + n other^2)} for {@code n} respects, wider than either for every software.
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

    private static final String ANCHORED = " anchored";

    private static final String NEW_RELEASE = " other release";

    private static final Csv TABLE = Csv.resource(StepInterval.class, "interval.csv");

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
        Interval other = supported(setup, OTHER_SOFTWARE, coverage);
        Interval profile = learnt(regime(setup), setup.software().name(), coverage);
        Interval release = profile == null
                ? learnt(regime(setup), newRelease(setup.software().stack()), coverage)
                : profile;
        Interval own = release == null ? other : release;
        int respects = ScoredRuns.beyond(setup).size();
        return respects == 0 ? own : widened(own, other, respects);
    }

    /**
     * An interval of an error to which independent errors come.
     *
     * @param own of the first error, a factor
     * @param added of each of the others, a factor of the same coverage
     * @param times how many others
     */
    static Interval widened(Interval own, Interval added, int times) {
        return new Interval(
                Math.exp(-halfWidth(Math.log(own.low()), Math.log(added.low()), times)),
                Math.exp(halfWidth(Math.log(own.high()), Math.log(added.high()), times)),
                own.coverage());
    }

    /** {@code sqrt(own^2 + times added^2)}. */
    static double halfWidth(double own, double added, int times) {
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
        List<String> beyond = ScoredRuns.beyond(setup);
        return source(setup)
                + (beyond.isEmpty()
                        ? ""
                        : "; widened by what software left out of the fit showed, for there is "
                                + String.join(", and ", beyond));
    }

    private static String source(TrainingSetup setup) {
        String kind = regime(setup).name().toLowerCase(Locale.ROOT).replace('_', ' ');
        SoftwareProfile software = setup.software();
        if (software.stack().equals(SoftwareProfiles.UNKNOWN.stack())) {
            return "runs on all calibrated software, each left out of the fit and predicted as if unknown";
        }
        if (learnt(regime(setup), software.name(), 0.8) != null) {
            return "families of " + kind + " on " + software.stack() + ", each left out of the fit";
        }
        return learnt(regime(setup), newRelease(software.stack()), 0.8) != null
                ? "no calibrated run of " + kind + " on " + software.name() + ": as for releases of " + software.stack()
                        + " left out of the fit"
                : "no calibrated run of " + kind + " on " + software.stack() + ": as for software left out of the fit";
    }

    private static @Nullable Interval learnt(Regime regime, String software, double coverage) {
        String name = regime.name().toLowerCase(Locale.ROOT);
        for (Csv.Row row : TABLE.rows()) {
            if (row.text("class").equals(name)
                    && row.text("software").equals(software)
                    && Math.abs(row.number("coverage") - coverage) < 1e-9) {
                return new Interval(row.number("low"), row.number("high"), coverage);
            }
        }
        return null;
    }
}
