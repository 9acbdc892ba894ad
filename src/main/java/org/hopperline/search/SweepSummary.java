package org.hopperline.search;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a part of a sweep brought: the lowest costs with the numbers of their questions, how many were answered, and the
 * failures by reason. Merging is associative and commutative, so parts may come in any order; a part that keeps fewer of
 * the best than another knows no more, so the whole keeps as many as the part that keeps fewest. Summaries travel between
 * machines.
 */
public final class SweepSummary implements Serializable {

    private static final long serialVersionUID = 1;

    private final Best best;
    private final long answered;
    private final TreeMap<String, Long> failures;

    SweepSummary(Best best, long answered, Map<String, Long> failures) {
        this.best = best;
        this.answered = answered;
        this.failures = new TreeMap<>(failures);
    }

    /** What no question brings; merging it with a part that keeps at most as many changes nothing. */
    public static SweepSummary empty(int keep) {
        return new SweepSummary(new Best(keep), 0, Map.of());
    }

    /** Both parts together. */
    public SweepSummary merge(SweepSummary other) {
        Best both = new Best(Math.min(best.capacity(), other.best.capacity()));
        both.addAll(best);
        both.addAll(other.best);
        TreeMap<String, Long> sums = new TreeMap<>(failures);
        other.failures.forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        return new SweepSummary(both, answered + other.answered, sums);
    }

    /** How many of the best are kept. */
    public int keep() {
        return best.capacity();
    }

    /** The lowest costs, the lowest first. */
    public double[] costs() {
        return best.costs();
    }

    /** The numbers of the questions that cost so much, for {@link Sweep#at}. */
    public long[] indices() {
        return best.indices();
    }

    /** Questions answered with a step. */
    public long answered() {
        return answered;
    }

    /** Questions that failed. */
    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Failures by reason. */
    public Map<String, Long> failures() {
        return Collections.unmodifiableMap(failures);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SweepSummary that
                && answered == that.answered
                && failures.equals(that.failures)
                && Arrays.equals(costs(), that.costs())
                && Arrays.equals(indices(), that.indices());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(answered) + 31 * Arrays.hashCode(indices()) + failures.hashCode();
    }

    /** Answers, failures by reason, and the best. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(String.format(Locale.ROOT, "%,d answered, %,d failed", answered, failed()));
        failures.forEach((reason, count) -> text.append(String.format(Locale.ROOT, "\n  %,d: %s", count, reason)));
        for (int place = 0; place < best.size(); place++) {
            text.append(String.format(
                    Locale.ROOT, "\n%2d. question %d at %.6g", place + 1, best.index(place), best.cost(place)));
        }
        return text.toString();
    }
}
