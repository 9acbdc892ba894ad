package org.hopperline.schedule;

import java.util.Arrays;
import java.util.List;

/**
 * What happened in one simulated step of a pipeline. Stages count from 0, chunks are {@code g = c*p + i}, times are
 * seconds from the start of the step.
 */
public final class PipelineRun {

    private final Pipeline pipeline;
    private final List<Task> tasks;
    private final double seconds;
    private final double[] busy;
    private final double[] firstForwardStart;
    private final double[] gradientsReady;
    private final int[] peakInFlight;
    private final int[] peakPending;

    private PipelineRun(Pipeline pipeline, List<Task> tasks) {
        this.pipeline = pipeline;
        this.tasks = List.copyOf(tasks);
        int p = pipeline.stages();
        busy = new double[p];
        firstForwardStart = new double[pipeline.chunks()];
        gradientsReady = new double[pipeline.chunks()];
        peakInFlight = new int[p];
        peakPending = new int[p];
        Arrays.fill(firstForwardStart, Double.POSITIVE_INFINITY);
        int[] inFlight = new int[p];
        int[] pending = new int[p];
        double last = 0;
        // The tasks of one stage follow one another, so their order of start is also that of their ends.
        for (Task task : tasks) {
            int i = task.stage();
            int g = task.chunk() * p + i;
            busy[i] += task.endSeconds() - task.startSeconds();
            last = Math.max(last, task.endSeconds());
            switch (task.kind()) {
                case FORWARD -> {
                    inFlight[i]++;
                    firstForwardStart[g] = Math.min(firstForwardStart[g], task.startSeconds());
                }
                case BACKWARD -> {
                    inFlight[i]--;
                    pending[i]++;
                    gradientsReady[g] = Math.max(gradientsReady[g], task.endSeconds());
                }
                case WEIGHT_GRADIENT -> {
                    pending[i]--;
                    gradientsReady[g] = Math.max(gradientsReady[g], task.endSeconds());
                }
            }
            peakInFlight[i] = Math.max(peakInFlight[i], inFlight[i]);
            if (pipeline.schedule().splitsBackward()) {
                peakPending[i] = Math.max(peakPending[i], pending[i]);
            }
        }
        seconds = last;
    }

    static PipelineRun of(Pipeline pipeline, List<Task> tasks) {
        return new PipelineRun(pipeline, tasks);
    }

    /** The pipeline that ran. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /** Seconds of the step: the end of the last task. */
    public double seconds() {
        return seconds;
    }

    /** Seconds a stage worked. */
    public double busySeconds(int stage) {
        return busy[stage];
    }

    /** Seconds a stage stood idle within the step: before, between and after its tasks. */
    public double idleSeconds(int stage) {
        return seconds - busy[stage];
    }

    /** Idle share of all stages' time in the step. */
    public double idleShare() {
        return 1 - Arrays.stream(busy).sum() / (busy.length * seconds);
    }

    /** Most chunk activations a stage held: forwards begun whose (input-gradient) backward had not ended. */
    public int peakInFlight(int stage) {
        return peakInFlight[stage];
    }

    /** Most weight gradients a stage had yet to do, 0 where the schedule does not split the backward. */
    public int peakPendingWeightGradients(int stage) {
        return peakPending[stage];
    }

    /**
     * When the first forward of a chunk begins: its weights must have been gathered by then, so a data-parallel
     * all-gather of them has the time from the start of the step until here.
     */
    public double firstForwardSeconds(int g) {
        return firstForwardStart[g];
    }

    /** When the last gradient of a chunk's weights is complete and its data-parallel reduce-scatter may start. */
    public double gradientsReadySeconds(int g) {
        return gradientsReady[g];
    }

    /** Seconds from a chunk's complete gradients to the end of the step, in which their reduction costs nothing. */
    public double reduceScatterWindowSeconds(int g) {
        return seconds - gradientsReady[g];
    }

    /** All tasks in the order of their start, to draw or to study. */
    public Timeline timeline() {
        return new Timeline(pipeline.stages(), seconds, tasks);
    }
}
