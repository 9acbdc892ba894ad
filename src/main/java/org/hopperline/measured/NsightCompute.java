package org.hopperline.measured;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.GZIPInputStream;
import org.hopperline.core.Check;
import org.hopperline.text.Csv;

/**
 * Reads the CSV that NVIDIA Nsight Compute prints, in both forms: {@code ncu --csv --page raw}, a column for each metric
 * and a line of units below the header, and {@code ncu --csv --page details} (or {@code --metrics} without a page), a
 * line for each metric. Progress lines of the profiler around the table are passed over.
 *
 * <p>Time is {@code gpu__time_duration.sum}, or the detail "Duration". Bytes are {@code dram__bytes.sum}, or the sum of
 * {@code dram__bytes_read.sum} and {@code dram__bytes_write.sum}, or the detail "Memory Throughput" in bytes per second
 * times the duration. Operations are counted by {@link ProfilerOperations}. Units may carry a decimal prefix, as the
 * profiler prints by default ({@code Gbyte} is 1e9 bytes).
 */
public final class NsightCompute {

    /** The options with which the profiler collects what a roofline needs. */
    public static final String METRICS = "ncu --csv --page raw --metrics gpu__time_duration.sum,dram__bytes_read.sum,"
            + "dram__bytes_write.sum,regex:sm__ops_path_tensor_src_.*sum$,"
            + "regex:smsp__sass_thread_inst_executed_op_[dfh](add|mul|fma)_pred_on.sum$";

    private static final String DURATION = "gpu__time_duration.sum";

    private NsightCompute() {}

    /**
     * Reads an export; a file whose name ends in {@code .gz} is unpacked on the way.
     *
     * @return one entry a launch, in the order of the file
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is no such export, a launch has no duration, or a cell that is used is no
     *     number or has an unknown unit: with the line, the column and what would do
     */
    public static List<ProfiledKernel> read(Path path) {
        Check.notNull(path, "path");
        String name = path.getFileName().toString();
        try (InputStream file = Files.newInputStream(path);
                InputStream in = name.endsWith(".gz") ? new GZIPInputStream(file) : file) {
            byte[] bytes = in.readNBytes((int) Math.min(Csv.MAXIMUM_BYTES, Integer.MAX_VALUE - 8) + 1);
            if (bytes.length > Csv.MAXIMUM_BYTES) {
                throw new IllegalArgumentException(
                        name + " is larger than " + Csv.MAXIMUM_BYTES + " bytes; export fewer launches");
            }
            return parse(name, new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /** Reads the text of an export; {@code name} stands in messages. */
    public static List<ProfiledKernel> parse(String name, String text) {
        Csv csv = Csv.parse(name, tableOnly(name, Check.notNull(text, "text")));
        csv.require("ID", "Kernel Name");
        Map<String, Launch> launches = csv.columns().contains("Metric Name") ? details(csv) : raw(csv);
        if (launches.isEmpty()) {
            throw new IllegalArgumentException(name + " holds no kernel; profile with " + METRICS);
        }
        return launches.values().stream().map(launch -> launch.kernel(name)).toList();
    }

    /** The text with each line that is not of the table made a comment, so that lines keep their numbers. */
    private static String tableOnly(String name, String text) {
        StringBuilder out = new StringBuilder(text.length() + 64);
        boolean inside = false;
        for (String line : text.split("\n", -1)) {
            boolean header = line.startsWith("\"ID\",") || line.startsWith("ID,");
            inside |= header;
            if (!inside || line.startsWith("==")) {
                out.append('#');
            }
            out.append(line).append('\n');
        }
        if (!inside) {
            throw new IllegalArgumentException(name
                    + " has no line that starts with \"ID\",: it is no CSV of Nsight Compute; export with " + METRICS);
        }
        return out.toString();
    }

    /** A column for each metric; the first line below the header holds the units. */
    private static Map<String, Launch> raw(Csv csv) {
        List<Csv.Row> rows = csv.rows();
        if (rows.isEmpty() || rows.get(0).has("ID")) {
            throw new IllegalArgumentException(
                    csv.name() + " line 2 must hold the units of the metrics, with no ID; export with --page raw");
        }
        Csv.Row units = rows.get(0);
        Map<String, Launch> launches = new LinkedHashMap<>();
        for (Csv.Row row : rows.subList(1, rows.size())) {
            Launch launch = new Launch(row.text("ID"), row.text("Kernel Name"), row.line());
            for (String column : csv.columns()) {
                launch.take(column, units.text(column), row, column);
            }
            if (launches.put(key(csv, row), launch) != null) {
                throw row.wrong("ID", "stands twice for one process; export each launch once");
            }
        }
        return launches;
    }

    /** A line for each metric. */
    private static Map<String, Launch> details(Csv csv) {
        csv.require("Metric Name", "Metric Unit", "Metric Value");
        Map<String, Launch> launches = new LinkedHashMap<>();
        for (Csv.Row row : csv.rows()) {
            Launch launch = launches.computeIfAbsent(
                    key(csv, row), key -> new Launch(row.text("ID"), row.text("Kernel Name"), row.line()));
            launch.take(row.text("Metric Name"), row.text("Metric Unit"), row, "Metric Value");
        }
        return launches;
    }

    /** Launches are numbered within their process. */
    private static String key(Csv csv, Csv.Row row) {
        return (csv.columns().contains("Process ID") ? row.text("Process ID") + "/" : "") + row.text("ID");
    }

    /** What was found of one launch. */
    private static final class Launch {

        private final String id;
        private final String name;
        private final long line;
        private final Map<String, Double> values = new LinkedHashMap<>();

        Launch(String id, String name, long line) {
            this.id = id;
            this.name = name;
            this.line = line;
        }

        /** Keeps a metric that is used, in SI; counters that were not available are left out. */
        void take(String metric, String unit, Csv.Row row, String column) {
            String key = key(metric, unit);
            if (key.isEmpty() || !row.has(column) || row.text(column).equalsIgnoreCase("n/a")) {
                return;
            }
            double factor = ProfilerUnits.factor(unit);
            if (Double.isNaN(factor)) {
                throw row.wrong(
                        column,
                        "of " + metric + " has the unit \"" + unit + "\", which is not known; export with"
                                + " --print-units base");
            }
            double value;
            try {
                value = Double.parseDouble(row.text(column).replace(",", "")) * factor;
            } catch (NumberFormatException e) {
                throw row.wrong(column, "of " + metric + " must be a number");
            }
            boolean time = key.equals(DURATION);
            if (!Double.isFinite(value) || value < 0 || time && value == 0) {
                throw row.wrong(column, "of " + metric + " must be finite and " + (time ? "above 0" : "at least 0"));
            }
            values.put(key, value);
        }

        private static String key(String metric, String unit) {
            return switch (metric) {
                case "Duration" -> DURATION;
                case "Memory Throughput" -> unit.contains("/s") ? "dram__bytes.sum.per_second" : "";
                case "gpu__time_duration.sum",
                        "dram__bytes.sum",
                        "dram__bytes_read.sum",
                        "dram__bytes_write.sum",
                        "dram__bytes.sum.per_second" -> metric;
                default -> ProfilerOperations.isCounter(metric) ? metric : "";
            };
        }

        ProfiledKernel kernel(String file) {
            Double seconds = values.get(DURATION);
            if (seconds == null) {
                throw new IllegalArgumentException(file + " line " + line + ": launch " + id + " (" + name
                        + ") has no gpu__time_duration.sum; profile with " + METRICS);
            }
            ProfilerOperations operations = ProfilerOperations.of(values);
            return new ProfiledKernel(id, name, seconds, bytes(seconds), operations.flops(), operations.precision());
        }

        private OptionalDouble bytes(double seconds) {
            Double total = values.get("dram__bytes.sum");
            Double read = values.get("dram__bytes_read.sum");
            Double written = values.get("dram__bytes_write.sum");
            Double rate = values.get("dram__bytes.sum.per_second");
            if (total != null) {
                return OptionalDouble.of(total);
            }
            if (read != null && written != null) {
                return OptionalDouble.of(read + written);
            }
            return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate * seconds);
        }
    }
}
