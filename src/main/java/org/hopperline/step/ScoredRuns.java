package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/**
 * How far the calibration runs reach that intervals were learnt from: which software ran on which family of chips, with how
 * many devices and what expert parallelism at most ({@code scored.csv}, counted from the runs).
 */
final class ScoredRuns {

    /** Context-parallel ranks of the longest scored rings that more than one source used. */
    static final int CONTEXT = 2;

    /** Chips of the calibration runs. */
    static final Set<String> CHIPS =
            Set.of("H100 SXM5 80GB", "H100 SXM 96GB HBM2e 500W", "H200 SXM 141GB", "A100 SXM4 80GB", "A100 SXM4 40GB");

    /** A software on a family of chips, and the largest of its runs. */
    record Reach(String software, Architecture family, int devices, int expert) {}

    private static final List<Reach> REACHES = Csv.resource(ScoredRuns.class, "scored.csv").rows().stream()
            .map(row -> new Reach(
                    row.text("software"),
                    Architecture.valueOf(row.text("family")),
                    row.whole("devices"),
                    row.whole("expert")))
            .toList();

    private ScoredRuns() {}

    /** All software on all families of chips. */
    static List<Reach> reaches() {
        return REACHES;
    }

    /** Devices of the largest calibration run on a family of chips; 0 if there is none. */
    static int devices(Architecture family) {
        int most = 0;
        for (Reach reach : REACHES) {
            most = reach.family() == family ? Math.max(most, reach.devices()) : most;
        }
        return most;
    }

    /** True if no calibration run on chips of that family was as large. */
    static boolean isLarger(TrainingSetup setup) {
        return setup.plan().devices() > devices(setup.cluster().chip().architecture());
    }

    /** Every respect in which a question goes beyond the calibration runs, in words; empty if in none. */
    static List<String> beyond(TrainingSetup setup) {
        List<String> all = new ArrayList<>();
        Chip chip = setup.cluster().chip();
        String software = setup.software().stack();
        if (!CHIPS.contains(chip.name())) {
            all.add("no calibrated run on " + chip.name());
        } else if (ran(software) && !ran(software, chip.architecture())) {
            all.add("no calibrated run of " + software + " on " + name(chip.architecture()));
        }
        if (isLarger(setup)) {
            all.add("no calibrated run on " + name(chip.architecture()) + " of more than "
                    + devices(chip.architecture()) + " devices");
        }
        if (setup.plan().context() > CONTEXT) {
            all.add("hardly a calibrated run with context parallelism beyond " + CONTEXT);
        }
        int own = expert(software);
        int expert = own > 1 ? own : expert(null);
        if (setup.plan().expert() > expert) {
            all.add("no calibrated run" + (own > 1 ? " of " + software : "") + " with expert parallelism beyond "
                    + expert);
        }
        return all;
    }

    /** Largest expert parallelism of a software, or of all for null; 1 if it ran no experts. */
    private static int expert(@Nullable String software) {
        int most = 1;
        for (Reach reach : REACHES) {
            most = software == null || reach.software().equals(software) ? Math.max(most, reach.expert()) : most;
        }
        return most;
    }

    private static boolean ran(String software) {
        return REACHES.stream().anyMatch(reach -> reach.software().equals(software));
    }

    private static boolean ran(String software, Architecture family) {
        return REACHES.stream().anyMatch(reach -> reach.software().equals(software) && reach.family() == family);
    }

    private static String name(Architecture family) {
        return family.name().charAt(0) + family.name().substring(1).toLowerCase(Locale.ROOT);
    }
}
