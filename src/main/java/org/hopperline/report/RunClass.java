package org.hopperline.report;

import java.util.Locale;
import org.hopperline.hardware.Architecture;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.step.StepInterval;

/** Classes of measured runs that are scored together. */
final class RunClass {

    private static final int[] BANDS = {8, 64, 256, 1024, 4096, 16_384};

    private RunClass() {}

    /** Chip family, dense, experts or hybrids with Mamba-2 layers, and for dense models on Hopper whether the software is NVIDIA's own. */
    static String of(MeasuredRun run) {
        String family = run.chip().startsWith("h100-sxm5")
                ? "H100 SXM5"
                : run.cluster().chip().architecture() == Architecture.HOPPER ? "other Hopper" : "A100";
        String architecture = architecture(run);
        return family + " " + architecture
                + (family.startsWith("A") || !architecture.equals("dense")
                        ? ""
                        : isNvidiaStack(run) ? ", NVIDIA stacks" : ", other software");
    }

    /** Dense, experts, or hybrids with Mamba-2 layers, of experts or not. */
    static String architecture(MeasuredRun run) {
        if (run.model().mamba() != null) {
            return "hybrids";
        }
        return run.model().hasExperts() ? "experts" : "dense";
    }

    /** Megatron-Core and what is built on it. */
    static boolean isNvidiaStack(MeasuredRun run) {
        return run.software().name().matches("(Megatron-Core|Megatron-Bridge|NeMo).*");
    }

    /** The class of an interval in words. */
    static String label(StepInterval.Regime regime) {
        return regime.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The band of device counts, {@code 9 to 64}, padded so that bands sort by size; a table shows it without. */
    static String devices(MeasuredRun run) {
        int from = 1;
        for (int to : BANDS) {
            if (run.cluster().devices() <= to) {
                return String.format(Locale.ROOT, "%6d to %6d", from, to);
            }
            from = to + 1;
        }
        return "above " + BANDS[BANDS.length - 1];
    }
}
