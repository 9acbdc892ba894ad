package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Units;
import org.hopperline.step.StepPrediction;

/**
 * The plans that no other plan beats in both of two objectives.
 *
 * @param first the first objective
 * @param second the second
 * @param points the plans, the best by the first objective first; the second falls from one to the next
 * @param counts what became of the combinations of the space
 */
public record ParetoFront(Objective first, Objective second, List<Point> points, SpaceCounts counts) {

    /**
     * A plan on the front.
     *
     * @param plan the plan with its step
     * @param first its cost by the first objective
     * @param second its cost by the second
     */
    public record Point(StepPrediction plan, double first, double second) {}

    /** Copies the list. */
    public ParetoFront {
        points = List.copyOf(points);
    }

    static ParetoFront of(PlanSearch question, Objective other, PlanSpace space, Front front, SpaceCounts counts) {
        List<Point> points = new ArrayList<>();
        StepPricer pricer = question.pricer();
        for (int place = 0; place < front.size(); place++) {
            points.add(new Point(
                    question.step().predict(SearchResult.setup(space, pricer, front.index(place))),
                    front.first(place),
                    front.second(place)));
        }
        return new ParetoFront(question.objective(), other, points, counts);
    }

    /** One line a plan, with both costs. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Point point : points) {
            text.append(String.format(
                            Locale.ROOT,
                            "%s %s, %s %s: %s%n",
                            first.label(),
                            Units.format(point.first(), first.unit()),
                            second.label(),
                            Units.format(point.second(), second.unit()),
                            point.plan().setup().plan())
                    .replace("\r\n", "\n"));
        }
        return text.toString();
    }
}
