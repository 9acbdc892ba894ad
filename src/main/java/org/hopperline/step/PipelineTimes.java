package org.hopperline.step;

import java.util.Arrays;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.schedule.InterleavedEdges;
import org.hopperline.schedule.Pipeline;
import org.hopperline.schedule.PipelineRecurrence;
import org.hopperline.schedule.PipelineSchedule;
import org.hopperline.work.StageClasses;
import org.jspecify.annotations.Nullable;

/** The stages of one pipeline: each kind of stage is timed once, the slowest is told, and the schedule joins them. */
final class PipelineTimes {

    private final Chunks forward = new Chunks();
    private final Chunks backward = new Chunks();
    private final Chunks weight = new Chunks();
    private final Chunks lags = new Chunks();
    private final Chunks leads = new Chunks();
    private final PipelineRecurrence recurrence = new PipelineRecurrence();
    /** Layers of a chunk of each kind, embedding and logits left out. */
    private double[] chunkForward = {};

    private double[] chunkBackward = {};
    private StageTimes[] kinds = {new StageTimes(), new StageTimes(), new StageTimes()};
    private final PlannedLayers planned = new PlannedLayers();
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
        planned.lay(layers, stages, recompute, unfused, wholeLayer, traffic);
        slowest = 0;
        double most = 0;
        for (int kind = 0; kind < stages.kinds(); kind++) {
            kinds[kind].fill(planned, stages, kind, traffic);
            double seconds = kinds[kind].seconds();
            if (seconds > most) {
                slowest = kind;
                most = seconds;
            }
        }
        fillChunks(stages);
    }

    private void fillChunks(StageClasses stages) {
        if (stages.chunkKinds() > chunkForward.length) {
            chunkForward = new double[stages.chunkKinds()];
            chunkBackward = new double[stages.chunkKinds()];
        }
        for (int chunk = 0; chunk < stages.chunkKinds(); chunk++) {
            StageTimes stage = kinds[stages.stageKindOf(chunk)];
            chunkForward[chunk] = part(stages, chunk, stage.forwards);
            chunkBackward[chunk] = part(stages, chunk, stage.backwards);
        }
    }

    /** The part of a stage's layers that stands in a chunk of a kind. */
    private static double part(StageClasses stages, int chunk, double[] ofStage) {
        double sum = 0;
        for (int i = 0; i < stages.sorts(); i++) {
            int sort = stages.sort(i);
            sum += stages.share(sort, chunk) * ofStage[sort];
        }
        return sum;
    }

    /** A kind of stage. */
    StageTimes kind(int kind) {
        return kinds[kind];
    }

    /** Seconds from the last backward pass of the first stage of a kind to the end of the schedule, at least. */
    double lag(int kind) {
        return lags.array[kind];
    }

    /** Seconds from the start of the step to the first forward pass of the first stage of a kind. */
    double lead(int kind) {
        return leads.array[kind];
    }

    /** The stage that has most to do. */
    StageTimes slowest() {
        return kinds[slowest];
    }

    /** The least kernels of any stage. */
    double leastKernels(StageClasses stages) {
        double least = kinds[0].kernels();
        for (int kind = 1; kind < stages.kinds(); kind++) {
            least = Math.min(least, kinds[kind].kernels());
        }
        return least;
    }

    /** The most seconds of a micro-batch that any stage waits, or loses to traffic beside it. */
    double mostWaiting(StageClasses stages) {
        double most = 0;
        for (int kind = 0; kind < stages.kinds(); kind++) {
            most = Math.max(most, kinds[kind].waiting() + kinds[kind].contention);
        }
        return most;
    }

    /**
     * Seconds from the first forward to the last backward of a step: the one place where a schedule is chosen.
     *
     * @param sendSeconds one send between stages
     * @param defersLogits true if gradients of the output embedding's weights wait for the flush of the pipeline
     */
    double seconds(ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds, boolean defersLogits) {
        double whole = seconds(plan, stages, microBatches, sendSeconds);
        edges(plan, stages, sendSeconds, defersLogits);
        if (!defersLogits || plan.pipeline() == 1 || plan.order() == PipelineOrder.ZERO_BUBBLE_H1) {
            return whole;
        }
        return whole - savedInFlush(plan, stages, microBatches, sendSeconds);
    }

    /**
     * The first micro-batch runs forward through the first chunks of the stages before, the last one backward. Postponed
     * weight gradients, and deferred ones of the output embedding, fill the time that this would leave.
     */
    private void edges(ParallelPlan plan, StageClasses stages, double sendSeconds, boolean defersLogits) {
        double[] lag = lags.of(stages.kinds());
        double[] lead = leads.of(stages.kinds());
        boolean filled = plan.order() == PipelineOrder.ZERO_BUBBLE_H1;
        double forwards = 0;
        double backwards = 0;
        int stage = 0;
        for (int kind = 0; kind < stages.kinds(); kind++) {
            for (; stage < stages.firstOf(kind); stage++) {
                int chunk = stages.chunkKindOf(stage);
                forwards += chunkForward[chunk] + sendSeconds + (stage == 0 ? kinds[0].firstForward : 0);
                backwards += chunkBackward[chunk] + sendSeconds + (stage == 0 ? kinds[0].firstBackward : 0);
            }
            lead[kind] = forwards;
            lag[kind] = filled || stages.isLast(kind) && defersLogits ? 0 : backwards;
        }
    }

    /**
     * Seconds saved where the last stage makes gradients of the output embedding's weights after its last backward pass,
     * while the stages before it finish theirs: {@code min(M w, M (t - t'), (p - 1) (b + s))}. As many are deferred as that
     * time holds, and a step gets shorter only while the last stage has more to do, t a micro-batch, than any other, t'.
     */
    private double savedInFlush(ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds) {
        int p = plan.pipeline();
        int last = stages.kindOf(p - 1);
        double others = 0;
        for (int kind = 0; kind < stages.kinds(); kind++) {
            if (kind != last) {
                others = Math.max(others, kinds[kind].seconds());
            }
        }
        double each = Math.min(kinds[last].lastWeight, kinds[last].seconds() - others);
        if (each <= 0) {
            return 0;
        }
        double flush = (p - 1) * sendSeconds + kinds[0].firstBackward;
        for (int stage = 0; stage < p - 1; stage++) {
            flush += chunkBackward[stages.chunkKindOf(stage)];
        }
        return Math.min(microBatches * each, flush);
    }

    private double seconds(ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds) {
        int p = plan.pipeline();
        if (p == 1) {
            return microBatches * slowest().seconds();
        }
        PipelineSchedule schedule = Pipeline.scheduleOf(plan);
        return schedule == PipelineSchedule.INTERLEAVED && stages.isEven() && stages.differAtEdgesOnly()
                ? interleaved(plan, stages, microBatches, sendSeconds)
                : stageByStage(schedule, plan, stages, microBatches, sendSeconds);
    }

    /** Interleaved chunks, alike but at the first and the last stage, in a time that does not grow with the stages. */
    private double interleaved(ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds) {
        int p = plan.pipeline();
        int v = plan.virtualStages();
        int middle = stages.chunkKindOf(p / 2);
        int first = stages.chunkKindOf(p * (v - 1));
        int last = stages.chunkKindOf(p - 1);
        int start = stages.chunkKindOf(0);
        int end = stages.chunkKindOf(p * v - 1);
        StageTimes lastStage = kinds[stages.kindOf(p - 1)];
        return InterleavedEdges.seconds(
                p,
                v,
                microBatches,
                chunkForward[middle],
                chunkBackward[middle],
                chunkForward[first],
                chunkBackward[first],
                chunkForward[last],
                chunkBackward[last],
                chunkForward[start] + kinds[0].firstForward,
                chunkBackward[start] + kinds[0].firstBackward,
                chunkForward[end] + lastStage.lastForward,
                chunkBackward[end] + lastStage.lastBackward,
                sendSeconds);
    }

    private double stageByStage(
            PipelineSchedule schedule, ParallelPlan plan, StageClasses stages, int microBatches, double sendSeconds) {
        int p = plan.pipeline();
        int chunks = p * plan.virtualStages();
        boolean splits = schedule.splitsBackward();
        double[] f = forward.of(chunks);
        double[] b = backward.of(chunks);
        double[] w = weight.of(splits ? p : 0);
        for (int g = 0; g < chunks; g++) {
            int kind = stages.chunkKindOf(g);
            f[g] = chunkForward[kind];
            b[g] = chunkBackward[kind];
        }
        StageTimes first = kinds[0];
        StageTimes last = kinds[stages.kindOf(p - 1)];
        f[0] += first.firstForward;
        b[0] += first.firstBackward;
        f[chunks - 1] += last.lastForward;
        b[chunks - 1] += last.lastBackward;
        if (splits) {
            for (int s = 0; s < p; s++) {
                w[s] = kinds[stages.kindOf(s)].weightGradient();
                b[s] -= w[s];
            }
        }
        return exactly(schedule, stages, microBatches)
                ? recurrence.seconds(schedule, p, microBatches, f, b, w, sendSeconds)
                : schedule.seconds(p, microBatches, f, b, w, sendSeconds);
    }

    /**
     * Where the closed forms may fall short by more than a percent: chunks of unlike numbers of layers, and postponed weight
     * gradients of unlike stages or of fewer micro-batches than stages. Every task is looked at then.
     */
    private static boolean exactly(PipelineSchedule schedule, StageClasses stages, int microBatches) {
        return schedule == PipelineSchedule.INTERLEAVED && !stages.isEven()
                || schedule.splitsBackward() && (microBatches < stages.stages() || !stages.isEven());
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
        private double[] array = {};

        double[] of(int chunks) {
            if (chunks >= arrays.length) {
                arrays = Arrays.copyOf(arrays, chunks + 1);
            }
            double[] found = arrays[chunks];
            if (found == null) {
                found = new double[chunks];
                arrays[chunks] = found;
            }
            array = found;
            return found;
        }
    }
}
