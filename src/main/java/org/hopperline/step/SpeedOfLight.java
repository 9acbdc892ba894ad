package org.hopperline.step;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Cluster;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.AttentionCall;
import org.hopperline.work.LayerSort;
import org.hopperline.work.LayerWork;
import org.hopperline.work.MatrixProduct;
import org.hopperline.work.Message;
import org.hopperline.work.Pass;
import org.hopperline.work.ScanCall;
import org.hopperline.work.StageLayout;

/**
 * A bound that no step can beat: each resource at its specified rate and highest clock, all of them at once, no idle
 * stage. The largest of the three times is the bound.
 *
 * @param matrixSeconds FLOPs of all products and of attention over the dense peak at the highest clock
 * @param memorySeconds bytes of the memory-bound operations over the specified bandwidth
 * @param scaleUpSeconds bytes of tensor traffic over the specified bandwidth inside a node
 */
public record SpeedOfLight(double matrixSeconds, double memorySeconds, double scaleUpSeconds) {

    /** Bytes that a memory-bound operation moves for each element at the least: one 16-bit read and one write. */
    private static final double LEAST_BYTES_PER_ELEMENT = 4;

    /** x, the gate and the output pass through memory once, and their gradients, in 16 bits. */
    private static final double LEAST_SCAN_BYTES = 12;

    /** The bound of a question, of the mean stage. */
    public static SpeedOfLight of(TrainingSetup setup) {
        ParallelPlan plan = setup.plan();
        Chip chip = setup.cluster().chip();
        StageLayout layout = StageLayout.of(setup.model(), plan);
        double clock = chip.maximumClock().value() / chip.tensorClock().value();
        // A layer's last product is at most half of its forward pass.
        double forward = setup.software().wholeLayerAgain() ? 1 : 0.5;
        double again = 1 + forward * plan.recompute().layerShare() / 3;
        Sum sum = new Sum(setup, clock);
        for (LayerSort sort : LayerSort.values()) {
            int layers = layout.layers(sort);
            if (layers > 0) {
                sum.add(LayerWork.of(sort, setup), layers * again);
            }
        }
        int further = layout.furtherLayers();
        sum.add(LayerWork.logits(setup), 1.0 + further);
        double share = (double) setup.microBatches() / plan.pipeline();
        return new SpeedOfLight(share * sum.matrix, share * sum.memory, share * sum.scaleUp);
    }

    /** The largest of the three. */
    public double seconds() {
        return Math.max(matrixSeconds, Math.max(memorySeconds, scaleUpSeconds));
    }

    private static final class Sum {

        private final TrainingSetup setup;
        private final double clock;
        private double matrix;
        private double memory;
        private double scaleUp;

        Sum(TrainingSetup setup, double clock) {
            this.setup = setup;
            this.clock = clock;
        }

        void add(LayerWork work, double times) {
            Cluster cluster = setup.cluster();
            for (MatrixProduct product : work.products()) {
                matrix += times * 3 * product.forwardFlops() / peak(product.lowPrecision());
            }
            for (AttentionCall call : work.attention()) {
                double seen = call.window() == 0 ? call.keys() / 2.0 : Math.min(call.window(), call.keys() / 2.0);
                // Forward and 2.5 times as much backward.
                double flops = 3.5
                        * 2
                        * call.layerShare()
                        * call.batch()
                        * call.heads()
                        * (double) call.queries()
                        * seen
                        * (call.queryDim() + call.valueDim());
                matrix += times * flops / peak(false);
            }
            ScanCall scan = work.scan();
            if (scan != null) {
                matrix += times * scanFlops(scan) / peak(false);
                memory += times
                        * LEAST_SCAN_BYTES
                        * scan.tokens()
                        * scan.inner()
                        / cluster.chip().memoryBytesPerSecond();
            }
            for (Pass pass : work.passes()) {
                double elements = pass.forwardElements() + pass.backwardElements();
                memory += times
                        * LEAST_BYTES_PER_ELEMENT
                        * elements
                        / cluster.chip().memoryBytesPerSecond();
            }
            for (Message message : work.messages()) {
                if (message.axis() == Message.Axis.TENSOR
                        && setup.plan().tensor() <= cluster.node().devices()) {
                    double n = setup.plan().tensor();
                    double wire = message.bytes() * (n - 1) / n * (message.forward() + message.backward());
                    scaleUp += times * wire / cluster.node().scaleUp().bytesPerSecond();
                }
            }
        }

        /** Masked halves of chunk matrices left out, twice as much backward. */
        private static double scanFlops(ScanCall scan) {
            double inner = scan.inner();
            double shared = (double) scan.groups() * scan.state();
            return 3 * scan.tokens() * (scan.chunk() * (shared + inner) + 4 * inner * scan.state());
        }

        private double peak(boolean lowPrecision) {
            Precision precision =
                    lowPrecision || setup.precision() != Precision.FP8 ? setup.precision() : Precision.BF16;
            return clock * cluster().denseFlopsPerSecond(precision);
        }

        private Chip cluster() {
            return setup.cluster().chip();
        }
    }
}
