package org.hopperline.schedule;

import org.hopperline.core.Check;

/** The rules that stages, virtual stages and micro-batches must keep; shared by every formula of this room. */
final class ScheduleRules {

    /** More stages, chunks or micro-batches than this cannot be meant. */
    private static final int LIMIT = 1 << 20;

    private ScheduleRules() {}

    static void check(int p, int M) {
        if (p < 1 || p > LIMIT) {
            throw new IllegalArgumentException(
                    "stages is " + p + ", but must lie between 1 and " + LIMIT + "; 1 is no pipeline");
        }
        if (M < 1 || M > LIMIT) {
            throw new IllegalArgumentException("micro-batches is " + M + ", but must lie between 1 and " + LIMIT + "; "
                    + p + " stages want at least " + p);
        }
    }

    static void check(PipelineSchedule schedule, int p, int v, int M) {
        Check.notNull(schedule, "schedule");
        check(p, M);
        if (schedule == PipelineSchedule.INTERLEAVED) {
            checkInterleaved(p, v);
        } else if (v != 1) {
            throw new IllegalArgumentException("virtual stages is " + v + ", but " + schedule.label()
                    + " has 1 chunk a stage; " + PipelineSchedule.INTERLEAVED.label() + " takes 2 or more");
        }
        if ((long) v * M > Integer.MAX_VALUE / 4) {
            throw new IllegalArgumentException("micro-batches x virtual stages is " + (long) v * M
                    + ", but must be at most " + Integer.MAX_VALUE / 4 + "; take fewer of either");
        }
        if ((long) v * p > LIMIT) {
            throw new IllegalArgumentException("chunks is " + (long) v * p + " (" + p + " stages x " + v
                    + " virtual stages), but must be at most " + LIMIT);
        }
    }

    static void checkInterleaved(int p, int v) {
        if (v < 2) {
            throw new IllegalArgumentException("virtual stages is " + v
                    + ", but interleaving needs at least 2; 1 chunk a stage is "
                    + PipelineSchedule.ONE_FORWARD_ONE_BACKWARD.label());
        }
        if (p < 2) {
            throw new IllegalArgumentException("stages is " + p
                    + ", but interleaving needs at least 2; chunks of a single stage have nothing to wait for");
        }
    }

    static void checkLayers(int layers) {
        if (layers < 1 || layers > LIMIT) {
            throw new IllegalArgumentException("layers is " + layers + ", but must lie between 1 and " + LIMIT);
        }
    }

    static void checkStage(int stage, int p) {
        if (stage < 0 || stage >= p) {
            throw new IllegalArgumentException("stage is " + stage + ", but must lie between 0 and " + (p - 1));
        }
    }

    static void checkLength(double[] seconds, int chunks, String name) {
        if (seconds.length != chunks) {
            throw new IllegalArgumentException(name + " has " + seconds.length + " entries, but must have " + chunks
                    + ", one for each chunk of each stage");
        }
    }

    static double seconds(double value, String name) {
        return Check.nonNegative(value, name, "s");
    }
}
