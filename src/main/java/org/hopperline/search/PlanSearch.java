package org.hopperline.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;

/**
 * Tries every plan with the tensor ranks inside a node, power-of-two or layer-dividing stages, a micro-batch of one, two
 * or four sequences, the optimizer sharded, and as little recomputation as fits.
 */
public final class PlanSearch {

    private static final int[] MICRO_BATCHES = {1, 2, 4};
    private static final int MOST_STAGES = 64;
    private static final int MOST_VIRTUAL_STAGES = 16;

    /** Replicas are a multiple of the highest power of two among them over this, so that batches divide. */
    private static final int ROUND_REPLICAS = 8;

    private static final double BATCH_TOLERANCE = 0.1;
    private static final double[] RECOMPUTED = {0, 0.25, 0.5, 0.75, 1};

    private PlanSearch() {}

    /**
     * The {@code count} fastest plans, the fastest first, on as many devices of the machine as come out even.
     *
     * @param batchTokens tokens of a step; a plan takes the nearest batch that it divides, at most a tenth away
     * @throws IllegalArgumentException if no plan keeps the rules and fits the memory, saying what the smallest needs
     */
    public static List<StepPrediction> best(
            Transformer model,
            Cluster machine,
            double batchTokens,
            int sequenceLength,
            Precision precision,
            SoftwareProfile software,
            int count) {
        StepModel step = StepModel.on(machine.chip());
        double room = machine.chip().visibleMemoryBytes();
        double least = Double.POSITIVE_INFINITY;
        List<StepPrediction> found = new ArrayList<>();
        for (ParallelPlan shape : shapes(model, machine)) {
            Batch batch = nearestBatch(batchTokens, sequenceLength, shape.data() * shape.microBatch());
            if (Math.abs(batch.tokens() / batchTokens - 1) > BATCH_TOLERANCE) {
                continue;
            }
            Cluster used = machine.withDevices(shape.devices());
            TrainingSetup setup = new TrainingSetup(model, used, shape, batch, precision, software);
            if (!PlanRules.violations(setup).isEmpty()) {
                continue;
            }
            for (double share : RECOMPUTED) {
                TrainingSetup tried = setup.withPlan(
                        shape.toBuilder().recompute(Recompute.ofLayers(share)).build());
                double need = MemoryFootprint.of(tried).total();
                least = Math.min(least, need);
                if (need <= room) {
                    found.add(step.predict(tried));
                    break;
                }
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "no plan for %s on %,d %s with %.4g tokens a step %s",
                    model.name(),
                    machine.devices(),
                    machine.chip().name(),
                    batchTokens,
                    Double.isInfinite(least)
                            ? "divides the batch; take more tokens a step or fewer devices"
                            : "fits " + Units.format(room, "byte") + ": the smallest needs "
                                    + Units.format(least, "byte") + ", so take more devices"));
        }
        found.sort(Comparator.comparingDouble((StepPrediction p) -> -p.tokensPerSecond()));
        return List.copyOf(found.subList(0, Math.min(count, found.size())));
    }

    /** The batch nearest to {@code tokens} whose sequences are a multiple of {@code multiple}. */
    public static Batch nearestBatch(double tokens, int sequenceLength, int multiple) {
        long times = Math.max(1, Math.round(tokens / sequenceLength / multiple));
        return new Batch(Math.toIntExact(times * multiple), sequenceLength);
    }

    /** Whole nodes that a shape fills: as many replicas as the machine holds, rounded down to a round number. */
    private static int replicas(int devices, int block) {
        int all = devices / block;
        int round = Math.max(1, Integer.highestOneBit(Math.max(1, all)) / ROUND_REPLICAS);
        return all / round * round;
    }

    private static List<ParallelPlan> shapes(Transformer model, Cluster machine) {
        List<ParallelPlan> shapes = new ArrayList<>();
        for (int tensor = 1; tensor <= machine.node().devices(); tensor *= 2) {
            for (int pipeline = 1; pipeline <= Math.min(MOST_STAGES, model.layers()); pipeline++) {
                if (!divides(pipeline, model.layers()) || tensor * pipeline > machine.devices()) {
                    continue;
                }
                int data = replicas(machine.devices(), tensor * pipeline);
                boolean wholeNodes = tensor * pipeline * data % machine.node().devices() == 0
                        || tensor * pipeline * data < machine.node().devices();
                if (data > 0 && wholeNodes) {
                    variants(model, tensor, pipeline, data, shapes);
                }
            }
        }
        return shapes;
    }

    private static void variants(Transformer model, int tensor, int pipeline, int data, List<ParallelPlan> shapes) {
        for (int micro : MICRO_BATCHES) {
            for (int expert : degrees(model.experts(), data)) {
                for (int v = 1; v <= MOST_VIRTUAL_STAGES; v++) {
                    if (v > 1 && (pipeline < 2 || !divides(pipeline * v, model.layers()))) {
                        continue;
                    }
                    shapes.add(ParallelPlan.builder()
                            .tensor(tensor)
                            .pipeline(pipeline)
                            .virtualStages(v)
                            .data(data)
                            .expert(expert)
                            .sequenceParallel(tensor > 1)
                            .sharding(Sharding.OPTIMIZER)
                            .microBatch(micro)
                            .build());
                }
            }
        }
    }

    private static boolean divides(int chunks, int layers) {
        return layers % chunks == 0 || (layers + 2) % chunks == 0;
    }

    private static List<Integer> degrees(@org.jspecify.annotations.Nullable Experts experts, int data) {
        List<Integer> degrees = new ArrayList<>();
        degrees.add(1);
        if (experts != null) {
            for (int e = 2; e <= Math.min(experts.count(), data); e *= 2) {
                if (experts.count() % e == 0 && data % e == 0) {
                    degrees.add(e);
                }
            }
        }
        return degrees;
    }
}
