package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Chips;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepInterval.Regime;
import org.hopperline.text.Csv;

/**
 * How far the calibration runs reach that intervals were learnt from: which software ran what class of models on which chips,
 * with how many devices and what expert parallelism at most ({@code scored.csv}, counted from the runs).
 *
 * <p>Within the reach of its class the size of a run adds little. Constants fitted to the calibration runs of at most 64
 * devices meet those of 65 to 3,072 no worse than the others: in the mean over families by 5.0 % up to 64, and by 4.4, 3.9,
 * 4.7, 4.4, 3.8 and 2.7 % with each doubling beyond. A software that ran smaller than others of its class therefore counts as
 * unseen only at 64 times its size. Beyond what any ran nothing is known; there a factor of eight counts as much.
 */
final class ScoredRuns {

    /** Context-parallel ranks of the longest scored rings that more than one source used. */
    static final int CONTEXT = 2;

    /** Times the devices of the largest run of a software that count as much as software that was never seen. */
    private static final double WITHIN_CLASS = 64;

    /** The same, of the largest run of the class. */
    private static final double BEYOND_CLASS = 8;

    /** The runs of a software on a chip in a class, and the largest of them. */
    record Reach(String software, String chip, Architecture family, Regime regime, int devices, int expert) {}

    /**
     * A respect in which a question goes beyond the calibration runs.
     *
     * @param reason in words
     * @param times how often it counts, above 0: 1 where it is as uncertain as software that was never seen
     */
    record Respect(String reason, double times) {}

    private static final List<Reach> REACHES = Csv.resource(ScoredRuns.class, "scored.csv").rows().stream()
            .map(row -> new Reach(
                    row.text("software"),
                    row.text("chip"),
                    Chips.named(row.text("chip")).architecture(),
                    Regime.valueOf(row.text("class").toUpperCase(Locale.ROOT)),
                    row.whole("devices"),
                    row.whole("expert")))
            .toList();

    private ScoredRuns() {}

    /** All software in all classes on all chips. */
    static List<Reach> reaches() {
        return REACHES;
    }

    /** True if no calibration run of this software and class, on chips of that family, was as large. */
    static boolean isLarger(TrainingSetup setup) {
        return setup.plan().devices() > devices(setup);
    }

    /** Every respect in which a question goes beyond the calibration runs; empty if in none. */
    static List<Respect> beyond(TrainingSetup setup) {
        List<Respect> all = new ArrayList<>();
        String software = setup.software().stack();
        String chip = beyondInChip(setup);
        if (!chip.isEmpty()) {
            all.add(new Respect("there is " + chip, 1));
        }
        if (isLarger(setup)) {
            String of = any(own(setup)) ? " of " + software : "";
            all.add(new Respect(
                    "there is no calibrated run" + of + " on "
                            + name(setup.cluster().chip().architecture()) + " of more than " + devices(setup)
                            + " devices",
                    beyondInSize(setup)));
        }
        if (setup.plan().context() > CONTEXT) {
            all.add(new Respect("there is hardly a calibrated run with context parallelism beyond " + CONTEXT, 1));
        }
        int own = most(reach -> reach.software().equals(software), Reach::expert);
        int expert = own > 1 ? own : most(reach -> true, Reach::expert);
        if (setup.plan().expert() > expert) {
            all.add(new Respect(
                    "there is no calibrated run" + (own > 1 ? " of " + software : "")
                            + " with expert parallelism beyond " + expert,
                    1));
        }
        return all;
    }

    /**
     * In what the chip is unseen; blank if it is not. A chip that only one software ran on says little of another on it:
     * whether it is met as its family is, two of them tell.
     */
    private static String beyondInChip(TrainingSetup setup) {
        Chip chip = setup.cluster().chip();
        String software = setup.software().stack();
        Regime regime = StepInterval.regime(setup);
        Predicate<Reach> family = reach -> reach.family() == chip.architecture();
        Predicate<Reach> own = reach -> reach.software().equals(software);
        List<String> here = REACHES.stream()
                .filter(reach -> reach.chip().equals(chip.name()))
                .map(Reach::software)
                .distinct()
                .toList();
        if (here.isEmpty()) {
            return "no calibrated run on " + chip.name();
        }
        if (any(own) && !any(own.and(family))) {
            return "no calibrated run of " + software + " on " + name(chip.architecture());
        }
        if (!any(own) && !any(family.and(reach -> reach.regime() == regime))) {
            return "no calibrated run of " + name(regime) + " on " + name(chip.architecture());
        }
        return here.size() > 1 || here.contains(software)
                ? ""
                : "no calibrated run on " + chip.name() + " but of " + here.get(0);
    }

    /**
     * How often a size beyond the calibrated runs counts: {@code log64} of how many times larger it is than the largest of its
     * software, at most 1 since it cannot be less sure than software that was never seen, or {@code log8} of how many times
     * larger than the largest of its class, whichever is more.
     */
    private static double beyondInSize(TrainingSetup setup) {
        double devices = setup.plan().devices();
        return Math.max(
                Math.min(1, Math.log(devices / devices(setup)) / Math.log(WITHIN_CLASS)),
                Math.log(devices / most(alike(setup), Reach::devices)) / Math.log(BEYOND_CLASS));
    }

    /** Devices of the largest calibrated run of this software and class on that family of chips, or of those nearest. */
    private static int devices(TrainingSetup setup) {
        return most(any(own(setup)) ? own(setup) : alike(setup), Reach::devices);
    }

    private static Predicate<Reach> own(TrainingSetup setup) {
        return alike(setup)
                .and(reach -> reach.software().equals(setup.software().stack()));
    }

    /** Of the class on the family, or, where there is none, on the family. */
    private static Predicate<Reach> alike(TrainingSetup setup) {
        Architecture architecture = setup.cluster().chip().architecture();
        Regime regime = StepInterval.regime(setup);
        Predicate<Reach> family = reach -> reach.family() == architecture;
        Predicate<Reach> both = family.and(reach -> reach.regime() == regime);
        return any(both) ? both : family;
    }

    private static boolean any(Predicate<Reach> wanted) {
        return REACHES.stream().anyMatch(wanted);
    }

    private static int most(Predicate<Reach> wanted, ToIntFunction<Reach> count) {
        return REACHES.stream().filter(wanted).mapToInt(count).max().orElse(1);
    }

    private static String name(Architecture family) {
        return family.name().charAt(0) + family.name().substring(1).toLowerCase(Locale.ROOT);
    }

    /** A class in words: {@code tuned dense}. */
    static String name(Regime regime) {
        return regime.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
