package org.hopperline.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.Attention;
import org.hopperline.kernel.AttentionScheduling;
import org.hopperline.kernel.AttentionTileCost;
import org.hopperline.kernel.FlashAttention;
import org.hopperline.kernel.UnfusedAttention;
import org.hopperline.measured.AttentionTable;
import org.jspecify.annotations.Nullable;

/**
 * Fits {@link FlashAttention} to measured kernels.
 *
 * <p>{@link #paged} fits what all flash kernels share (how tiles fill the chip) together with the
 * paged kernel itself, on the fitted half of a large table. {@link #forward} and {@link #backward} then fit the cost of a
 * tile of one backend to the few points that papers print, with priors that keep what those points leave open near the
 * kernels it resembles.
 */
public final class AttentionCalibration {

    /** Log residuals above this pull linearly: about the spread of repeated measurements, doubled. */
    private static final double SCALE = 0.06;

    /** Sequences below this do not take part in the fit of the paged kernel: launches and cache writes rule them. */
    private static final int SHORTEST = 256;

    /** Fewest rows of a small fit: a fifth of them left out must still leave one a parameter. */
    private static final int FEWEST = 6;

    private final Chip chip;
    private final AttentionTable table;

    private final @Nullable AttentionScheduling scheduling;

    private AttentionCalibration(Chip chip, AttentionTable table, @Nullable AttentionScheduling scheduling) {
        this.chip = chip;
        this.table = table;
        this.scheduling = scheduling;
    }

    /** Fits to {@code table}, measured on {@code chip}. */
    public static AttentionCalibration of(Chip chip, AttentionTable table) {
        return new AttentionCalibration(Check.notNull(chip, "chip"), Check.notNull(table, "table"), null);
    }

    /** The same with another scheduling than the shipped one, such as {@link #paged} found. */
    public AttentionCalibration withScheduling(AttentionScheduling newScheduling) {
        return new AttentionCalibration(chip, table, Check.notNull(newScheduling, "scheduling"));
    }

    /**
     * A fit of one kernel and the rows it used.
     *
     * @param rows the measurements, fitted and not
     * @param fit the constants
     * @param heldOut errors on rows that the fit did not see: the scored half of a large table, or each fifth of a small
     *     one predicted from the other four
     * @param scored indices of {@code rows} that were not fitted; empty where all were
     */
    public record Outcome(List<AttentionTable.Row> rows, Fit fit, ErrorStatistics heldOut, int... scored) {

        /** Takes copies. */
        public Outcome {
            rows = List.copyOf(rows);
            Check.notNull(fit, "fit");
            Check.notNull(heldOut, "errors held out");
            scored = scored.clone();
        }

        @Override
        public int[] scored() {
            return scored.clone();
        }

        /** Errors on the scored rows that {@code which} admits. */
        public ErrorStatistics errors(Predicate<AttentionTable.Row> which) {
            return fit.errors(
                    Arrays.stream(scored).filter(i -> which.test(rows.get(i))).toArray());
        }
    }

    /** Fits the paged kernel and the shared scheduling on half of the shapes; the other half scores. */
    public Outcome paged() {
        List<AttentionTable.Row> rows = rows(AttentionBackend.FLASH_3_PAGED, "fwd", false);
        Split split = Split.of(rows.size(), 0.5, i -> shape(rows.get(i)));
        FlashAttention start = flash(AttentionBackend.FLASH_3_PAGED, false);
        Model model = p -> {
            AttentionTileCost cost = new AttentionTileCost(p[0], p[1], p[2], 1, 1);
            FlashAttention attention = start.withCosts(
                            cost,
                            cost,
                            new AttentionScheduling(start.scheduling().launchSeconds(), p[3]))
                    .withCacheWrite(p[4], p[5]);
            return i -> forward(attention, rows.get(i));
        };
        Fit fit = LeastSquares.of(model, seconds(rows))
                .parameters(
                        Parameter.positive("flash_3_paged.hopper.forward.tensor_slowdown", "1", 1),
                        Parameter.positive("flash_3_paged.hopper.forward.exponential_exposure", "1", 0.8),
                        Parameter.positive("flash_3_paged.hopper.forward.tile_time", "s", 4e-6),
                        Parameter.positive("tail_share", "1", 0.4),
                        Parameter.positive("paged.launch_time", "s", 8e-6),
                        Parameter.positive("paged.block_time", "s", 2e-6))
                .rows(Arrays.stream(split.fit())
                        .filter(i -> rows.get(i).queries() >= SHORTEST)
                        .toArray())
                .residual(Residual.LOG)
                .loss(Loss.pseudoHuber(SCALE))
                .fit();
        return new Outcome(rows, fit, fit.errors(split.score()), split.score());
    }

    /** Fits the forward kernel of {@code backend} to all its rows. */
    public Outcome forward(AttentionBackend backend, boolean eightBit) {
        List<AttentionTable.Row> rows = rows(backend, "fwd", eightBit);
        FlashAttention start = flash(backend, eightBit);
        String prefix = name(backend, eightBit) + ".hopper.forward.";
        Model model = p -> {
            AttentionTileCost cost = new AttentionTileCost(p[0], p[1], p[2], p[3], p[4]);
            FlashAttention attention = start.withCosts(cost, start.backwardCost(), start.scheduling());
            return i -> forward(attention, rows.get(i));
        };
        return small(
                rows,
                model,
                backend,
                Parameter.positive(prefix + "tensor_slowdown", "1", 1.2).withPrior(1.2, 0.5),
                Parameter.positive(prefix + "exponential_exposure", "1", 0.8).withPrior(0.8, 0.3),
                Parameter.positive(prefix + "tile_time", "s", 3e-6).withPrior(3e-6, 0.5),
                Parameter.positive(prefix + "causal_slowdown", "1", 1.05).withPrior(1.05, 0.1),
                Parameter.positive(prefix + "wide_head_slowdown", "1", 1.1).withPrior(1.1, 0.2));
    }

    /**
     * Fits the backward kernel of {@code backend} to its backward rows and, given its forward kernel, to rows of both.
     * What no row tells (wide heads, and a causal mask where no row has one) stays as in the forward kernel.
     *
     * @param forward cost of the forward kernel
     */
    public Outcome backward(AttentionBackend backend, AttentionTileCost forward) {
        List<AttentionTable.Row> rows = new ArrayList<>(rows(backend, "bwd", false));
        rows.addAll(rows(backend, "fwd+bwd", false));
        FlashAttention start = flash(backend, false);
        boolean causal = rows.stream().anyMatch(AttentionTable.Row::causal);
        String prefix = name(backend, false) + ".hopper.backward.";
        Model model = p -> {
            AttentionTileCost cost = new AttentionTileCost(
                    p[0], p[1], p[2], causal ? p[3] : forward.causalSlowdown(), forward.wideHeadSlowdown());
            FlashAttention attention = start.withCosts(forward, cost, start.scheduling());
            return i -> both(attention, rows.get(i));
        };
        List<Parameter> parameters = new ArrayList<>(List.of(
                Parameter.positive(prefix + "tensor_slowdown", "1", 1.8).withPrior(1.8, 0.5),
                Parameter.positive(prefix + "exponential_exposure", "1", 1).withPrior(1, 0.3),
                Parameter.positive(prefix + "tile_time", "s", 6e-6).withPrior(6e-6, 0.7)));
        if (causal) {
            parameters.add(
                    Parameter.positive(prefix + "causal_slowdown", "1", 1.05).withPrior(1.05, 0.1));
        }
        return small(rows, model, backend, parameters.toArray(Parameter[]::new));
    }

    /**
     * Fits the unfused form, whose mask the measured stacks apply in kernels of its own: rate of the products (relative to
     * the peak) and bytes of a score.
     */
    public Outcome unfused() {
        List<AttentionTable.Row> rows = table.rows().stream()
                .filter(row -> backend(row) == AttentionBackend.UNFUSED)
                .toList();
        UnfusedAttention start =
                ((UnfusedAttention) Attention.on(chip, AttentionBackend.UNFUSED)).withSeparateMask(true);
        double peak = chip.denseFlopsPerSecond(Precision.BF16);
        Model model = p -> {
            UnfusedAttention attention = start.withCosts(peak / p[0], p[1], p[2], p[3]);
            return i -> both(attention, rows.get(i));
        };
        return small(
                rows,
                model,
                AttentionBackend.UNFUSED,
                Parameter.positive("unfused.tensor_slowdown", "1", 1.6).withPrior(1.6, 0.3),
                Parameter.positive("unfused.forward_score_bytes", "byte", 10),
                Parameter.positive("unfused.mask_score_bytes", "byte", 10),
                Parameter.positive("unfused.backward_score_bytes", "byte", 19));
    }

    /** Errors of the shipped or given attention on all its rows that {@code which} admits. */
    public ErrorStatistics errors(Attention attention, Predicate<AttentionTable.Row> which) {
        List<AttentionTable.Row> rows = table.rows().stream()
                .filter(row -> attention.backend() == backend(row) && !eightBit(row))
                .filter(which)
                .toList();
        return ErrorStatistics.of(
                rows.stream().mapToDouble(row -> both(attention, row)).toArray(), seconds(rows));
    }

    /** Rows of the table that a fit of {@code backend} would take. */
    private List<AttentionTable.Row> rows(AttentionBackend backend, String direction, boolean eightBit) {
        List<AttentionTable.Row> rows = table.rows().stream()
                .filter(row -> backend(row) == backend && eightBit(row) == eightBit)
                .filter(row -> row.direction().equals(direction))
                .toList();
        return rows;
    }

    /**
     * The backend that a source's name of a kernel stands for; null if none, as for FlashAttention-1, whose kernels are not
     * those of its Triton port. Besides the names of the enum: vLLM stands for the paged kernel, standard and eager
     * attention for the unfused form.
     */
    static @Nullable AttentionBackend backend(AttentionTable.Row row) {
        String name = row.implementation();
        for (AttentionBackend backend : AttentionBackend.values()) {
            if (backend.name().equalsIgnoreCase(name)) {
                return backend;
            }
        }
        if (name.startsWith("vLLM")) {
            return AttentionBackend.FLASH_3_PAGED;
        }
        return switch (name) {
            case "FlashAttention-3" -> AttentionBackend.FLASH_3;
            case "FlashAttention-2" -> AttentionBackend.FLASH_2;
            case "cuDNN" -> AttentionBackend.CUDNN;
            case "Standard attention", "PyTorch eager" -> AttentionBackend.UNFUSED;
            default -> null;
        };
    }

    private static boolean eightBit(AttentionTable.Row row) {
        return row.dtype().toLowerCase(Locale.ROOT).startsWith("fp8");
    }

    private static long shape(AttentionTable.Row row) {
        return Split.shape(row.batch(), row.heads(), row.kvHeads(), row.queries(), row.headDim());
    }

    private FlashAttention flash(AttentionBackend backend, boolean eightBit) {
        FlashAttention shipped =
                (FlashAttention) Attention.on(chip, backend, eightBit ? Precision.FP8 : Precision.BF16);
        return scheduling == null
                ? shipped
                : shipped.withCosts(shipped.forwardCost(), shipped.backwardCost(), scheduling);
    }

    /** Fits all rows, and for the errors held out each fifth of the shapes from the other four. */
    private Outcome small(
            List<AttentionTable.Row> rows, Model model, AttentionBackend backend, Parameter... parameters) {
        if (rows.size() < FEWEST) {
            throw new IllegalArgumentException(table.name() + " has " + rows.size() + " rows of " + backend
                    + " for this fit, but it needs at least " + FEWEST + "; column impl must name the backend");
        }
        LeastSquares least = LeastSquares.of(model, seconds(rows))
                .parameters(parameters)
                .residual(Residual.LOG)
                .loss(Loss.pseudoHuber(SCALE));
        Fit fit = least.fit();
        double[] predicted = seconds(rows);
        List<Split> folds = Split.groups(rows.size(), i -> String.valueOf(Math.floorMod(shape(rows.get(i)), 5)));
        List<HeldOut> heldOut = least.heldOut(folds);
        for (int fold = 0; fold < folds.size(); fold++) {
            for (int row : folds.get(fold).score()) {
                predicted[row] = heldOut.get(fold).fit().predicted(row);
            }
        }
        return new Outcome(rows, fit, ErrorStatistics.of(predicted, seconds(rows)));
    }

    private static String name(AttentionBackend backend, boolean eightBit) {
        return backend.name().toLowerCase(Locale.ROOT) + (eightBit ? "_fp8" : "");
    }

    private static double[] seconds(List<AttentionTable.Row> rows) {
        return rows.stream().mapToDouble(AttentionTable.Row::seconds).toArray();
    }

    private static double forward(Attention attention, AttentionTable.Row row) {
        return attention.forwardSeconds(
                row.batch(),
                row.heads(),
                row.kvHeads(),
                row.queries(),
                row.keys(),
                row.headDim(),
                row.valueDim(),
                row.causal(),
                0);
    }

    /** The pass or passes that a row measured. */
    private static double both(Attention attention, AttentionTable.Row row) {
        double seconds = row.direction().startsWith("fwd") ? forward(attention, row) : 0;
        if (row.direction().endsWith("bwd")) {
            seconds += attention.backwardSeconds(
                    row.batch(),
                    row.heads(),
                    row.kvHeads(),
                    row.queries(),
                    row.keys(),
                    row.headDim(),
                    row.valueDim(),
                    row.causal(),
                    0);
        }
        return seconds;
    }
}
