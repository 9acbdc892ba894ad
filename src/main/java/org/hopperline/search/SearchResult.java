package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Units;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepPrediction;

/** The answer of a search: the best plans, the best first, and what became of all others. */
public final class SearchResult {

    private final PlanSearch question;
    private final PlanSpace space;
    private final List<StepPrediction> plans;
    private final double[] costs;
    private final SpaceCounts counts;

    private SearchResult(
            PlanSearch question, PlanSpace space, List<StepPrediction> plans, double[] costs, SpaceCounts counts) {
        this.question = question;
        this.space = space;
        this.plans = List.copyOf(plans);
        this.costs = costs;
        this.counts = counts;
    }

    static SearchResult of(PlanSearch question, PlanSpace space, Best best, SpaceCounts counts) {
        List<StepPrediction> plans = new ArrayList<>();
        StepPricer pricer = question.pricer();
        for (int place = 0; place < best.size(); place++) {
            plans.add(question.step().predict(setup(space, pricer, best.index(place))));
        }
        return new SearchResult(question, space, plans, best.costs(), counts);
    }

    /** The question that a plan of the space asks; its number must be of a plan. */
    static TrainingSetup setup(PlanSpace space, StepPricer pricer, long index) {
        Shape shape = space.shape(index / space.variants());
        if (shape == null) {
            throw new IllegalStateException("combination " + index + " of the space makes no plan");
        }
        return pricer.setup(space.variant(shape, (int) (index % space.variants())), shape.batch());
    }

    /** The plans found, the best first; empty if none keeps the rules, the limits and the memory. */
    public List<StepPrediction> plans() {
        return plans;
    }

    /**
     * The best plan.
     *
     * @throws IllegalArgumentException if there is none, as {@link PlanSearch#best}
     */
    public StepPrediction first() {
        if (plans.isEmpty()) {
            throw new IllegalArgumentException(whyNone());
        }
        return plans.get(0);
    }

    /** The {@code count} best of those found. */
    public List<StepPrediction> top(int count) {
        return plans.subList(0, Math.min(count, plans.size()));
    }

    /** The cost of the plan at {@code place}, from 0, in the unit of the objective. */
    public double cost(int place) {
        return costs[place];
    }

    /** What became of the combinations of the space. */
    public SpaceCounts counts() {
        return counts;
    }

    /**
     * Why the second plan is not the first: term by term.
     *
     * @throws IllegalArgumentException if fewer than two plans were found
     */
    public PlanComparison whyNotSecond() {
        if (plans.size() < 2) {
            throw new IllegalArgumentException(
                    plans.size() + " plans were found, but a comparison takes two; ask for at least 2");
        }
        return PlanComparison.of(plans.get(0), plans.get(1));
    }

    /**
     * Why there is no plan: what removed the last, what the nearest would need, and what each limit taken back would bring.
     *
     * @throws IllegalArgumentException if there is a plan
     */
    public String whyNone() {
        return Infeasible.message(question, space, without());
    }

    /** The same without another search. */
    String whyNoneInShort() {
        return Infeasible.shortMessage(question, space, without());
    }

    /** What removed the plans that came farthest. */
    Removed last() {
        return Infeasible.last(without());
    }

    private SpaceCounts without() {
        if (!plans.isEmpty()) {
            throw new IllegalArgumentException(
                    plans.size() + " plans were found, so there is nothing to explain; ask whyNotSecond()");
        }
        return counts;
    }

    /** The plans with their costs, one a line, each with what not every software can run, and the counts. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int place = 0; place < plans.size(); place++) {
            StepPrediction plan = plans.get(place);
            text.append(String.format(
                            Locale.ROOT,
                            "%2d. %s %s, step %s, %,.0f tokens/s: %s%n",
                            place + 1,
                            question.objective().label(),
                            Units.format(costs[place], question.objective().unit()),
                            Units.format(plan.seconds(), "s"),
                            plan.tokensPerSecond(),
                            plan.setup().plan())
                    .replace("\r\n", "\n"));
            plan.assumptions()
                    .forEach(caution -> text.append("    ").append(caution).append('\n'));
        }
        return text.append(plans.isEmpty() ? whyNone() + "\n" : "")
                .append(counts)
                .toString();
    }
}
