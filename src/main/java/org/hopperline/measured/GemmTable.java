package org.hopperline.measured;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.text.Csv;
import org.hopperline.text.Nearest;

/**
 * Measured matrix products: the simplest table a user can write, with the columns
 *
 * <pre>m,n,k,dtype,microseconds</pre>
 *
 * for an {@code m x k} by {@code k x n} product. Other columns may stand beside them.
 *
 * @param products one entry a row, in the order of the file
 */
public record GemmTable(List<Product> products) {

    /** @throws IllegalArgumentException if there is no product */
    public GemmTable {
        products = List.copyOf(Check.notNull(products, "products"));
        if (products.isEmpty()) {
            throw new IllegalArgumentException("0 measured products; give at least 1 row below the header");
        }
    }

    /**
     * One measurement.
     *
     * @param m rows of the result
     * @param n columns of the result
     * @param k length of the sums
     * @param precision of the operands
     * @param seconds that it took
     */
    public record Product(long m, long n, long k, Precision precision, double seconds) {

        /** @throws IllegalArgumentException if a size or the time is not above zero */
        public Product {
            Check.positive(m, "m");
            Check.positive(n, "n");
            Check.positive(k, "k");
            Check.notNull(precision, "precision");
            Check.positive(seconds, "time of a product", "s");
        }

        /** {@code 2 m n k}. */
        public double flops() {
            return 2.0 * m * n * k;
        }
    }

    /**
     * Reads the table from a file; one whose name ends in {@code .gz} is unpacked on the way.
     *
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if a column is missing, or a cell is blank, no number, zero or negative, or no
     *     known precision: with the line, the column and what would do
     */
    public static GemmTable read(Path path) {
        return of(Csv.read(path));
    }

    /** The table of rows already read. */
    public static GemmTable of(Csv csv) {
        Check.notNull(csv, "csv").require("m", "n", "k", "dtype", "microseconds");
        if (csv.rows().isEmpty()) {
            throw new IllegalArgumentException(csv.name() + " holds 0 products; give at least 1 row below the header");
        }
        return new GemmTable(csv.rows().stream().map(GemmTable::product).toList());
    }

    private static Product product(Csv.Row row) {
        double microseconds = row.number("microseconds");
        if (!(microseconds > 0)) {
            throw row.wrong("microseconds", "must be above 0");
        }
        return new Product(size(row, "m"), size(row, "n"), size(row, "k"), precision(row), microseconds * 1e-6);
    }

    private static long size(Csv.Row row, String column) {
        int size = row.whole(column);
        if (size <= 0) {
            throw row.wrong(column, "must be at least 1");
        }
        return size;
    }

    /** The precision of a cell, by the names that frameworks print: {@code bf16}, {@code bfloat16}, {@code fp8_e4m3}. */
    private static Precision precision(Csv.Row row) {
        String cell = row.text("dtype");
        String plain = Nearest.plain(cell).toUpperCase(Locale.ROOT);
        return switch (plain) {
            case "BFLOAT16", "TORCHBFLOAT16" -> Precision.BF16;
            case "FLOAT16", "HALF", "TORCHFLOAT16" -> Precision.FP16;
            case "FLOAT32", "FLOAT", "TORCHFLOAT32" -> Precision.FP32;
            case "FLOAT64", "DOUBLE", "TORCHFLOAT64" -> Precision.FP64;
            case "FP8E4M3", "FP8E5M2", "FLOAT8E4M3FN", "FLOAT8E5M2", "FLOAT8" -> Precision.FP8;
            default ->
                Arrays.stream(Precision.values())
                        .filter(p -> p.name().equals(plain))
                        .findFirst()
                        .orElseThrow(() -> row.wrong(
                                "dtype",
                                "is no known precision; write one of "
                                        + Arrays.toString(Precision.values()).toLowerCase(Locale.ROOT)));
        };
    }

    /**
     * The products of one precision.
     *
     * @throws IllegalArgumentException if there is none
     */
    public GemmTable of(Precision precision) {
        List<Product> selected =
                products.stream().filter(p -> p.precision() == precision).toList();
        if (selected.isEmpty()) {
            throw new IllegalArgumentException("no measured product in " + precision + "; there are "
                    + products.stream().map(Product::precision).distinct().toList());
        }
        return new GemmTable(selected);
    }

    /** Measured times in seconds, in the order of the rows. */
    public double[] seconds() {
        return products.stream().mapToDouble(Product::seconds).toArray();
    }
}
