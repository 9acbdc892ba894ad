package org.hopperline.search;

/**
 * Many questions, numbered from 0. Any part can be answered by itself, on any machine, and parts come together in any
 * order: {@code sweep.best(0, k).merge(sweep.best(k, sweep.size()))} equals {@code sweep.best(0, sweep.size())}. Safe for
 * use by several threads.
 */
public interface Sweep {

    /** How many questions. */
    long size();

    /** The answer to one question; a question that cannot be answered has an answer that says why. */
    SweepOutcome at(long index);

    /** The best answers, and all failures counted by reason, of the questions from {@code from} up to {@code to}. */
    SweepSummary best(long from, long to);

    /** What an answer is ranked by, the lower the better; the answer must have a step. */
    double cost(SweepOutcome outcome);

    /** Throws unless the range lies within a sweep of {@code size} questions. */
    static void checkRange(long from, long to, long size) {
        if (from < 0 || to < from || to > size) {
            throw new IndexOutOfBoundsException("questions from " + from + " to " + to + " of a sweep of " + size
                    + "; take a range within 0 to " + size);
        }
    }
}
