package org.hopperline.step;

import java.util.Locale;
import java.util.Set;
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
 * showed when each was left out; for another release, what they showed when the whole software was; for other software, and where runs of such size or context parallelism were not scored, what all runs of
 * the class showed when their software was left out; for {@link SoftwareProfiles#UNKNOWN}, what they showed when moreover
 * the choices of their software were taken as unknown; for hybrids without experts too, of which none was calibrated. The table is written by the validation room and read here.
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

    /** Stands in the table for software that is not listed. */
    public static final String OTHER_SOFTWARE = "other";

    private static final String ANCHORED = " anchored";

    private static final String NEW_RELEASE = " other release";

    /** Context-parallel ranks of the longest scored rings that more than one source used. */
    static final int SCORED_CONTEXT = 2;

    /** Devices of the largest calibration run on Hopper. */
    static final int SCORED_DEVICES = 2304;

    /** Chips of the calibration runs. */
    static final Set<String> SCORED_CHIPS =
            Set.of("H100 SXM5 80GB", "H100 SXM 96GB HBM2e 500W", "H200 SXM 141GB", "A100 SXM4 80GB", "A100 SXM4 40GB");

    private static final Csv TABLE = Csv.resource(StepInterval.class, "interval.csv");

    private StepInterval() {}

    /** The class that a question belongs to. */
    public static Regime regime(TrainingSetup setup) {
        if (setup.model().experts() != null) {
            return Regime.EXPERTS;
        }
        SoftwareProfile software = setup.software();
        return !isDenseHybrid(setup) && software.tensorOverlap() && software.elementwise() == ElementwiseKernels.FUSED
                ? Regime.TUNED_DENSE
                : Regime.OTHER_DENSE;
    }

    /** True for hybrids without experts, of which no calibrated run is known. */
    private static boolean isDenseHybrid(TrainingSetup setup) {
        return setup.model().mamba() != null && setup.model().experts() == null;
    }

    /** True if runs on the chip's family were scored, so that there is an interval. */
    public static boolean isLearnt(TrainingSetup setup) {
        Architecture architecture = setup.cluster().chip().architecture();
        return architecture == Architecture.HOPPER || architecture == Architecture.AMPERE;
    }

    /** True if runs like this one, in chip, context parallelism and size, were scored. */
    public static boolean scored(TrainingSetup setup) {
        return SCORED_CHIPS.contains(setup.cluster().chip().name())
                && setup.plan().context() <= SCORED_CONTEXT
                && setup.plan().devices() <= SCORED_DEVICES;
    }

    /**
     * Measured over predicted step time: the factor by which a step may be faster or slower than predicted.
     *
     * @param coverage 0.8 or 0.9, the levels that were learnt
     * @throws IllegalArgumentException if the level was not learnt, or the chip is of a family without scored runs
     */
    public static Interval factor(TrainingSetup setup, double coverage) {
        Interval other = supported(setup, OTHER_SOFTWARE, coverage);
        if (isDenseHybrid(setup)) {
            return supported(setup, SoftwareProfiles.UNKNOWN.stack(), coverage);
        }
        Interval profile = learnt(regime(setup), setup.software().name(), coverage);
        Interval own = profile == null
                ? learnt(regime(setup), newRelease(setup.software().stack()), coverage)
                : profile;
        if (own == null) {
            return other;
        }
        return scored(setup) || own.width() > other.width() ? own : other;
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
        if (!isLearnt(setup)) {
            throw new IllegalArgumentException(
                    "no run on " + setup.cluster().chip().name()
                            + " is scored, so nothing supports an interval; ask for the prediction alone");
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
            return "no run on " + setup.cluster().chip().name() + " is scored";
        }
        String kind = regime(setup).name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (isDenseHybrid(setup)) {
            return "no calibrated run of a hybrid without experts: as for other dense models on unknown software";
        }
        String stack = setup.software().stack();
        boolean known = learnt(regime(setup), setup.software().name(), 0.8) != null;
        if (!known && learnt(regime(setup), newRelease(stack), 0.8) == null) {
            return "no calibrated run of " + kind + " on " + stack + ": as for software left out of the fit";
        }
        if (stack.equals(SoftwareProfiles.UNKNOWN.stack())) {
            return "runs on all calibrated software, each left out of the fit and predicted as if unknown";
        }
        if (!SCORED_CHIPS.contains(setup.cluster().chip().name())) {
            return "no calibrated run on " + setup.cluster().chip().name() + ": as for software left out of the fit";
        }
        if (setup.plan().devices() > SCORED_DEVICES) {
            return "no calibrated run on Hopper has more than " + SCORED_DEVICES
                    + " devices: as for software left out of the fit";
        }
        if (!known && scored(setup)) {
            return "no calibrated run of " + kind + " on " + setup.software().name() + ": families on " + stack
                    + " as met with all of that software left out of the fit";
        }
        return scored(setup)
                ? "families of " + kind + " on " + stack + ", each left out of the fit"
                : "hardly a calibrated run has context parallelism beyond " + SCORED_CONTEXT
                        + ": as for software left out of the fit";
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
