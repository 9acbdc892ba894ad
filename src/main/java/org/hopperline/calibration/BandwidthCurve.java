package org.hopperline.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.collective.Collective;
import org.hopperline.collective.CollectiveModel;
import org.hopperline.collective.Group;
import org.hopperline.core.Check;
import org.hopperline.measured.NcclTestLog;

/**
 * Bus bandwidth against size, as a log of nccl-tests measured it and as the model has it: what a chart of the two shows.
 *
 * @param title the operation and the group
 * @param points in the order of the log
 */
public record BandwidthCurve(String title, List<Point> points) {

    /**
     * One size.
     *
     * @param bytes size as nccl-tests counts it
     * @param measuredBytesPerSecond bus bandwidth in the log
     * @param modelledBytesPerSecond bus bandwidth of the model
     */
    public record Point(double bytes, double measuredBytesPerSecond, double modelledBytesPerSecond) {}

    /** Copies the points. */
    public BandwidthCurve {
        Check.notBlank(title, "title of a curve");
        points = List.copyOf(points);
    }

    /**
     * The curve of a log and of a model.
     *
     * @param group the ranks of the log on the model's cluster
     * @throws IllegalArgumentException if the group has another number of ranks than the log, or the program no model
     */
    public static BandwidthCurve of(NcclTestLog log, CollectiveModel model, Group group) {
        if (group.ranks() != log.ranks()) {
            throw new IllegalArgumentException("the group has " + group.ranks() + " ranks, but the log " + log.ranks()
                    + "; make a group of " + log.ranks());
        }
        Collective collective = CollectivePredictor.collective(log.program());
        List<Point> points = new ArrayList<>();
        for (NcclTestLog.Row row : log.rows()) {
            if (row.bytes() > 0) {
                points.add(new Point(
                        row.bytes(), row.busBytesPerSecond(), model.busBytesPerSecond(collective, group, row.bytes())));
            }
        }
        return new BandwidthCurve(collective + " over " + group, points);
    }

    /** A table: size, and the two bandwidths in GB/s. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(title).append('\n');
        text.append(String.format(Locale.ROOT, "%16s %14s %14s%n", "bytes", "measured GB/s", "modelled GB/s"));
        for (Point point : points) {
            text.append(String.format(
                    Locale.ROOT,
                    "%16.0f %14.2f %14.2f%n",
                    point.bytes(),
                    point.measuredBytesPerSecond() / 1e9,
                    point.modelledBytesPerSecond() / 1e9));
        }
        return text.toString();
    }
}
