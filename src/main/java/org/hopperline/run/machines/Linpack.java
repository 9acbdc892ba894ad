package org.hopperline.run.machines;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Cluster;
import org.hopperline.kernel.Gemm;
import org.hopperline.text.FigureTable;

/**
 * High-Performance Linpack on a machine, predicted: an LU factorisation of order N on a square grid of P times P devices
 * (A. Petitet, R. C. Whaley, J. Dongarra, A. Cleary, netlib.org/benchmark/hpl). The trailing updates are products in
 * FP64 at the rate of one device; each device receives its part of every panel along its row, and of every row block,
 * swapped and broadcast, along its column. How much of that traffic hides behind the updates depends on look-ahead and
 * tuning, so there are two bounds: all of it, and nothing. Panels themselves and the shrinking matrix at the end are not
 * modelled, which is why the prediction leaves the traffic in the open.
 *
 * @param machine the installation
 * @param devices devices that take part
 * @param order N
 * @param rate of products in FP64 on one device, FLOP/s, with its birthplace
 * @param updateSeconds time of the updates
 * @param trafficSeconds time of the traffic over the devices' share of the network interfaces
 */
public record Linpack(
        String machine, int devices, long order, Figure rate, double updateSeconds, double trafficSeconds) {

    private static final FigureTable FIGURES = FigureTable.resource(Linpack.class, "machines.csv");
    private static final int TYPICAL_DEPTH = 1024;
    private static final int TYPICAL_WIDTH = 32_768;

    /** Linpack on the nodes that ran it, if the catalogue says how many those were, else on all. */
    public static Linpack of(Cluster cluster) {
        Figure nodes = cluster.facts().get("hpl_nodes");
        return of(cluster, nodes == null ? cluster.nodes() : (int) nodes.value());
    }

    /**
     * Linpack on some nodes of a machine, with a matrix that fills the share of the memory that is usual.
     *
     * @param nodes how many take part, at least 1
     */
    public static Linpack of(Cluster cluster, int nodes) {
        int devices = Check.positive(nodes, "nodes") * cluster.node().devices();
        Chip chip = cluster.chip();
        double bytes = FIGURES.value("linpack.memoryShare")
                * devices
                * chip.specifiedMemory().value();
        long order = (long) Math.sqrt(bytes / Precision.FP64.bytes());
        Figure rate = rate(chip);
        double network = cluster.node().nicBytesPerSecondPerDevice()
                * cluster.fabric().throughput().value();
        return new Linpack(
                cluster.name(),
                devices,
                order,
                rate,
                flops(order) / (devices * rate.value()),
                trafficBytes(order, Math.sqrt(devices)) / network);
    }

    /** {@code 2/3 N^3 + 2 N^2}, as the TOP500 counts it. */
    public static double flops(double order) {
        return (2.0 / 3 * order + 2) * order * order;
    }

    /**
     * Bytes that one device receives: {@code 8 N^2/2 (1/P + 2/P)}, panels along its row, row blocks along its column, the
     * latter once to swap and once to broadcast.
     *
     * @param order N
     * @param side P of a grid of P times P
     */
    public static double trafficBytes(double order, double side) {
        return Precision.FP64.bytes() * order * order / 2 * 3 / Check.positive(side, "side of the grid", "1");
    }

    /** FLOP/s with none of the traffic hidden: the prediction. */
    public double flopsPerSecond() {
        return flops(order) / (updateSeconds + trafficSeconds);
    }

    /** FLOP/s if all traffic hid behind the updates, or they behind it. */
    public double mostFlopsPerSecond() {
        return flops(order) / Math.max(updateSeconds, trafficSeconds);
    }

    /** The measured rate of the chip if there is one; else that of a product of the size of an update. */
    private static Figure rate(Chip chip) {
        Figure measured = chip.figures().get("measured_fp64");
        if (measured != null) {
            return measured;
        }
        double seconds = Gemm.on(chip, Precision.FP64).sustained().seconds(TYPICAL_WIDTH, TYPICAL_WIDTH, TYPICAL_DEPTH);
        return Figure.assumed(
                Gemm.flops(TYPICAL_WIDTH, TYPICAL_WIDTH, TYPICAL_DEPTH) / seconds,
                "FLOP/s",
                "kernel.Gemm in FP64 at the settled clock of BF16 products, which is assumed");
    }
}
