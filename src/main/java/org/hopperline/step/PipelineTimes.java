package org.hopperline.step;

import java.util.Arrays;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.schedule.InterleavedEdges;
import org.hopperline.schedule.Pipeline;
import org.hopperline.schedule.PipelineSchedule;
import org.hopperline.work.StageClasses;
import org.jspecify.annotations.Nullable;

/** The stages of one pipeline: each kind of stage is timed once, the slowest is told, and the schedule joins them. */
final class PipelineTimes {

    private final Chunks forward = new Chunks();
    private final Chunks backward = new Chunks();
    private final Chunks weight = new Chunks();
    private StageTimes[] kinds = {new StageTimes(), new StageTimes(), new StageTimes()};
    private int slowest;

    /** Times every kind of stage beside the traffic of its data-parallel group. */
    void fill(
            PricedLayers layers,
            StageClasses stages,
            Recompute recompute,
            boolean unfused,
            boolean wholeLayer,
            DataTraffic traffic) {
        if (stages.kinds() > kinds.length) {
            grow(stages.kinds());
        }
        slowest = 0;
        for (int kind = 0; kind < stages.kinds(); kind++) {
            kinds[kind].fill(layers, stages, kind, recompute, unfused, wholeLayer, traffic);
            if (kinds[kind].seconds() > kinds[slowest].seconds()) {
                slowest = kind;
            }
        }
    }

    /** The stage that has most to do. */
    StageTimes slowest() {
        return kinds[slowest];
    }

    /**
     * Seconds from the first forward to the last backward of a step: the one place where a schedule is chosen.
     *
     * @param sendSeconds one send between stages
     */
    double seconds(ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds) {
        int p = plan.pipeline();
        if (p == 1) {
            return microBatches * slowest().seconds();
        }
        PipelineSchedule schedule = Pipeline.scheduleOf(plan);
        return schedule == PipelineSchedule.INTERLEAVED && stages.differAtEdgesOnly()
                ? interleaved(plan, stages, microBatches, sendSeconds)
                : stageByStage(schedule, plan, stages, microBatches, sendSeconds);
    }

    /** Interleaved chunks, alike but at the first and the last stage, in a time that does not grow with the stages. */
    private double interleaved(ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds) {
        int p = plan.pipeline();
        int v = plan.virtualStages();
        int middle = p / 2;
        int first = p * (v - 1);
        int last = p - 1;
        int end = p * v - 1;
        return InterleavedEdges.seconds(
                p,
                v,
                microBatches,
                forwardOf(stages, middle),
                backwardOf(stages, middle),
                forwardOf(stages, first),
                backwardOf(stages, first),
                forwardOf(stages, last),
                backwardOf(stages, last),
                forwardOf(stages, 0) + kinds[stages.kindOf(0)].firstForward,
                backwardOf(stages, 0) + kinds[stages.kindOf(0)].firstBackward,
                forwardOf(stages, end) + kinds[stages.kindOf(last)].lastForward,
                backwardOf(stages, end) + kinds[stages.kindOf(last)].lastBackward,
                sendSeconds);
    }

    /** Layers of a chunk forward, embedding and logits left out. */
    private double forwardOf(StageClasses stages, int chunk) {
        StageTimes stage = kinds[stages.kindOf(chunk % stages.stages())];
        return stages.denseShare(chunk) * stage.denseForward
                + stages.expertShare(chunk) * stage.expertForward
                + stages.furtherShare(chunk) * stage.furtherForward;
    }

    /** Layers of a chunk backward, embedding and logits left out. */
    private double backwardOf(StageClasses stages, int chunk) {
        StageTimes stage = kinds[stages.kindOf(chunk % stages.stages())];
        return stages.denseShare(chunk) * stage.denseBackward
                + stages.expertShare(chunk) * stage.expertBackward
                + stages.furtherShare(chunk) * stage.furtherBackward;
    }

    private double stageByStage(
            PipelineSchedule schedule, ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds) {
        int p = plan.pipeline();
        int v = plan.virtualStages();
        double[] f = forward.of(p * v);
        double[] b = backward.of(p * v);
        double[] w = weight.of(schedule.splitsBackward() ? p : 0);
        for (int s = 0; s < p; s++) {
            StageTimes stage = kinds[stages.kindOf(s)];
            for (int g = s; g < p * v; g += p) {
                f[g] = forwardOf(stages, g);
                b[g] = backwardOf(stages, g);
            }
            f[s] += stage.firstForward;
            b[s] += stage.firstBackward;
            f[p * v - p + s] += stage.lastForward;
            b[p * v - p + s] += stage.lastBackward;
            if (schedule.splitsBackward()) {
                w[s] = stage.weightGradient();
                b[s] -= w[s];
            }
        }
        return schedule.seconds(p, microBatches, f, b, w, sendSeconds);
    }

    private void grow(int count) {
        kinds = new StageTimes[count];
        for (int kind = 0; kind < count; kind++) {
            kinds[kind] = new StageTimes();
        }
    }

    /** One array for each number of chunks that was ever asked for. */
    private static final class Chunks {

        private double[] @Nullable [] arrays = new double[0][];

        double[] of(int chunks) {
            if (chunks >= arrays.length) {
                arrays = Arrays.copyOf(arrays, 2 * chunks + 1);
            }
            double[] array = arrays[chunks];
            if (array == null) {
                array = new double[chunks];
                arrays[chunks] = array;
            }
            return array;
        }
    }
}
