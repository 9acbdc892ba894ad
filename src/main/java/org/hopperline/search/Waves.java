package org.hopperline.search;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Families in the order of their bounds, wave by wave: within a wave nothing is known of what its other families bring, so that
 * what is skipped does not depend on the number of threads or on which was faster.
 */
final class Waves {

    private static final int FIRST = 8;
    private static final int LARGEST = 256;

    private final List<FamilyBound> families;
    private final int[] order;

    /**
     * @param families in any order
     * @param keys what the order goes by; equal keys in the order of the families
     */
    Waves(List<FamilyBound> families, double[] keys) {
        this.families = families;
        this.order = IndexSort.ascending(keys);
    }

    /**
     * Runs wave after wave.
     *
     * @param workers one for each thread
     * @param sinks one for each worker
     * @param between called after each wave with the number of families done; collects and sets limits
     */
    <S extends Sink> void run(FamilySearch[] workers, IntFunction<S> sinks, IntConsumer between) {
        int done = 0;
        int size = FIRST;
        while (done < order.length) {
            int from = done;
            int to = Math.min(order.length, from + size);
            AtomicInteger next = new AtomicInteger(from);
            IntStream threads = IntStream.range(0, workers.length);
            (workers.length > 1 ? threads.parallel() : threads).forEach(worker -> {
                S sink = sinks.apply(worker);
                for (int i = next.getAndIncrement(); i < to; i = next.getAndIncrement()) {
                    workers[worker].search(families.get(order[i]), sink);
                }
            });
            done = to;
            size = Math.min(LARGEST, 2 * size);
            between.accept(done);
        }
    }
}
