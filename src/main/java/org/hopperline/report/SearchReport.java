package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Units;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.report.Report.Section;
import org.hopperline.search.Elasticity;
import org.hopperline.search.ParetoFront;
import org.hopperline.search.PlanComparison;
import org.hopperline.search.PlanStep;
import org.hopperline.search.Removed;
import org.hopperline.search.SearchResult;
import org.hopperline.search.Sensitivity;
import org.hopperline.search.SpaceCounts;
import org.hopperline.step.StepPrediction;

/** Answers of a search, fronts and sensitivities as reports. */
final class SearchReport {

    private static final List<String> PLAN_COLUMNS = List.of("plan", "devices", "step", "tokens/s", "tokens/s/device");

    private SearchReport() {}

    static Report of(SearchResult result) {
        List<List<String>> rows = new ArrayList<>();
        List<String> cautions = new ArrayList<>();
        for (StepPrediction plan : result.plans()) {
            rows.add(row(plan));
            plan.assumptions().forEach(caution -> cautions.add(plan.setup().plan() + ": " + caution));
        }
        Table plans = new Table(PLAN_COLUMNS, rows);
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Plans", "", plans, cautions));
        if (result.plans().size() > 1) {
            sections.add(comparison(result.whyNotSecond()));
        }
        sections.add(counts(result.counts()));
        return new Report(title("Best plans", result.first()), sections, plans, null);
    }

    static Report of(ParetoFront front) {
        List<List<String>> rows = new ArrayList<>();
        List<String> cautions = new ArrayList<>();
        for (ParetoFront.Point point : front.points()) {
            List<String> row = new ArrayList<>(row(point.plan()));
            row.add(Units.format(point.first(), front.first().unit()));
            row.add(Units.format(point.second(), front.second().unit()));
            rows.add(row);
            point.plan()
                    .assumptions()
                    .forEach(caution -> cautions.add(point.plan().setup().plan() + ": " + caution));
        }
        List<String> header = new ArrayList<>(PLAN_COLUMNS);
        header.add(front.first().label());
        header.add(front.second().label());
        Table table = new Table(header, rows);
        return new Report(
                title("Pareto front", front.points().get(0).plan()),
                List.of(
                        new Section(
                                "Plans",
                                "No plan of the space is better than one of these in "
                                        + front.first().label() + " without being worse in "
                                        + front.second().label() + ".",
                                table,
                                cautions),
                        counts(front.counts())),
                table,
                null);
    }

    static Report of(Sensitivity sensitivity) {
        List<List<String>> hardware = new ArrayList<>();
        for (Elasticity figure : sensitivity.hardware()) {
            hardware.add(List.of(
                    figure.name(),
                    Units.format(figure.value(), figure.unit()),
                    String.format(Locale.ROOT, "%+.3f %%", figure.elasticity())));
        }
        List<List<String>> plan = new ArrayList<>();
        for (PlanStep step : sensitivity.plan()) {
            plan.add(List.of(
                    step.axis().label(),
                    Integer.toString(step.from()),
                    Integer.toString(step.to()),
                    String.format(Locale.ROOT, "%+.2f %%", 100 * (step.rateRatio() - 1)),
                    step.fits() ? "yes" : "no"));
        }
        Table figures = new Table(List.of("figure", "value", "tokens/s for 1 % more"), hardware);
        return new Report(
                title("Sensitivity", sensitivity.step()),
                List.of(
                        new Section("Hardware", "", figures, List.of()),
                        new Section(
                                "Neighbouring plans",
                                "The next value of each axis, the replicas making up for the devices.",
                                new Table(List.of("axis", "from", "to", "tokens/s", "fits the memory"), plan),
                                List.of())),
                figures,
                Charts.tornado(sensitivity));
    }

    private static Section comparison(PlanComparison why) {
        List<List<String>> rows = new ArrayList<>();
        for (PlanComparison.Line line : why.lines()) {
            if (line.winnerSeconds() != 0 || line.loserSeconds() != 0) {
                rows.add(List.of(
                        line.term().label(),
                        Units.format(line.winnerSeconds(), "s"),
                        Units.format(line.loserSeconds(), "s"),
                        Units.format(line.differenceSeconds(), "s")));
            }
        }
        return new Section(
                "Why the second lost",
                String.format(
                        Locale.ROOT,
                        "%s takes %s a step %s than %s, for equal tokens.",
                        why.loser().setup().plan(),
                        Units.format(Math.abs(why.differenceSeconds()), "s"),
                        why.differenceSeconds() < 0 ? "less" : "more",
                        why.winner().setup().plan()),
                new Table(List.of("term", "first", "second", "difference"), rows),
                List.of());
    }

    private static Section counts(SpaceCounts counts) {
        List<List<String>> rows = new ArrayList<>();
        for (Removed why : Removed.values()) {
            if (counts.get(why) > 0) {
                rows.add(List.of(String.format(Locale.ROOT, "%,d", counts.get(why)), why.toString()));
            }
        }
        return new Section(
                "What was looked at",
                String.format(Locale.ROOT, "%,d combinations, %,d plans priced.", counts.total(), counts.priced()),
                new Table(List.of("combinations", "why not priced"), rows),
                List.of());
    }

    private static List<String> row(StepPrediction step) {
        ParallelPlan plan = step.setup().plan();
        return List.of(
                plan.toString(),
                String.format(Locale.ROOT, "%,d", plan.devices()),
                Units.format(step.seconds(), "s"),
                String.format(Locale.ROOT, "%,.0f", step.tokensPerSecond()),
                String.format(Locale.ROOT, "%,.1f", step.tokensPerSecondPerDevice()));
    }

    private static String title(String what, StepPrediction step) {
        return what + ": " + step.setup().model().name() + " on "
                + step.setup().cluster().name();
    }
}
