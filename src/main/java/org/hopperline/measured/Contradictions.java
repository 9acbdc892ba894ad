package org.hopperline.measured;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.hardware.Chip;
import org.hopperline.model.Flops;
import org.hopperline.model.ScoreCounting;
import org.hopperline.model.Transformer;
import org.hopperline.text.Csv;

/**
 * What a row says twice must agree: degrees with devices, rates with each other, with FLOP/s, and with the peak of the chip.
 * Each message names line and column.
 */
final class Contradictions {

    /** Rates that a source prints in two ways may differ by this: it rounds both, and means over other steps. */
    private static final double RATES = 0.1;

    /**
     * FLOPs of a token as a source counts them lie between those of the products alone and those of a run that recomputes
     * everything and counts masked scores; within this factor, for sources that count other things.
     */
    private static final double COUNTS = 2;

    /** No product of matrices reaches this share of the dense peak, so that no step does. */
    private static final double MOST_UTILISATION = 0.95;

    /** A run that is sixty times slower than the slowest of the shipped table is a slip of the pen. */
    private static final double LEAST_UTILISATION = 1e-3;

    /** Width of all heads over that of the model: 1 by custom, 2 in Qwen3; a slip where it is beyond this or its inverse. */
    private static final double HEADS = 8;

    /** A vocabulary of bytes. */
    private static final int LEAST_VOCABULARY = 256;

    /** The most devices in a node of the chips known here, twice those of an HGX board. */
    private static final int MOST_IN_A_NODE = 16;

    private Contradictions() {}

    /** Nodes are no larger than any that were built of these chips. */
    static void ofNode(Csv.Row row) {
        if (row.whole("gpus_per_node") > MOST_IN_A_NODE) {
            throw row.wrong(
                    "gpus_per_node", "are more than any node has; at most " + MOST_IN_A_NODE + " or leave it blank");
        }
    }

    /** A split is one word, whatever its case. */
    static String split(Csv.Row row) {
        if (!row.has("split")) {
            throw row.wrong("split", "is not stated; take calibration, validation or a word of your own");
        }
        return row.text("split").toLowerCase(Locale.ROOT);
    }

    /** A dense model has no experts, fewer parameters are active than there are, and heads are about as wide as the model. */
    static void ofModel(Csv.Row row) {
        if (RunCells.text(row, "arch").toLowerCase(Locale.ROOT).startsWith("dense")) {
            for (String column : List.of("experts", "topk", "ep")) {
                if (row.number(column, 0) > 1) {
                    throw row.wrong(column, "contradicts arch " + row.text("arch") + "; take moe, or leave it blank");
                }
            }
        }
        for (String column : List.of("params_b", "active_params_b")) {
            positive(row, column);
        }
        if (row.number("vocab", LEAST_VOCABULARY) < LEAST_VOCABULARY) {
            throw row.wrong("vocab", "is no vocabulary; " + LEAST_VOCABULARY + ", the bytes, or more would do");
        }
        if (both(row, "active_params_b", "params_b") && row.number("active_params_b") > row.number("params_b")) {
            throw row.wrong("active_params_b", "contradicts itself: there are " + row.text("params_b") + " B in all");
        }
        if (both(row, "head_dim", "heads") && row.has("hidden")) {
            double ratio = row.number("head_dim") * row.number("heads") / row.number("hidden");
            if (ratio > HEADS || ratio < 1 / HEADS) {
                throw row.wrong(
                        "head_dim",
                        String.format(
                                Locale.ROOT,
                                "contradicts itself: %s heads of it are %.3g times as wide as the model of %s; from 1/8"
                                        + " to 8 would do",
                                row.text("heads"),
                                ratio,
                                row.text("hidden")));
            }
        }
    }

    /**
     * The stated data-parallel degree is that which the other degrees leave of the devices, or, as some sources count it,
     * includes context parallel ranks or leaves out those of experts or of a sharding group.
     */
    static void ofDegrees(Csv.Row row, int devices) {
        if (!row.has("dp")) {
            return;
        }
        int stated = row.whole("dp");
        long others = (long) stated * row.whole("pp", 1) * row.whole("cp", 1);
        if (!row.has("tp") && devices % others == 0) {
            return;
        }
        int stages = devices / row.whole("pp", 1);
        int ranks = stages / row.whole("tp", 1);
        int left = ranks / row.whole("cp", 1);
        int expert = row.whole("ep", 1);
        Set<Integer> meant = new TreeSet<>(List.of(left, ranks));
        if (expert > 1) {
            meant.addAll(List.of(stages / expert, ranks / expert, left / expert));
        }
        int group = RunCells.shardGroup(row);
        if (group > 1) {
            meant.addAll(List.of(left / group, group));
        }
        meant.remove(0);
        if (!meant.contains(stated)) {
            throw row.wrong(
                    "dp",
                    "contradicts itself: of " + devices + " devices the other degrees leave data parallel " + left
                            + (meant.size() == 1 ? "" : "; any of " + meant + " would do"));
        }
    }

    /** Rates of every column against the rate that is taken, and that against the chip. */
    static void ofRates(Csv.Row row, double rate, Transformer model, Chip chip, int sequence, Precision precision) {
        String checked = "check_tokens_per_s_per_gpu";
        if (row.has(checked) && Math.abs(row.number(checked) / rate - 1) > RATES) {
            throw row.wrong(checked, "contradicts itself: the other columns give " + perToken(rate));
        }
        double peak = chip.denseFlopsPerSecond(precision);
        ofFlops(row, rate, model, chip, sequence, precision);
        double needed = rate * Flops.training(model, sequence, ScoreCounting.CAUSAL);
        if (needed > peak) {
            throw new IllegalArgumentException(
                    "contradicts itself: " + rate + " token/s a device need " + Units.format(needed, "FLOP/s")
                            + ", but the dense peak of " + chip.name() + " in " + precision
                            + " is " + Units.format(peak, "FLOP/s"));
        }
        if (needed < LEAST_UTILISATION * peak) {
            throw new IllegalArgumentException("contradicts itself: " + rate + " token/s a device use "
                    + Units.format(needed, "FLOP/s") + ", less than a thousandth of the dense peak of "
                    + chip.name() + " in " + precision + ", " + Units.format(peak, "FLOP/s"));
        }
    }

    /** Printed FLOP/s and MFU over the rate are FLOPs of a token, which the shape bounds. */
    private static void ofFlops(
            Csv.Row row, double rate, Transformer model, Chip chip, int sequence, Precision precision) {
        double least = Flops.trainingWithoutLogits(model, sequence, ScoreCounting.NONE) / COUNTS;
        double most = Flops.withFullRecompute(model, sequence, ScoreCounting.FULL) * COUNTS;
        double peak = chip.denseFlopsPerSecond(precision);
        if (row.has("model_tflops_per_gpu")) {
            positive(row, "model_tflops_per_gpu");
            double printed = 1e12 * row.number("model_tflops_per_gpu");
            if (printed > peak) {
                throw row.wrong(
                        "model_tflops_per_gpu",
                        "TFLOP/s are above the dense peak of " + chip.name() + " in " + precision + ", "
                                + Units.format(peak, "FLOP/s"));
            }
            checkFlops(row, "model_tflops_per_gpu", printed / rate, rate, least, most);
        }
        if (row.has("mfu_reported")) {
            double printed = row.number("mfu_reported");
            if (!(printed > 0 && printed < MOST_UTILISATION)) {
                throw row.wrong("mfu_reported", "must be a fraction above 0 and below " + MOST_UTILISATION);
            }
            checkFlops(row, "mfu_reported", printed * peak / rate, rate, least, most);
        }
    }

    private static void checkFlops(Csv.Row row, String column, double printed, double rate, double least, double most) {
        if (printed < least || printed > most) {
            throw row.wrong(
                    column,
                    "contradicts itself: at " + perToken(rate) + " it means " + Units.format(printed, "FLOP")
                            + " a token, but the shape has between " + Units.format(least, "FLOP") + " and "
                            + Units.format(most, "FLOP") + " however they are counted");
        }
    }

    private static String perToken(double rate) {
        return String.format(Locale.ROOT, "%.6g token/s a device", rate);
    }

    private static void positive(Csv.Row row, String column) {
        if (row.has(column) && !(row.number(column) > 0)) {
            throw row.wrong(column, "must be above 0");
        }
    }

    private static boolean both(Csv.Row row, String one, String other) {
        return row.has(one) && row.has(other);
    }
}
