package org.hopperline.measured;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.text.Csv;

/**
 * Measured attention kernels, one a row. Columns: {@code batch}, {@code heads}, {@code kv_heads}, {@code seq_q},
 * {@code seq_kv}, {@code head_dim}, {@code causal} (0 or 1), {@code direction} ({@code fwd}, {@code bwd} or
 * {@code fwd+bwd}), {@code dtype}, {@code impl}, {@code latency_us}; others are ignored, but for {@code value_dim}, which
 * tells the size of a value vector where it is not {@code head_dim}.
 */
public final class AttentionTable {

    private static final List<String> DIRECTIONS = List.of("fwd", "bwd", "fwd+bwd");

    private final String name;
    private final List<Row> rows;

    private AttentionTable(String name, List<Row> rows) {
        this.name = name;
        this.rows = rows;
    }

    /**
     * One measurement.
     *
     * @param batch sequences
     * @param heads query heads
     * @param kvHeads key-value heads
     * @param queries queries of a sequence
     * @param keys keys of a sequence
     * @param headDim elements of a query and key vector
     * @param valueDim elements of a value vector
     * @param causal true under a causal mask
     * @param direction {@code fwd}, {@code bwd} or {@code fwd+bwd}
     * @param dtype number formats as the source names them
     * @param implementation the kernel as the source names it
     * @param seconds measured time, s
     */
    public record Row(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int headDim,
            int valueDim,
            boolean causal,
            String direction,
            String dtype,
            String implementation,
            double seconds) {

        /** Checks that counts and time are positive. */
        public Row {
            Check.positive(batch, "batch");
            Check.positive(heads, "heads");
            Check.positive(kvHeads, "key-value heads");
            Check.positive(queries, "queries");
            Check.positive(keys, "keys");
            Check.positive(headDim, "head dimension");
            Check.positive(valueDim, "value dimension");
            Check.notBlank(direction, "direction");
            Check.notBlank(dtype, "dtype");
            Check.notBlank(implementation, "implementation");
            Check.positive(seconds, "measured time", "s");
        }
    }

    /** Reads a file, which may be packed with gzip. */
    public static AttentionTable read(Path path) {
        return of(Csv.read(path));
    }

    /**
     * Takes the rows of a table.
     *
     * @throws IllegalArgumentException naming line and column of a cell that is missing or wrong
     */
    public static AttentionTable of(Csv csv) {
        csv.require(
                "batch",
                "heads",
                "kv_heads",
                "seq_q",
                "seq_kv",
                "head_dim",
                "causal",
                "direction",
                "dtype",
                "impl",
                "latency_us");
        List<Row> rows = new ArrayList<>();
        for (Csv.Row row : csv.rows()) {
            double micros = row.number("latency_us");
            if (!(micros > 0)) {
                throw row.wrong("latency_us", "must be above 0 microseconds");
            }
            String direction = row.text("direction");
            if (!DIRECTIONS.contains(direction)) {
                throw row.wrong("direction", "must be one of " + String.join(", ", DIRECTIONS));
            }
            int valueDim = row.whole("value_dim", row.whole("head_dim"));
            if (valueDim < 1) {
                throw row.wrong("value_dim", "must be at least 1");
            }
            int causal = row.whole("causal");
            if (causal != 0 && causal != 1) {
                throw row.wrong("causal", "must be 0 or 1");
            }
            rows.add(new Row(
                    count(row, "batch"),
                    count(row, "heads"),
                    count(row, "kv_heads"),
                    count(row, "seq_q"),
                    count(row, "seq_kv"),
                    count(row, "head_dim"),
                    valueDim,
                    causal == 1,
                    direction,
                    row.text("dtype"),
                    row.text("impl"),
                    micros * 1e-6));
        }
        return new AttentionTable(csv.name(), List.copyOf(rows));
    }

    /** The rows in the order of the file. */
    public List<Row> rows() {
        return rows;
    }

    /** The name of the file. */
    public String name() {
        return name;
    }

    private static int count(Csv.Row row, String column) {
        int value = row.whole(column);
        if (value < 1) {
            throw row.wrong(column, "must be at least 1");
        }
        return value;
    }
}
