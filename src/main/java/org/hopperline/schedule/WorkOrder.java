package org.hopperline.schedule;

/**
 * The tasks of each stage in the order of a schedule, as codes {@code (k*p*v + g)*M + m} of kind {@code k} (the ordinal
 * of {@link TaskKind}), chunk {@code g = c*p + i} and micro-batch {@code m}.
 */
final class WorkOrder {

    private WorkOrder() {}

    /** Tasks of one stage: forward, backward and, where split, weight gradient of each micro-batch and chunk. */
    static int tasksPerStage(PipelineSchedule schedule, int v, int M) {
        return v * M * (schedule.splitsBackward() ? 3 : 2);
    }

    /**
     * Writes the tasks of a stage into {@code codes} from {@code offset} on, in their order.
     *
     * @param table work space of at least {@code v*M} entries, used by {@link PipelineSchedule#INTERLEAVED} only
     */
    static void write(PipelineSchedule schedule, int p, int v, int M, int stage, int[] codes, int offset, int[] table) {
        boolean interleaved = schedule == PipelineSchedule.INTERLEAVED;
        if (interleaved) {
            fillTable(p, v, M, table);
        }
        int total = v * M;
        int at = offset;
        int forwards = schedule.warmup(p, v, M, stage);
        for (int k = 0; k < forwards; k++) {
            codes[at++] = interleaved ? forward(table[k], p, M, stage) : stage * M + k;
        }
        int weightGradients = 0;
        for (int k = 0; k < total; k++) {
            if (forwards < total) {
                codes[at++] = interleaved ? forward(table[forwards], p, M, stage) : stage * M + forwards;
                forwards++;
            }
            codes[at++] = switch (schedule) {
                case GPIPE -> (p * v + stage) * M + M - 1 - k;
                case INTERLEAVED -> backward(table[k], p, v, M, stage);
                case ONE_FORWARD_ONE_BACKWARD, ZERO_BUBBLE_H1 -> (p * v + stage) * M + k;
            };
            if (schedule.splitsBackward() && k >= stage) {
                codes[at++] = (2 * p * v + stage) * M + weightGradients++;
            }
        }
        while (schedule.splitsBackward() && weightGradients < M) {
            codes[at++] = (2 * p * v + stage) * M + weightGradients++;
        }
    }

    /** Chunk and micro-batch of each forward, as {@code c*M + m}: group by group, in a group chunk by chunk. */
    static void fillTable(int p, int v, int M, int[] table) {
        int groups = Interleaved.groups(p, M);
        int larger = M % groups;
        int at = 0;
        int first = 0;
        for (int r = 0; r < groups; r++) {
            int size = M / groups + (r < larger ? 1 : 0);
            for (int c = 0; c < v; c++) {
                for (int m = first; m < first + size; m++) {
                    table[at++] = c * M + m;
                }
            }
            first += size;
        }
    }

    private static int forward(int entry, int p, int M, int stage) {
        return (entry / M * p + stage) * M + entry % M;
    }

    /** Backwards take the groups in the same order and the chunks in the reverse. */
    private static int backward(int entry, int p, int v, int M, int stage) {
        int chunk = v - 1 - entry / M;
        return (p * v + chunk * p + stage) * M + entry % M;
    }
}
