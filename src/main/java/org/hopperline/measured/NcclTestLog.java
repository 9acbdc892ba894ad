package org.hopperline.measured;

import java.util.List;
import org.hopperline.core.Check;

/**
 * What one run of a program of nccl-tests printed.
 *
 * @param program such as {@code all_reduce_perf}
 * @param ranks ranks that the log lists, one a device
 * @param nodes different hosts among them
 * @param rows the results in the order of the log, at least one
 */
public record NcclTestLog(String program, int ranks, int nodes, List<Row> rows) {

    /** Copies the rows. */
    public NcclTestLog {
        Check.notBlank(program, "program of a log");
        Check.positive(ranks, "ranks of a log");
        Check.positive(nodes, "nodes of a log");
        rows = List.copyOf(rows);
        Check.positive(rows.size(), "results of a log");
    }

    /**
     * One line of results.
     *
     * @param bytes size as nccl-tests counts it
     * @param seconds time out of place
     * @param inPlaceSeconds time in place; not-a-number where the program printed none
     * @param algorithmBytesPerSecond bytes over seconds, out of place, as printed
     * @param busBytesPerSecond bus bandwidth, out of place, as printed
     */
    public record Row(
            double bytes,
            double seconds,
            double inPlaceSeconds,
            double algorithmBytesPerSecond,
            double busBytesPerSecond) {}

    /** The largest bus bandwidth, out of place, in bytes a second. */
    public double peakBusBytesPerSecond() {
        return rows.stream().mapToDouble(Row::busBytesPerSecond).max().orElse(0);
    }
}
