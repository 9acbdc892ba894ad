package org.hopperline.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.hopperline.core.Explanation;
import org.hopperline.core.Interval;
import org.hopperline.core.Kind;
import org.hopperline.core.Slot;
import org.hopperline.core.Units;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.report.Report.Section;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.RunTerm;
import org.hopperline.run.StepBand;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;

/** Answers to training questions as a report. */
final class RunReport {

    private static final int LARGEST_TERMS = 6;
    private static final Map<String, Function<RunPrediction, String>> FIGURES = figures();

    private RunReport() {}

    static Report of(List<RunPrediction> predictions) {
        Table figures = figures(predictions);
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Prediction", "", figures, List.of()));
        for (int i = 0; i < predictions.size(); i++) {
            String which = predictions.size() == 1 ? "" : String.format(Locale.ROOT, " (%d)", i + 1);
            sections.add(why("Why" + which, predictions.get(i)));
            sections.add(
                    new Section("Assumed" + which, "", null, predictions.get(i).assumptions()));
        }
        Map<String, List<String>> machines = new LinkedHashMap<>();
        predictions.forEach(p -> machines.put(p.machine().name(), p.machine().assumptions()));
        machines.forEach((name, unpublished) ->
                sections.add(new Section("Assumed of the machine " + name, "", null, unpublished)));
        return new Report("Predicted training run" + (predictions.size() == 1 ? "" : "s"), sections, figures, null);
    }

    private static Table figures(List<RunPrediction> predictions) {
        List<String> header = new ArrayList<>(List.of(""));
        for (int i = 1; i <= predictions.size(); i++) {
            header.add(predictions.size() == 1 ? "" : "(" + i + ")");
        }
        List<List<String>> rows = new ArrayList<>();
        FIGURES.forEach((label, figure) -> {
            List<String> row = new ArrayList<>(List.of(label));
            predictions.forEach(p -> row.add(figure.apply(p)));
            rows.add(row);
        });
        return new Table(header, rows);
    }

    private static Map<String, Function<RunPrediction, String>> figures() {
        Map<String, Function<RunPrediction, String>> all = new LinkedHashMap<>();
        all.put("model", p -> p.question().model().name());
        all.put("machine", p -> p.machine().name());
        all.put(
                "devices",
                p -> say(
                        "%,d of %,d",
                        p.step().setup().cluster().devices(), p.machine().devices()));
        all.put("tokens", p -> say("%.4g", p.question().tokens()));
        all.put("tokens a step", p -> say("%,.0f", p.step().setup().batch().tokens()));
        all.put("precision", p -> p.question().precision().toString());
        all.put("plan", p -> ranks(p.step().setup().plan()));
        all.put("VP, micro-batches", p -> microBatches(p.step()));
        all.put("recomputation", p -> p.step().setup().plan().recompute().toString());
        all.put("calendar days", p -> say("%.1f", p.days()));
        all.put("80 % interval", RunReport::interval);
        all.put("lower bound, days", p -> say("%.1f", p.get(RunTerm.LOWER_BOUND_DAYS)));
        all.put("no overlap, days", p -> say("%.1f", p.get(RunTerm.NO_OVERLAP_DAYS)));
        all.put("goodput", p -> say("%.1f %%", 100 * p.get(RunTerm.GOODPUT)));
        all.put("device-hours, million", p -> say("%.2f", p.get(RunTerm.DEVICE_HOURS) / 1e6));
        all.put("energy, GWh", p -> say("%.1f", p.energy().megawattHours() / 1000));
        all.put("step", p -> Units.format(p.step().seconds(), "s"));
        all.put("MFU 6N", p -> say("%.1f %%", 100 * p.get(RunTerm.MFU_6N)));
        all.put("MFU 6N, causal scores", p -> say("%.1f %%", 100 * p.get(RunTerm.MFU_CAUSAL)));
        all.put("MFU 6N, full scores", p -> say("%.1f %%", 100 * p.get(RunTerm.MFU_FULL)));
        all.put("HFU, causal scores", p -> say("%.1f %%", 100 * p.get(RunTerm.HFU_CAUSAL)));
        all.put("compute/exposed/idle", p -> shares(p.step()));
        all.put("largest term", p -> p.step().explain().largest().label());
        return all;
    }

    static String interval(RunPrediction prediction) {
        Interval likely = prediction.likelyDays();
        boolean assumed = StepBand.of(prediction.step()).kind() == Kind.ASSUMED;
        return say("%.1f to %.1f", likely.low(), likely.high()) + (assumed ? ", assumed" : "");
    }

    static String ranks(ParallelPlan plan) {
        return "TP" + plan.tensor()
                + degree(" CP", plan.context())
                + " PP" + plan.pipeline()
                + " DP" + plan.data()
                + degree(" EP", plan.expert())
                + degree(" ETP", plan.expertTensor());
    }

    private static String degree(String name, int ranks) {
        return ranks == 1 ? "" : name + ranks;
    }

    private static String microBatches(StepPrediction step) {
        ParallelPlan plan = step.setup().plan();
        return say("VP%d, %d x %d", plan.virtualStages(), step.setup().microBatches(), plan.microBatch());
    }

    /** Shares of the step in kernels, in traffic that nothing hides, and in waiting. */
    private static String shares(StepPrediction step) {
        double idle = step.get(StepTerm.BUBBLE) + step.get(StepTerm.STRAGGLER);
        double compute = step.get(StepTerm.COMPUTE) + step.get(StepTerm.OPTIMIZER);
        double exposed = step.seconds() - compute - idle;
        return say(
                "%.0f / %.0f / %.0f %%",
                100 * compute / step.seconds(), 100 * exposed / step.seconds(), 100 * idle / step.seconds());
    }

    static Section why(String heading, RunPrediction prediction) {
        List<List<String>> rows = new ArrayList<>();
        prediction.why().stream()
                .limit(LARGEST_TERMS)
                .filter(term -> term.value() > 0)
                .forEach(term -> rows.add(row(term, say("%.1f %%", 100 * term.share()))));
        prediction.step().explain().terms(Slot.Role.HIDDEN).stream()
                .filter(term -> term.value() > 0)
                .forEach(term -> rows.add(row(term, "hidden")));
        return new Section(
                heading,
                prediction + ". The step is bound by: " + prediction.bound() + ".",
                new Table(List.of("term of the step", "time", "share", "formula"), rows),
                List.of());
    }

    private static List<String> row(Explanation.Term term, String share) {
        return List.of(term.label(), Units.format(term.value(), term.unit()), share, term.formula());
    }

    private static String say(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
