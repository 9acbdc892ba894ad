package org.hopperline.calibration;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.hopperline.core.Check;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.kernel.MemoryCost;
import org.hopperline.kernel.MemoryPattern;
import org.hopperline.measured.MemoryTable;
import org.jspecify.annotations.Nullable;

/** Fits {@link MemoryBound} to measured kernels, one {@link MemoryPattern} after the other. */
public final class MemoryCalibration {

    /** Log residuals above this pull linearly. */
    private static final double SCALE = 0.05;

    /** Fewer rows than this are all fitted. */
    private static final int SPLIT_FROM = 100;

    private final MemoryBound start;
    private final List<MemoryTable.Row> rows;

    private MemoryCalibration(MemoryBound start, List<MemoryTable.Row> rows) {
        this.start = start;
        this.rows = rows;
    }

    /**
     * Fits to the rows of {@code table} that were measured on {@code chip}.
     *
     * @param chip the chip
     * @param label how the table names it, such as {@code H100-SXM5-80GB}
     */
    public static MemoryCalibration of(Chip chip, String label, MemoryTable table) {
        Check.notBlank(label, "label of the chip");
        return new MemoryCalibration(
                MemoryBound.on(chip),
                table.rows().stream().filter(row -> row.chip().equals(label)).toList());
    }

    /**
     * A fit of one pattern.
     *
     * @param pattern what was fitted
     * @param rows all its measurements
     * @param fit the constants, from half of the sizes
     * @param scored indices of {@code rows} that were not fitted
     */
    public record Outcome(MemoryPattern pattern, List<MemoryTable.Row> rows, Fit fit, int... scored) {

        /** Takes copies. */
        public Outcome {
            Check.notNull(pattern, "pattern");
            rows = List.copyOf(rows);
            Check.notNull(fit, "fit");
            scored = scored.clone();
        }

        @Override
        public int[] scored() {
            return scored.clone();
        }

        /** Errors on the scored rows of at least {@code bytes}. */
        public ErrorStatistics errors(double bytes) {
            return fit.errors(Arrays.stream(scored)
                    .filter(i -> rows.get(i).bytes() >= bytes)
                    .toArray());
        }
    }

    /**
     * Fits one pattern.
     *
     * <p>Of 100 rows or more, half of the sizes are fitted and the other half scores; fewer are all fitted.
     *
     * @param cached true to fit how L2 serves small tensors as well; false to fit launch and bandwidth alone, where tensors
     *     are large or the kernel is too slow to gain from L2
     * @throws IllegalArgumentException if the table has no such rows
     */
    public Outcome fit(MemoryPattern pattern, boolean cached) {
        List<MemoryTable.Row> own =
                rows.stream().filter(row -> pattern(row) == pattern).toList();
        if (own.size() < 8) {
            throw new IllegalArgumentException("the table has " + own.size() + " rows of " + pattern
                    + " on this chip, but a fit needs at least 8; name the pattern in column op");
        }
        MemoryCost first = start.cost(pattern);
        String prefix = pattern.name().toLowerCase(Locale.ROOT) + ".";
        Model model = p -> {
            MemoryCost cost = cached
                    ? new MemoryCost(p[0], p[1], p[2], p[3], p[3] + p[4])
                    : new MemoryCost(p[0], p[1], first.cacheShare(), first.residentShare(), first.evictedShare());
            MemoryBound bound = start.with(pattern, cost);
            return i -> bound.seconds(pattern, own.get(i).bytes(), 0);
        };
        Parameter launch = Parameter.between(prefix + "launch_time", "s", first.launchSeconds(), 0, 1e-3);
        Parameter memory = Parameter.between(prefix + "memory_share", "1", first.memoryShare(), 0, 2);
        Parameter[] parameters = cached
                ? new Parameter[] {
                    launch,
                    memory,
                    Parameter.between(prefix + "cache_share", "1", first.cacheShare(), 0, 4),
                    Parameter.between(prefix + "resident_share", "1", first.residentShare(), 0, 2),
                    Parameter.between(
                            prefix + "eviction_width",
                            "1",
                            Math.max(0.05, first.evictedShare() - first.residentShare()),
                            0.005,
                            2)
                }
                : new Parameter[] {launch, memory};
        LeastSquares least = LeastSquares.of(
                        model,
                        own.stream().mapToDouble(MemoryTable.Row::seconds).toArray())
                .parameters(parameters)
                .residual(Residual.LOG)
                .loss(Loss.pseudoHuber(SCALE));
        if (own.size() < SPLIT_FROM) {
            return new Outcome(pattern, own, least.fit());
        }
        Split split = Split.of(own.size(), 0.5, i -> Split.shape(own.get(i).bytes()));
        return new Outcome(pattern, own, least.rows(split.fit()).fit(), split.score());
    }

    /** Errors of the shipped constants on the rows of every pattern that {@code which} admits. */
    public ErrorStatistics errors(Predicate<MemoryTable.Row> which) {
        double[] predicted = new double[rows.size()];
        double[] measured = new double[rows.size()];
        int known = 0;
        for (MemoryTable.Row row : rows) {
            MemoryPattern pattern = pattern(row);
            if (pattern != null && which.test(row)) {
                predicted[known] = start.seconds(pattern, row.bytes(), 0);
                measured[known++] = row.seconds();
            }
        }
        return ErrorStatistics.of(Arrays.copyOf(predicted, known), Arrays.copyOf(measured, known));
    }

    /**
     * The pattern that a source's name of an operation stands for, or null: the names of the enum, and those of the
     * tables that the shipped constants were fitted to.
     */
    static @Nullable MemoryPattern pattern(MemoryTable.Row row) {
        String name = row.operation();
        for (MemoryPattern pattern : MemoryPattern.values()) {
            if (pattern.name().equalsIgnoreCase(name)) {
                return pattern;
            }
        }
        if (name.startsWith("scale_matrix")) {
            return MemoryPattern.STREAM;
        } else if (name.startsWith("computescale")) {
            return MemoryPattern.ABSOLUTE_MAXIMUM;
        } else if (name.startsWith("add tp=")) {
            return MemoryPattern.ADD;
        } else if (name.startsWith("input_layernorm tp=")) {
            return MemoryPattern.SERVING_NORM;
        } else if (name.startsWith("mlp_act tp=")) {
            return MemoryPattern.SERVING_GATE;
        } else if (name.equals("softmax fwd")) {
            return MemoryPattern.SOFTMAX;
        } else if (name.equals("layernorm fwd")) {
            return MemoryPattern.EAGER_NORM;
        } else if (name.equals("tanh fwd") || name.equals("gelu fwd")) {
            return MemoryPattern.EAGER;
        }
        boolean unfusedSum = name.startsWith("fused_add_rms_norm/liger_rms_norm");
        return name.contains("/liger") && name.endsWith("/forward") && !unfusedSum ? MemoryPattern.TRITON_ROW : null;
    }
}
