package org.hopperline.search;

import java.util.Map;
import java.util.TreeMap;

/** Adds up the answers of a part of a sweep. */
final class SweepTally {

    private final Best best;
    private final Map<String, Long> failures = new TreeMap<>();
    private long answered;

    SweepTally(int keep) {
        best = new Best(keep);
    }

    void add(Sweep sweep, SweepOutcome outcome) {
        String failure = outcome.failure();
        if (failure != null) {
            failures.merge(failure, 1L, Long::sum);
        } else {
            answered++;
            best.offer(sweep.cost(outcome), outcome.index());
        }
    }

    SweepSummary summary() {
        return new SweepSummary(best, answered, failures);
    }
}
