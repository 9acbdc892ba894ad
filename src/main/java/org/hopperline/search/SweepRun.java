package org.hopperline.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * Runs a sweep part by part: {@code SweepRun.of(sweep).threads(4).onProgress((done, size) -> true).toCsv(file).run()}.
 * Immutable; each method returns another run.
 */
public final class SweepRun {

    private static final long USUAL_PART = 64;

    private final Sweep sweep;
    private final int threads;
    private final long part;
    private final Progress progress;
    private final @Nullable Appendable csv;

    /** Told after each part; called by one thread at a time. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Some more questions are answered.
         *
         * @param done answered or failed so far
         * @param size of the sweep
         * @return false to stop after the parts that have begun
         */
        boolean goOn(long done, long size);
    }

    private SweepRun(Sweep sweep, int threads, long part, Progress progress, @Nullable Appendable csv) {
        this.sweep = sweep;
        this.threads = threads;
        this.part = part;
        this.progress = progress;
        this.csv = csv;
    }

    /** One question after the other, in parts of 64. */
    public static SweepRun of(Sweep sweep) {
        return new SweepRun(Check.notNull(sweep, "sweep"), 1, USUAL_PART, (done, size) -> true, null);
    }

    /** On a parallel stream, by at most so many threads; no more run at once than the common pool has. */
    public SweepRun threads(int count) {
        return new SweepRun(sweep, Check.positive(count, "threads"), part, progress, csv);
    }

    /** In parts of so many questions. */
    public SweepRun part(long questions) {
        return new SweepRun(sweep, threads, Check.positive(questions, "questions of a part"), progress, csv);
    }

    /** Tells how far it is, and asks whether to go on. */
    public SweepRun onProgress(Progress listener) {
        return new SweepRun(sweep, threads, part, Check.notNull(listener, "listener"), csv);
    }

    /**
     * Writes a line of CSV for every question as its part is done: in the order of the numbers with one thread, part by part
     * in the order in which they end with several. The first line names the columns.
     */
    public SweepRun toCsv(Appendable out) {
        return new SweepRun(sweep, threads, part, progress, Check.notNull(out, "output"));
    }

    /**
     * Runs until the end or until the listener stops it; what is answered by then is returned.
     *
     * @throws UncheckedIOException if a line cannot be written; as after any failure, the other threads begin no other part
     */
    public SweepSummary run() {
        if (sweep.size() == 0) {
            throw new IllegalArgumentException("a sweep of 0 questions has no answer; give at least 1");
        }
        Collected all = new Collected();
        AtomicLong next = new AtomicLong();
        if (csv != null) {
            write(csv, SweepCsv.HEADER);
        }
        IntStream workers = IntStream.range(0, threads);
        (threads > 1 ? workers.parallel() : workers).forEach(worker -> {
            boolean failed = true;
            try {
                for (long from = next.getAndAdd(part);
                        from < sweep.size() && all.goesOn();
                        from = next.getAndAdd(part)) {
                    all.add(answer(from, Math.min(sweep.size(), from + part)));
                }
                failed = false;
            } finally {
                if (failed) {
                    all.stop();
                }
            }
        });
        return all.summary();
    }

    private record Part(SweepSummary summary, long questions, String lines) {}

    private Part answer(long from, long to) {
        if (csv == null) {
            return new Part(sweep.best(from, to), to - from, "");
        }
        StringBuilder lines = new StringBuilder();
        SweepTally tally = new SweepTally(sweep.best(from, from).keep());
        for (long index = from; index < to; index++) {
            SweepOutcome outcome = sweep.at(index);
            tally.add(sweep, outcome);
            SweepCsv.line(outcome, lines);
        }
        return new Part(tally.summary(), to - from, lines.toString());
    }

    private static void write(Appendable out, String lines) {
        try {
            out.append(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("the answers of the sweep cannot be written", e);
        }
    }

    /** What the threads bring together. */
    private final class Collected {

        private SweepSummary summary = sweep.best(0, 0);
        private long done;
        private boolean stopped;

        synchronized void add(Part answered) {
            summary = summary.merge(answered.summary());
            done += answered.questions();
            if (csv != null) {
                write(csv, answered.lines());
            }
            stopped |= !progress.goOn(done, sweep.size());
        }

        synchronized void stop() {
            stopped = true;
        }

        synchronized boolean goesOn() {
            return !stopped;
        }

        synchronized SweepSummary summary() {
            return summary;
        }
    }
}
