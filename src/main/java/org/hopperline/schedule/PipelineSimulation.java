package org.hopperline.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Plays a pipeline schedule event by event. A stage does its tasks strictly in the order of the schedule, each as soon as
 * the one before it has ended and its input has arrived; an output arrives at its receiver the send's seconds after its
 * task has ended.
 */
final class PipelineSimulation {

    /** Beyond this many tasks a simulation takes gigabytes; the closed form and the recurrence do not. */
    private static final long MOST_TASKS = 10_000_000;

    private static final TaskKind[] KINDS = TaskKind.values();

    /** Something that may let a stage go on: its own task has ended, or a message has arrived. */
    private record Event(double seconds, int stage) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return Double.compare(seconds, other.seconds);
        }
    }

    private final Pipeline pipeline;
    private final ChunkTimes times;
    private final int p;
    private final int M;
    private final int chunks;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<ArrayDeque<Integer>> waiting = new ArrayList<>();
    private final double[] freeAt;
    private final double[] forwardArrives;
    private final double[] backwardArrives;
    private final List<Task> done = new ArrayList<>();

    PipelineSimulation(Pipeline pipeline, ChunkTimes times) {
        this.pipeline = pipeline;
        this.times = times;
        p = pipeline.stages();
        M = pipeline.microBatches();
        chunks = pipeline.chunks();
        PipelineSchedule schedule = pipeline.schedule();
        long tasks = 3L * chunks * M;
        if (tasks > MOST_TASKS) {
            throw new IllegalArgumentException("tasks is about " + tasks + " (" + chunks + " chunks x " + M
                    + " micro-batches x 3), but a simulation takes at most " + MOST_TASKS
                    + "; use the closed form or fewer micro-batches");
        }
        int perStage = WorkOrder.tasksPerStage(schedule, pipeline.virtualStages(), M);
        int[] table = new int[pipeline.virtualStages() * M];
        int[] codes = new int[perStage];
        for (int i = 0; i < p; i++) {
            WorkOrder.write(schedule, p, pipeline.virtualStages(), M, i, codes, 0, table);
            ArrayDeque<Integer> queue = new ArrayDeque<>(perStage);
            for (int code : codes) {
                queue.add(code);
            }
            waiting.add(queue);
        }
        freeAt = new double[p];
        forwardArrives = never(chunks * M);
        backwardArrives = never(chunks * M);
        Arrays.fill(forwardArrives, 0, M, 0.0);
    }

    PipelineRun run() {
        for (int i = 0; i < p; i++) {
            events.add(new Event(0, i));
        }
        for (Event event = events.poll(); event != null; event = events.poll()) {
            advance(event.stage(), event.seconds());
        }
        for (int i = 0; i < p; i++) {
            if (!waiting.get(i).isEmpty()) {
                throw new IllegalStateException("stage " + i + " of " + pipeline + " waits for ever; "
                        + waiting.get(i).size() + " tasks are left");
            }
        }
        return PipelineRun.of(pipeline, done);
    }

    /** Starts the next task of a stage if the stage is free and the input is there. */
    private void advance(int stage, double now) {
        Integer code = waiting.get(stage).peek();
        if (code == null || freeAt[stage] > now) {
            return;
        }
        TaskKind kind = KINDS[code / (chunks * M)];
        int slot = code % (chunks * M);
        int g = slot / M;
        double arrives = switch (kind) {
            case FORWARD -> forwardArrives[slot];
            case BACKWARD -> backwardArrives[slot];
            case WEIGHT_GRADIENT -> 0; // its input gradient stands before it on the same stage
        };
        if (arrives > now) {
            return;
        }
        waiting.get(stage).poll();
        double end = now + seconds(kind, g);
        done.add(new Task(stage, g / p, slot % M, kind, now, end));
        freeAt[stage] = end;
        events.add(new Event(end, stage));
        deliver(kind, g, slot, end);
    }

    /** Notes when the output of a task reaches the task that needs it, and wakes that stage then. */
    private void deliver(TaskKind kind, int g, int slot, double end) {
        double arrives = end + times.sendSeconds();
        if (kind == TaskKind.FORWARD && g == chunks - 1) {
            backwardArrives[slot] = end; // the loss: forward turns into backward on the spot
        } else if (kind == TaskKind.FORWARD) {
            forwardArrives[slot + M] = arrives;
            events.add(new Event(arrives, (g + 1) % p));
        } else if (kind == TaskKind.BACKWARD && g > 0) {
            backwardArrives[slot - M] = arrives;
            events.add(new Event(arrives, (g - 1) % p));
        }
    }

    private double seconds(TaskKind kind, int g) {
        return switch (kind) {
            case FORWARD -> times.forward[g];
            case BACKWARD -> pipeline.schedule().splitsBackward() ? times.inputGradient[g] : times.backward[g];
            case WEIGHT_GRADIENT -> times.weightGradient[g];
        };
    }

    private static double[] never(int n) {
        double[] all = new double[n];
        Arrays.fill(all, Double.POSITIVE_INFINITY);
        return all;
    }
}
