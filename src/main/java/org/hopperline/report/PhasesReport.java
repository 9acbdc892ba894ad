package org.hopperline.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hopperline.core.Kind;
import org.hopperline.core.Units;
import org.hopperline.report.Report.Section;
import org.hopperline.run.PhasedPrediction;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.RunTerm;
import org.hopperline.run.TrainingPhase;

/** A run in phases as a report: one line a phase. */
final class PhasesReport {

    private static final List<String> HEADER = List.of(
            "phase",
            "until tokens",
            "tokens a step",
            "sequence",
            "plan",
            "step",
            "MFU 6N",
            "days",
            "80 % interval",
            "device-hours, million",
            "energy, GWh");

    private PhasesReport() {}

    static Report of(PhasedPrediction prediction) {
        List<List<String>> rows = new ArrayList<>();
        Set<String> assumptions = new LinkedHashSet<>();
        for (int i = 0; i < prediction.phases().size(); i++) {
            TrainingPhase phase = prediction.question().phases().get(i);
            RunPrediction answer = prediction.phases().get(i);
            rows.add(row(phase, answer));
            answer.assumptions().forEach(a -> assumptions.add(phase.name() + ": " + a));
        }
        rows.add(List.of(
                "all",
                say("%.4g", prediction.question().tokens()),
                "",
                "",
                "",
                "",
                "",
                say("%.1f", prediction.days()),
                interval(prediction),
                say("%.2f", prediction.deviceHours() / 1e6),
                say("%.1f", prediction.megawattHours() / 1000)));
        Table table = new Table(HEADER, rows);
        return new Report(
                "Predicted training run in phases",
                List.of(
                        new Section("Phases", prediction + ".", table, List.of()),
                        new Section("Assumed", "", null, List.copyOf(assumptions))),
                table,
                null);
    }

    private static List<String> row(TrainingPhase phase, RunPrediction answer) {
        return List.of(
                phase.name(),
                say("%.4g", phase.untilTokens()),
                say("%,.0f", answer.step().setup().batch().tokens()),
                say("%,d", phase.sequenceLength()),
                RunReport.ranks(answer.step().setup().plan()),
                Units.format(answer.step().seconds(), "s"),
                say("%.1f %%", 100 * answer.get(RunTerm.MFU_6N)),
                say("%.2f", answer.days()),
                RunReport.interval(answer),
                say("%.2f", answer.get(RunTerm.DEVICE_HOURS) / 1e6),
                say("%.2f", answer.energy().megawattHours() / 1000));
    }

    private static String interval(PhasedPrediction prediction) {
        return say(
                        "%.1f to %.1f",
                        prediction.likelyDays().low(), prediction.likelyDays().high())
                + (prediction.band().kind() == Kind.ASSUMED ? ", assumed" : "");
    }

    private static String say(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
