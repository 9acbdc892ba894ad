package org.hopperline.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.SpeedOfLight;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;

/**
 * The fastest plans for a question. Every shape of {@link PlanShapes} gets a bound that costs little; in the order of
 * the bounds each is given as little recomputation as fits and is priced, until no bound left can beat what is found.
 */
public final class PlanSearch {

    private static final double BATCH_TOLERANCE = 0.1;
    private static final double[] RECOMPUTED = {0, 0.25, 0.5, 0.75, 1};
    private static final Comparator<StepPrediction> FASTEST_FIRST =
            Comparator.comparingDouble(StepPrediction::tokensPerSecond).reversed();

    private final StepModel step;
    private final double room;
    private final List<StepPrediction> found = new ArrayList<>();
    private double least = Double.POSITIVE_INFINITY;

    private PlanSearch(Cluster machine) {
        this.step = StepModel.on(machine.chip());
        this.room = machine.chip().visibleMemoryBytes();
    }

    private record Candidate(TrainingSetup setup, double mostTokensPerSecond) {

        /**
         * No plan is faster than its tokens over {@code t (1 + (p - 1) / (v m))}: every resource at its highest rate,
         * and the stages idle while the pipeline fills and drains (arXiv 2104.04473 section 2.2.2).
         */
        static Candidate of(TrainingSetup setup) {
            ParallelPlan plan = setup.plan();
            double idle = (plan.pipeline() - 1.0) / ((double) plan.virtualStages() * setup.microBatches());
            return new Candidate(
                    setup, setup.batch().tokens() / (SpeedOfLight.of(setup).seconds() * (1 + idle)));
        }
    }

    /**
     * The {@code count} fastest plans, the fastest first, on as many devices of the machine as come out even.
     *
     * @param batchTokens tokens of a step; a plan takes the nearest batch that it divides, at most a tenth away
     * @throws IllegalArgumentException if no plan keeps the rules and fits the memory, saying what the smallest needs
     */
    public static List<StepPrediction> best(
            Transformer model,
            Cluster machine,
            double batchTokens,
            int sequenceLength,
            Precision precision,
            SoftwareProfile software,
            int count) {
        Check.notNull(model, "model");
        Check.notNull(machine, "machine");
        Check.positive(batchTokens, "tokens of a batch", "token");
        Check.positive(count, "plans");
        List<Candidate> candidates = new ArrayList<>();
        for (ParallelPlan shape : PlanShapes.of(model, machine)) {
            Batch batch = nearestBatch(batchTokens, sequenceLength, shape.data() * shape.microBatch());
            if (Math.abs(batch.tokens() / batchTokens - 1) > BATCH_TOLERANCE) {
                continue;
            }
            Cluster used = machine.withDevices(shape.devices());
            TrainingSetup setup = new TrainingSetup(model, used, shape, batch, precision, software);
            if (PlanRules.violations(setup).isEmpty()) {
                candidates.add(Candidate.of(setup));
            }
        }
        candidates.sort(
                Comparator.comparingDouble(Candidate::mostTokensPerSecond).reversed());
        PlanSearch search = new PlanSearch(machine);
        for (Candidate candidate : candidates) {
            if (search.isBeaten(candidate, count)) {
                break;
            }
            search.price(candidate.setup(), count);
        }
        if (search.found.isEmpty()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "no plan for %s on %,d %s with %.4g tokens a step %s",
                    model.name(),
                    machine.devices(),
                    machine.chip().name(),
                    batchTokens,
                    search.reason()));
        }
        return List.copyOf(search.found);
    }

    private boolean isBeaten(Candidate candidate, int count) {
        return found.size() == count
                && candidate.mostTokensPerSecond() < found.get(count - 1).tokensPerSecond();
    }

    /** Prices a question with the least recomputation that fits, and keeps it if it is among the fastest. */
    private void price(TrainingSetup setup, int count) {
        for (double share : RECOMPUTED) {
            TrainingSetup tried = setup.withPlan(setup.plan().toBuilder()
                    .recompute(Recompute.ofLayers(share))
                    .build());
            double need = MemoryFootprint.of(tried).total();
            least = Math.min(least, need);
            if (need <= room) {
                found.add(step.predict(tried));
                found.sort(FASTEST_FIRST);
                if (found.size() > count) {
                    found.remove(count);
                }
                return;
            }
        }
    }

    private String reason() {
        return Double.isInfinite(least)
                ? "divides the batch; take more tokens a step or fewer devices"
                : "fits " + Units.format(room, "byte") + ": the smallest needs " + Units.format(least, "byte")
                        + ", so take more devices";
    }

    /**
     * The batch nearest to {@code tokens} whose sequences are a multiple of {@code multiple}.
     *
     * @throws IllegalArgumentException if it has more sequences than can be counted
     */
    public static Batch nearestBatch(double tokens, int sequenceLength, int multiple) {
        Check.positive(tokens, "tokens of a batch", "token");
        double sequences = Math.max(1, Math.rint(tokens / sequenceLength / multiple)) * multiple;
        if (sequences > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a batch of " + tokens + " tokens is " + sequences + " sequences of "
                    + sequenceLength + "; take at most " + Integer.MAX_VALUE + " sequences");
        }
        return new Batch((int) sequences, sequenceLength);
    }
}
