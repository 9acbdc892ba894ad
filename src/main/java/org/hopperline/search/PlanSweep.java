package org.hopperline.search;

import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hopperline.core.Ledger;
import org.hopperline.core.Units;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;

/** A sweep over every plan of the space of a search, each priced that keeps the rules and fits the memory. */
final class PlanSweep implements Sweep {

    private final PlanSearch question;
    private final PlanSpace space;
    private final int keep;

    /** Pricers that no thread uses just now: tables of primitives are filled once a thread, not once a part. */
    private final Queue<StepPricer> idle = new ConcurrentLinkedQueue<>();

    PlanSweep(PlanSearch question, int keep) {
        this.question = question;
        this.space = question.space();
        this.keep = keep;
    }

    @Override
    public long size() {
        return space.size();
    }

    @Override
    public SweepOutcome at(long index) {
        Sweep.checkRange(index, index + 1, space.size());
        StepPricer pricer = pricer();
        SweepOutcome outcome = at(index, pricer);
        idle.add(pricer);
        return outcome;
    }

    private SweepOutcome at(long index, StepPricer pricer) {
        ShapeSearch search = search(pricer);
        BestSink sink = new BestSink(question.objective(), 1, 1);
        one(search, sink, index, index + 1);
        SpaceCounts counts = search.counts();
        SweepPoint point = question.point(space.plan(index), space.target(index));
        if (counts.priced() == 1) {
            TrainingSetup setup = SearchResult.setup(space, pricer, index);
            StepPrediction step = question.step().predict(setup);
            return SweepOutcome.of(index, point, step, pricer.memoryBytes(setup.plan(), setup.batch()));
        }
        for (Removed why : Removed.values()) {
            if (counts.get(why) > 0) {
                return SweepOutcome.failed(index, point, why.toString(), message(why, index, counts, pricer));
            }
        }
        throw new IllegalStateException("combination " + index + " was neither priced nor removed");
    }

    /** Why a combination has no step, with what it needs or breaks where that can be said of it. */
    private String message(Removed why, long index, SpaceCounts counts, StepPricer pricer) {
        ParallelPlan plan = space.plan(index);
        Batch batch = space.batch(index);
        String subject = "combination " + index + (plan == null ? "" : ", " + plan + ",") + " ";
        return subject
                + switch (why) {
                    case MEMORY ->
                        "needs " + Units.format(counts.leastBytes(), "byte") + " on each device, which has "
                                + Units.format(question.roomBytes(), "byte");
                    case BATCH -> why + ", " + space.target(index);
                    case OBJECTIVE -> "does not do for " + question.objective().label();
                    case RULES ->
                        plan == null || batch == null
                                ? why.toString()
                                : why + ": "
                                        + PlanRules.violations(pricer.setup(plan, batch))
                                                .get(0);
                    default -> why.toString();
                };
    }

    @Override
    public double cost(SweepOutcome outcome) {
        StepPrediction step = outcome.step();
        if (step == null) {
            throw new IllegalArgumentException(
                    "the answer to question " + outcome.index() + " has no step, so no cost");
        }
        Ledger<StepTerm> ledger = Ledger.of(StepTerm.class);
        for (StepTerm term : StepTerm.values()) {
            ledger.set(term, step.get(term));
        }
        ParallelPlan plan = step.setup().plan();
        return question.objective().cost(plan, step.setup().batch(), outcome.memoryBytes(), ledger);
    }

    @Override
    public SweepSummary best(long from, long to) {
        Sweep.checkRange(from, to, space.size());
        StepPricer pricer = pricer();
        ShapeSearch search = search(pricer);
        BestSink sink = new BestSink(question.objective(), Math.min(keep, space.variants()), keep);
        one(search, sink, from, to);
        idle.add(pricer);
        Best best = new Best(keep);
        sink.drainTo(best);
        Map<String, Long> failures = new TreeMap<>();
        for (Removed why : Removed.values()) {
            if (search.counts().get(why) > 0) {
                failures.put(why.toString(), search.counts().get(why));
            }
        }
        return new SweepSummary(best, search.counts().priced(), failures);
    }

    private StepPricer pricer() {
        StepPricer pricer = idle.poll();
        return pricer == null ? question.pricer() : pricer;
    }

    private ShapeSearch search(StepPricer pricer) {
        return new ShapeSearch(space, pricer, question.limits().conditions(), question.roomBytes());
    }

    /**
     * Looks at every combination from {@code from} up to {@code to}, whole shapes at a time but for the ends, and runs of them
     * that make no plan.
     */
    private void one(ShapeSearch search, BestSink sink, long from, long to) {
        int variants = space.variants();
        long end = (to + variants - 1) / variants;
        long shape = from / variants;
        while (shape < end) {
            long first = shape * variants;
            long last = space.lastAlike(shape, end);
            if (last > shape) {
                search.skip(shape, Math.min(to, (last + 1) * variants) - Math.max(from, first));
            } else {
                search.search(shape, (int) Math.max(0, from - first), (int) Math.min(variants, to - first), sink);
            }
            shape = last + 1;
        }
    }
}
