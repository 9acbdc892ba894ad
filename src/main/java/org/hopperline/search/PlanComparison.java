package org.hopperline.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Slot;
import org.hopperline.core.Units;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;

/**
 * Why one plan loses against another: the terms of both steps, for equal tokens, the one that decides most first.
 *
 * @param winner the plan that is better by what was asked for, which need not be the faster one
 * @param loser the other
 * @param lines the terms on the critical path, by the size of the difference
 */
public record PlanComparison(StepPrediction winner, StepPrediction loser, List<Line> lines) {

    /**
     * One term of both steps.
     *
     * @param term the term
     * @param winnerSeconds of the winner's step
     * @param loserSeconds of the loser's step, for as many tokens as the winner's
     */
    public record Line(StepTerm term, double winnerSeconds, double loserSeconds) {

        /** What the loser takes more; negative where it takes less. */
        public double differenceSeconds() {
            return loserSeconds - winnerSeconds;
        }
    }

    /** Copies the list. */
    public PlanComparison {
        lines = List.copyOf(lines);
    }

    /** Sets two steps side by side; of a question of time the winner is the faster one. */
    public static PlanComparison of(StepPrediction winner, StepPrediction loser) {
        Check.notNull(winner, "winner");
        Check.notNull(loser, "loser");
        double scale = winner.setup().batch().tokens() / loser.setup().batch().tokens();
        List<Line> lines = new ArrayList<>();
        for (StepTerm term : StepTerm.values()) {
            if (term.role() == Slot.Role.CRITICAL) {
                lines.add(new Line(term, winner.get(term), scale * loser.get(term)));
            }
        }
        lines.sort(Comparator.comparingDouble((Line line) -> -Math.abs(line.differenceSeconds())));
        return new PlanComparison(winner, loser, lines);
    }

    /** What the loser takes more in all, for equal tokens. */
    public double differenceSeconds() {
        double scale = winner.setup().batch().tokens() / loser.setup().batch().tokens();
        return scale * loser.seconds() - winner.seconds();
    }

    /** Both plans, what the loser loses in all, and every term in which they differ. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                differenceSeconds() < 0
                        ? "%s%n  takes %s a step less (%.2f %%), yet loses by what was asked for, against%n%s%n"
                        : "%s%n  loses %s a step (%.2f %%) against%n%s%n",
                loser.setup().plan(),
                Units.format(Math.abs(differenceSeconds()), "s"),
                100 * Math.abs(differenceSeconds()) / winner.seconds(),
                winner.setup().plan()));
        for (Line line : lines) {
            if (line.differenceSeconds() != 0) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %-34s %12s against %12s: %s%n",
                        line.term().label(),
                        Units.format(line.loserSeconds(), "s"),
                        Units.format(line.winnerSeconds(), "s"),
                        (line.differenceSeconds() > 0 ? "+" : "") + Units.format(line.differenceSeconds(), "s")));
            }
        }
        return text.toString().replace("\r\n", "\n");
    }
}
