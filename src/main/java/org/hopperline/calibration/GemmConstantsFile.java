package org.hopperline.calibration;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.Gemm;
import org.hopperline.kernel.GemmConstant;
import org.hopperline.kernel.GemmConstants;
import org.hopperline.measured.GemmTable;
import org.hopperline.measured.KernelTable;
import org.hopperline.text.FigureTable;

/**
 * Writes the file of product constants that the kernel models read: fitted values with standard errors, the others as
 * they were.
 */
public final class GemmConstantsFile {

    private static final int MAXIMUM_ITERATIONS = 80;

    private GemmConstantsFile() {}

    /**
     * Fits BF16 products, then quantised FP8 products, on half of the shapes of each, and returns the file as CSV.
     *
     * @param forward BF16 forward products
     * @param scaled FP8 products with the quantisation of their activations
     * @param chip what they ran on
     * @param measurements who measured, for the source of each value
     */
    public static String fitted(GemmTable forward, GemmTable scaled, Chip chip, String measurements) {
        Split ofForward = GemmCalibration.halves(forward);
        Fit plain = GemmCalibration.forward(forward, chip, Precision.BF16)
                .rows(ofForward.fit())
                .maximumIterations(MAXIMUM_ITERATIONS)
                .fit();
        GemmConstants shared = GemmCalibration.constants(plain);
        Split ofScaled = GemmCalibration.halves(scaled);
        Fit quantised = GemmCalibration.scaled(scaled, chip, shared)
                .rows(ofScaled.fit())
                .maximumIterations(MAXIMUM_ITERATIONS)
                .fit();
        Map<String, String> lines = new LinkedHashMap<>();
        FigureTable shipped = FigureTable.resource(Gemm.class, "gemm.csv");
        for (String name : shipped.names()) {
            lines.put(name, line(name, shipped.get(name), ""));
        }
        add(lines, plain, "bf16.", measurements + ofForward.fit().length + " BF16 products");
        add(lines, quantised, "fp8.", measurements + ofScaled.fit().length + " FP8 products");
        addErrors(lines, plain, forward, ofForward);
        return "name,value,unit,kind,standard_error,source\n" + String.join("\n", lines.values()) + "\n";
    }

    /**
     * The products of a kernel table with the columns {@code m}, {@code n}, {@code k}, {@code dtype} and
     * {@code latency_us}.
     *
     * @param format start of the {@code dtype} of the rows to take, such as {@code bf16}
     */
    public static GemmTable products(KernelTable table, String format, Precision precision) {
        KernelTable rows = table.where("dtype", dtype -> dtype.startsWith(format));
        double[] m = rows.positive("m");
        double[] n = rows.positive("n");
        double[] k = rows.positive("k");
        double[] microseconds = rows.positive("latency_us");
        return new GemmTable(IntStream.range(0, rows.size())
                .mapToObj(i ->
                        new GemmTable.Product((long) m[i], (long) n[i], (long) k[i], precision, microseconds[i] * 1e-6))
                .toList());
    }

    private static void add(Map<String, String> lines, Fit fit, String prefix, String source) {
        Set<String> ofFormat = Arrays.stream(GemmConstant.values())
                .filter(name -> !name.shared())
                .map(GemmConstant::key)
                .collect(Collectors.toSet());
        fit.figures(source).forEach((key, figure) -> {
            String name = ofFormat.contains(key) ? prefix + key : key;
            lines.put(name, line(name, figure, String.format(Locale.ROOT, "%.2g", fit.standardError(key))));
        });
    }

    private static void addErrors(Map<String, String> lines, Fit plain, GemmTable forward, Split split) {
        int[] training = Arrays.stream(split.score())
                .filter(row -> GemmCalibration.trainingSize(forward.products().get(row)))
                .toArray();
        addError(lines, "bf16.error.any-size", plain.errors(split.score()), "");
        addError(lines, "bf16.error.training-size", plain.errors(training), ", with m, n and k of at least 1024");
    }

    private static void addError(Map<String, String> lines, String name, ErrorStatistics errors, String which) {
        String source = "90 % of " + errors.rows() + " BF16 products that no constant was fitted to" + which
                + " were closer; half of the shapes held out by a hash of m, n and k";
        lines.put(name, line(name, Figure.measured(errors.p90(), "1", source), ""));
    }

    private static String line(String name, Figure figure, String standardError) {
        String value = String.format(Locale.ROOT, "%.5g", figure.value());
        String kind = figure.kind().name().toLowerCase(Locale.ROOT);
        String source = "\"" + figure.source().replace("\"", "\"\"") + "\"";
        return String.join(",", name, value, figure.unit(), kind, standardError, source);
    }
}
