package org.hopperline.calibration;

import java.util.Arrays;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.Gemm;
import org.hopperline.kernel.GemmConstant;
import org.hopperline.kernel.GemmConstants;
import org.hopperline.kernel.ScaledGemm;
import org.hopperline.kernel.ScaledGemmConstants;
import org.hopperline.measured.GemmTable;

/**
 * Fits the constants of {@link Gemm} and {@link ScaledGemm} to a table of measured products. The loss is on the
 * logarithm of the time, so that 3 microseconds weigh as much as 3 milliseconds, and linear beyond a few percent, so
 * that an odd choice of kernel by the library pulls little.
 *
 * <pre>{@code
 * GemmTable table = GemmTable.read(Path.of("my_gemm.csv"));
 * Fit fit = GemmCalibration.forward(table, Chips.H100_SXM5, Precision.BF16).fit();
 * Gemm mine = Gemm.with(Chips.H100_SXM5, Precision.BF16, GemmCalibration.constants(fit, Precision.BF16));
 * }</pre>
 */
public final class GemmCalibration {

    /** Log residual at which the loss turns linear: about the scatter of repeated collections. */
    public static final double LOSS_SCALE = 0.02;

    /** How many rows one row with m, n and k of at least 1,024 counts for: it is the products of training that matter. */
    public static final double TRAINING_WEIGHT = 4;

    /** Least dimension of a product of the size of training. */
    public static final long TRAINING_SIZE = 1024;

    private static final double LONG_SECONDS = 1e-3;

    private GemmCalibration() {}

    /**
     * A fit of all constants of {@link Gemm} to forward products, started from the shipped ones; rows, loss and starts
     * may still be changed.
     */
    public static LeastSquares forward(GemmTable table, Chip chip, Precision precision) {
        Check.notNull(chip, "chip");
        GemmConstants start = GemmConstants.shipped(precision);
        List<GemmTable.Product> rows = table.products();
        Parameter[] parameters = Arrays.stream(GemmConstant.values())
                .map(name -> parameter(name, start))
                .toArray(Parameter[]::new);
        return prepared(
                p -> {
                    Gemm gemm = Gemm.with(chip, precision, GemmConstants.of(p));
                    return row -> {
                        GemmTable.Product x = rows.get(row);
                        return gemm.seconds(x.m(), x.n(), x.k());
                    };
                },
                rows,
                parameters);
    }

    /**
     * A fit of the constants of {@link ScaledGemm} to products that include the quantisation of their activations. What
     * such products share with plain ones (launch, pipeline latency, division of k, clock) is taken from {@code shared}.
     */
    public static LeastSquares scaled(GemmTable table, Chip chip, GemmConstants shared) {
        GemmConstants start = GemmConstants.shipped(Precision.FP8);
        ScaledGemmConstants quantise = ScaledGemmConstants.shipped();
        List<GemmTable.Product> rows = table.products();
        GemmConstant[] own = ownOfScaled();
        Parameter[] parameters = new Parameter[own.length + 4];
        for (int i = 0; i < own.length; i++) {
            parameters[i] = parameter(own[i], start);
        }
        int next = own.length;
        parameters[next] = Parameter.between("quantise.launch", "s", quantise.quantiseLaunchSeconds(), 1e-7, 2e-5);
        parameters[next + 1] = Parameter.between("quantise.row", "s", quantise.rowSeconds(), 1e-11, 1e-6);
        parameters[next + 2] = Parameter.between("quantise.chunk", "s", quantise.chunkSeconds(), 1e-11, 1e-6);
        parameters[next + 3] = Parameter.between("cutlass.boundary", "1", quantise.boundary(), 1e-3, 3);
        return prepared(
                p -> {
                    ScaledGemm gemm = ScaledGemm.with(chip, product(p, shared), quantise(p));
                    return row -> {
                        GemmTable.Product x = rows.get(row);
                        return gemm.seconds(x.m(), x.n(), x.k());
                    };
                },
                rows,
                parameters);
    }

    /** The constants of plain products that {@link #forward} found. */
    public static GemmConstants constants(Fit fit) {
        return GemmConstants.of(fit.values());
    }

    /** The constants of products that {@link #scaled} found, with those it took over. */
    public static GemmConstants product(Fit fit, GemmConstants shared) {
        return product(fit.values(), shared);
    }

    /** The constants of quantisation that {@link #scaled} found. */
    public static ScaledGemmConstants quantise(Fit fit) {
        return quantise(fit.values());
    }

    /** Half of the shapes to fit and half to judge by, dealt by a hash of m, n and k. */
    public static Split halves(GemmTable table) {
        List<GemmTable.Product> rows = table.products();
        return Split.of(rows.size(), 0.5, row -> {
            GemmTable.Product x = rows.get(row);
            return Split.shape(x.m(), x.n(), x.k());
        });
    }

    /** How far a fit is off by the size of the product: few rows, few or short sums, sizes of training, and longer. */
    public static ResidualReport report(Fit fit, GemmTable table, int... rows) {
        List<GemmTable.Product> products = table.products();
        return fit.report(rows, row -> region(products.get(row)));
    }

    private static String region(GemmTable.Product x) {
        if (x.m() <= 64) {
            return "m <= 64: weights bind";
        }
        if (!trainingSize(x)) {
            return "m > 64, a side below 1024: latency, tails and divided k";
        }
        return x.seconds() < LONG_SECONDS
                ? "sizes of training, below 1 ms: burst clock"
                : "sizes of training, 1 ms and longer: power limit";
    }

    private static LeastSquares prepared(Model model, List<GemmTable.Product> rows, Parameter[] parameters) {
        double[] seconds = rows.stream().mapToDouble(GemmTable.Product::seconds).toArray();
        double[] weights = rows.stream()
                .mapToDouble(x -> trainingSize(x) ? TRAINING_WEIGHT : 1)
                .toArray();
        return LeastSquares.of(model, seconds)
                .parameters(parameters)
                .gradient(new WideDifferences(model, parameters))
                .weights(weights)
                .residual(Residual.LOG)
                .loss(Loss.pseudoHuber(LOSS_SCALE));
    }

    /** True if m, n and k all reach {@link #TRAINING_SIZE}. */
    public static boolean trainingSize(GemmTable.Product x) {
        return Math.min(x.m(), Math.min(x.n(), x.k())) >= TRAINING_SIZE;
    }

    private static Parameter parameter(GemmConstant name, GemmConstants start) {
        return Parameter.between(name.key(), name.unit(), start.get(name), name.low(), name.high());
    }

    private static GemmConstant[] ownOfScaled() {
        return Arrays.stream(GemmConstant.values())
                .filter(name -> !name.shared())
                .toArray(GemmConstant[]::new);
    }

    private static GemmConstants product(double[] p, GemmConstants shared) {
        double[] values = shared.toArray();
        GemmConstant[] own = ownOfScaled();
        for (int i = 0; i < own.length; i++) {
            values[own[i].ordinal()] = p[i];
        }
        return GemmConstants.of(values);
    }

    private static ScaledGemmConstants quantise(double[] p) {
        int next = p.length - 4;
        return new ScaledGemmConstants(p[next], p[next + 1], p[next + 2], p[next + 3]);
    }
}
