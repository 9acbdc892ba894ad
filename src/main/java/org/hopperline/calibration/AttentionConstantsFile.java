package org.hopperline.calibration;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.AttentionConstants;
import org.hopperline.kernel.AttentionScheduling;
import org.hopperline.kernel.AttentionTileCost;
import org.hopperline.measured.AttentionTable;
import org.hopperline.text.FigureTable;

/**
 * Writes the file of attention constants that the kernel models read: fitted values with their standard errors, how each
 * kernel does on rows its fit did not see, and the others as they were.
 */
public final class AttentionConstantsFile {

    private static final String PAGED =
            "ai-dynamo/aiconfigurator @095f58a (Apache-2.0) h100_sxm attention/vllm/0.24.0: FlashAttention-3 with cache write";

    private static final String FORWARD =
            "arXiv 2407.08608 figure 5 (Dao-AILab/flash-attention @0251105 assets/flash3_fp16_fwd.png)";

    private static final String BOTH = "Dao-AILab/flash-attention @0251105 assets/flash2_h100_fwd_bwd_benchmark.png";

    private static final String BACKWARD = "arXiv 2407.08608 figure 6, third-party transcription";

    private static final String EIGHT_BIT = "arXiv 2407.08608 figure 7, third-party transcription";

    private static final String TRITON = "FlashAttention-2 over the Triton kernel of 2023 on A100: 1.3 to 1.5 times the"
            + " forward rate, twice the backward rate, arXiv 2307.08691 section 4.1; the middle of it, on FlashAttention-2"
            + " on Hopper";

    /** Forward rate of FlashAttention-2 over that of the Triton kernel, the middle of what its authors state. */
    private static final double TRITON_FORWARD = 1.4;

    private static final double TRITON_BACKWARD = 2;

    private final Map<String, String> lines = new LinkedHashMap<>();
    private final Map<String, Double> values = new LinkedHashMap<>();

    private AttentionConstantsFile() {
        FigureTable shipped = AttentionConstants.table();
        for (String name : shipped.names()) {
            put(name, shipped.get(name), "");
        }
    }

    /**
     * Fits every kernel to a table with the rows of the sources named above, and returns the file as CSV.
     *
     * @param table attention kernels measured on {@code chip}
     * @param chip a Hopper chip
     */
    public static String fitted(AttentionTable table, Chip chip) {
        AttentionConstantsFile file = new AttentionConstantsFile();
        AttentionCalibration first = AttentionCalibration.of(chip, table);
        AttentionCalibration.Outcome paged = first.paged();
        file.add(paged, PAGED, "flash_3_paged.hopper.forward");
        AttentionCalibration next = first.withScheduling(
                new AttentionScheduling(file.value("launch_time"), paged.fit().value("tail_share")));
        for (AttentionBackend backend :
                new AttentionBackend[] {AttentionBackend.FLASH_3, AttentionBackend.CUDNN, AttentionBackend.FLASH_2}) {
            String name = backend.name().toLowerCase(Locale.ROOT) + ".hopper.";
            file.add(next.forward(backend, false), FORWARD, name + "forward");
            AttentionTileCost forward = file.cost(name + "forward.");
            String source = backend == AttentionBackend.FLASH_2 ? BOTH + ", and " + BACKWARD : BACKWARD;
            file.add(next.backward(backend, forward), source, name + "backward");
            file.analogy(name);
        }
        file.add(next.forward(AttentionBackend.FLASH_3, true), EIGHT_BIT, "flash_3_fp8.hopper.forward");
        file.add(next.forward(AttentionBackend.CUDNN, true), EIGHT_BIT, "cudnn_fp8.hopper.forward");
        file.triton("forward", TRITON_FORWARD);
        file.triton("backward", TRITON_BACKWARD);
        file.add(next.unfused(), FORWARD + ", its figure 6, and " + BOTH, "unfused");
        return "name,value,unit,kind,standard_error,source\n" + String.join("\n", file.lines.values()) + "\n";
    }

    private void add(AttentionCalibration.Outcome outcome, String source, String kernel) {
        Fit fit = outcome.fit();
        String how = "pseudo-Huber log fit by calibration.AttentionConstantsFile on " + fit.rows().length + " rows of ";
        fit.figures(how + source).forEach((name, figure) -> {
            int dot = name.lastIndexOf('.');
            boolean own = dot > 0 && kernel.startsWith(name.substring(0, dot));
            put(
                    own ? kernel + name.substring(dot) : name,
                    figure,
                    String.format(Locale.ROOT, "%.2g", fit.standardError(name)));
        });
        String judged = outcome.scored().length > 0
                ? " rows of half of the shapes, not fitted"
                : " rows, each fifth of the shapes predicted from the rest";
        ErrorStatistics heldOut = outcome.heldOut();
        put(
                kernel + ".held_out_error",
                Figure.measured(heldOut.mape(), "1", "mean error on " + heldOut.rows() + judged + ": " + source),
                "");
    }

    /** Nobody times the Triton kernel of 2023 on Hopper: its times are those of FlashAttention-2, longer by what its authors state. */
    private void triton(String pass, double slower) {
        for (String part : new String[] {
            "tensor_slowdown", "exponential_exposure", "tile_time", "causal_slowdown", "wide_head_slowdown"
        }) {
            boolean ofEveryBlock = part.equals("causal_slowdown") || part.equals("wide_head_slowdown");
            double value = value("flash_2.hopper." + pass + "." + part) * (ofEveryBlock ? 1 : slower);
            String source = ofEveryBlock ? "as FlashAttention-2 on Hopper" : TRITON;
            put(
                    "triton_flash.hopper." + pass + "." + part,
                    Figure.assumed(value, part.equals("tile_time") ? "s" : "1", source),
                    "");
        }
    }

    /** Carries over to the backward kernel what none of its rows tells. */
    private void analogy(String name) {
        for (String part : new String[] {"causal_slowdown", "wide_head_slowdown"}) {
            String backward = name + "backward." + part;
            if (lines.getOrDefault(backward, "")
                    .contains("," + Kind.ASSUMED.name().toLowerCase(Locale.ROOT) + ",")) {
                put(
                        backward,
                        Figure.assumed(
                                value(name + "forward." + part), "1", "as the forward kernel: no backward row tells"),
                        "");
            }
        }
    }

    private AttentionTileCost cost(String prefix) {
        return new AttentionTileCost(
                value(prefix + "tensor_slowdown"),
                value(prefix + "exponential_exposure"),
                value(prefix + "tile_time"),
                value(prefix + "causal_slowdown"),
                value(prefix + "wide_head_slowdown"));
    }

    private double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    private void put(String name, Figure figure, String standardError) {
        values.put(name, figure.value());
        String value = String.format(Locale.ROOT, "%.4g", figure.value());
        String kind = figure.kind().name().toLowerCase(Locale.ROOT);
        String source = "\"" + figure.source().replace("\"", "\"\"") + "\"";
        lines.put(name, String.join(",", name, value, figure.unit(), kind, standardError, source));
    }
}
