package org.hopperline.calibration;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.kernel.MemoryPattern;
import org.hopperline.measured.MemoryTable;
import org.hopperline.text.FigureTable;

/** Writes the file of memory-bound constants that the kernel models read: fitted values, the others as they were. */
public final class MemoryConstantsFile {

    /** Patterns with enough small tensors to tell how L2 serves them. */
    private static final Set<MemoryPattern> CACHED = EnumSet.of(
            MemoryPattern.STREAM, MemoryPattern.ADD, MemoryPattern.SERVING_NORM, MemoryPattern.ABSOLUTE_MAXIMUM);

    private static final String[] PARTS = {
        "launch_time", "memory_share", "cache_share", "resident_share", "eviction_width"
    };

    private static final String MARK = " rows of ";

    private static final String LIKE_STREAM = "as the stream pattern, for want of small tensors";

    private static final String NO_GAIN = "as the memory share: its small tensors are no faster";

    private MemoryConstantsFile() {}

    /**
     * Fits every pattern to a table with its rows, and returns the file as CSV.
     *
     * @param table memory-bound kernels
     * @param chip what they ran on
     * @param label how the table names the chip
     */
    public static String fitted(MemoryTable table, Chip chip, String label) {
        Map<String, String> lines = new LinkedHashMap<>();
        FigureTable shipped = MemoryBound.table();
        MemoryCalibration calibration = MemoryCalibration.of(chip, label, table);
        Map<String, Double> values = new LinkedHashMap<>();
        for (MemoryPattern pattern : MemoryPattern.values()) {
            MemoryCalibration.Outcome outcome = calibration.fit(pattern, CACHED.contains(pattern));
            Fit fit = outcome.fit();
            String prefix = pattern.name().toLowerCase(Locale.ROOT) + ".";
            String how = "pseudo-Huber log fit by calibration.MemoryConstantsFile on " + fit.rows().length + MARK;
            for (String part : PARTS) {
                String name = prefix + part;
                Figure old = shipped.get(name);
                Figure figure = Figure.assumed(values.getOrDefault("stream." + part, old.value()), "1", LIKE_STREAM);
                String error = "";
                if (fit.parameters().stream().anyMatch(p -> p.name().equals(name))) {
                    figure = Figure.fitted(fit.value(name), old.unit(), how + measurements(old.source()));
                    error = String.format(Locale.ROOT, "%.2g", fit.standardError(name));
                } else if (part.equals("cache_share") && pattern == MemoryPattern.SERVING_GATE) {
                    figure = Figure.assumed(fit.value(prefix + "memory_share"), "1", NO_GAIN);
                }
                values.put(name, figure.value());
                lines.put(name, line(name, figure, error));
            }
        }
        return "name,value,unit,kind,standard_error,source\n" + String.join("\n", lines.values()) + "\n";
    }

    /** Who measured, out of a source that this class may have written. */
    private static String measurements(String source) {
        int mark = source.indexOf(MARK);
        return mark < 0 ? source : source.substring(mark + MARK.length());
    }

    private static String line(String name, Figure figure, String standardError) {
        String value = String.format(Locale.ROOT, "%.4g", figure.value());
        String kind = figure.kind().name().toLowerCase(Locale.ROOT);
        String source = "\"" + figure.source().replace("\"", "\"\"") + "\"";
        return String.join(",", name, value, figure.unit(), kind, standardError, source);
    }
}
