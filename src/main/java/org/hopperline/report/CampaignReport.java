package org.hopperline.report;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hopperline.core.Slot;
import org.hopperline.core.Units;
import org.hopperline.report.Report.Section;
import org.hopperline.run.CampaignForecast;
import org.hopperline.run.RunEnergy;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.RunTerm;
import org.hopperline.run.campaign.CampaignBands;
import org.hopperline.run.campaign.CampaignOutcome;
import org.hopperline.run.campaign.CampaignResult;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.Stage;
import org.hopperline.run.power.LoadApproval;
import org.hopperline.run.power.PowerLevels;

/** The forecast of a campaign as a report: days, megawatt-hours and dollars with bands, and what they rest on. */
final class CampaignReport {

    private static final double LEAST = 0.1;
    private static final double MIDDLE = 0.5;
    private static final double MOST = 0.9;
    private static final int MONTHS = 9;

    private CampaignReport() {}

    static Report of(CampaignForecast forecast) {
        RunPrediction last = atTheEnd(forecast);
        String size = say(" on %,d devices", last.machine().devices());
        Table answer = answer(forecast);
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Answer", forecast.nominal().toString() + ".", answer, List.of()));
        sections.add(new Section("Done by", "", doneBy(forecast), List.of()));
        sections.add(new Section(
                "What is not known",
                "The bands draw these anew each time; the nominal course has 1 for a factor and 0 for a delay. Where the"
                        + " middle of a factor is not 1, the middle of the bands is not the nominal course.",
                notKnown(forecast.uncertainty()),
                List.of()));
        sections.add(new Section(
                "The machine by date",
                "The plan is chosen anew at each size; a stage on which the model does not fit is waited through.",
                stages(forecast),
                List.of()));
        sections.add(power("Power" + size, last));
        sections.add(RunReport.why("Why" + size, last));
        sections.add(new Section("Where the wall time goes" + size, last.goodput() + ".", wallTime(last), List.of()));
        sections.add(new Section("Assumed", "", null, assumed(forecast)));
        sections.add(new Section(
                "Assumed of the machine " + last.machine().name(),
                "",
                null,
                last.machine().assumptions()));
        return new Report(
                "Forecast: " + forecast.campaign().training().model().name() + " on "
                        + forecast.campaign().ramp().name(),
                sections,
                answer,
                Charts.campaign(forecast));
    }

    /** The prediction for the size of the machine on which the nominal course ends. */
    private static RunPrediction atTheEnd(CampaignForecast forecast) {
        List<CampaignResult.Point> curve = forecast.nominal().curve();
        return forecast.campaign()
                .at(curve.get(curve.size() - 1).gpus())
                .orElse(forecast.campaign().largest());
    }

    private static Table answer(CampaignForecast forecast) {
        CampaignResult point = forecast.nominal();
        CampaignBands bands = forecast.bands();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "finish",
                point.finish().map(f -> f.toLocalDate().toString()).orElse("never"),
                certain(bands, LEAST),
                certain(bands, MIDDLE),
                certain(bands, MOST)));
        if (bands.finishedShare() > 0) {
            rows.add(row(
                    "days", point.finish().isPresent() ? point.days() : Double.NaN, bands, CampaignOutcome.DAYS, 1));
            rows.add(row("GPU-hours, million", point.gpuHours(), bands, CampaignOutcome.GPU_HOURS, 1e6));
            rows.add(row("energy, GWh", point.megawattHours(), bands, CampaignOutcome.MEGAWATT_HOURS, 1e3));
            for (CampaignOutcome money : List.of(CampaignOutcome.RENT_DOLLARS, CampaignOutcome.ELECTRICITY_DOLLARS)) {
                if (bands.quantile(money, MOST) > 0) {
                    rows.add(row(money.label() + ", million dollars", Double.NaN, bands, money, 1e6));
                }
            }
        }
        return new Table(List.of("", "nominal", "10 %", "50 %", "90 %"), rows);
    }

    private static String certain(CampaignBands bands, double p) {
        return bands.finishedShare() >= p ? bands.finishQuantile(p).toString() : "not certain to " + p;
    }

    /** One outcome; its nominal value is left out where it has none. */
    private static List<String> row(
            String name, double nominal, CampaignBands bands, CampaignOutcome outcome, double unit) {
        return List.of(
                name,
                Double.isNaN(nominal) ? "-" : amount(nominal / unit),
                amount(bands.quantile(outcome, LEAST) / unit),
                amount(bands.quantile(outcome, MIDDLE) / unit),
                amount(bands.quantile(outcome, MOST) / unit));
    }

    private static String amount(double value) {
        return say(value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%,.0f", value);
    }

    private static Table doneBy(CampaignForecast forecast) {
        List<List<String>> rows = new ArrayList<>();
        LocalDate end = forecast.start().withDayOfMonth(1).plusMonths(1).minusDays(1);
        for (int month = 0; month < MONTHS; month++) {
            LocalDate date = end.plusDays(1).plusMonths(month).minusDays(1);
            rows.add(List.of(
                    date.toString(),
                    say("%.0f %%", 100 * forecast.probabilityDoneBy(date)),
                    say("%.3g", forecast.nominal().flopsBy(date.plusDays(1)))));
        }
        return new Table(List.of("by the end of", "done with chance", "FLOP by then, nominal"), rows);
    }

    private static Table notKnown(CampaignUncertainty drawn) {
        return new Table(
                List.of("", "10 %", "50 %", "90 %"),
                List.of(
                        row("speed of a step over the nominal one", drawn.throughputFactor()),
                        row("failure rate over the nominal one", drawn.failureFactor()),
                        row("size of the run over the nominal one", drawn.workFactor()),
                        row("training begins later, days", drawn.startDelayDays()),
                        row("every stage of the machine comes later, days", drawn.machineDelayDays()),
                        row("dollars a GPU-hour, 0 if left out", drawn.dollarsPerGpuHour()),
                        row("dollars a kWh, 0 if left out", drawn.dollarsPerKilowattHour())));
    }

    private static List<String> row(String name, Distribution drawn) {
        return List.of(
                name,
                say("%.3g", drawn.quantile(LEAST)),
                say("%.3g", drawn.quantile(MIDDLE)),
                say("%.3g", drawn.quantile(MOST)));
    }

    private static Table stages(CampaignForecast forecast) {
        List<List<String>> rows = new ArrayList<>();
        int before = -1;
        for (Stage stage : forecast.campaign().ramp().stages()) {
            if (stage.gpus() == before) {
                continue;
            }
            before = stage.gpus();
            List<String> row = new ArrayList<>(List.of(stage.date().toString(), say("%,d", stage.gpus())));
            RunPrediction run = forecast.campaign().at(stage.gpus()).orElse(null);
            if (run == null) {
                row.addAll(List.of("does not fit", "-", "-", "-", "-"));
            } else {
                row.add(run.step().setup().plan().toString());
                row.add(Units.format(run.step().seconds(), "s"));
                row.add(say("%.1f %%", 100 * run.get(RunTerm.MFU_CAUSAL)));
                row.add(say("%.1f %%", 100 * run.goodput().fraction()));
                row.add(Units.format(run.energy().running().facility().watts(), "W"));
            }
            rows.add(row);
        }
        return new Table(
                List.of("from", "devices", "plan", "step", "MFU, causal", "goodput", "power at the meter"), rows);
    }

    private static Section power(String heading, RunPrediction run) {
        RunEnergy energy = run.energy();
        List<List<String>> rows = List.of(
                levels("rated", energy.rated()),
                levels("drawn in steps", energy.running()),
                levels("standing", energy.standing()));
        boolean approval = LoadApproval.TVA.needed(energy.rated().facility());
        return new Section(
                heading,
                "",
                new Table(List.of("", "chip", "server", "critical IT", "facility"), rows),
                List.of(
                        say(
                                "the load swings by %s when the job stops or starts",
                                Units.format(energy.swing().watts(), "W")),
                        say("%.2f J a token at the meter", energy.joulesPerToken()),
                        "above " + Units.format(LoadApproval.TVA.above().value(), "W") + " the "
                                + LoadApproval.TVA.utility()
                                + (approval ? " must approve: it must here" : " must approve: not here")));
    }

    private static Table wallTime(RunPrediction run) {
        return new Table(
                List.of("", "share", "formula"),
                run.goodput().explain().terms(Slot.Role.CRITICAL).stream()
                        .filter(term -> term.value() > 0)
                        .map(term -> List.of(term.label(), say("%.1f %%", 100 * term.value()), term.formula()))
                        .toList());
    }

    private static List<String> levels(String name, PowerLevels levels) {
        return List.of(
                name,
                Units.format(levels.chip().watts(), "W"),
                Units.format(levels.server().watts(), "W"),
                Units.format(levels.criticalIt().watts(), "W"),
                Units.format(levels.facility().watts(), "W"));
    }

    private static List<String> assumed(CampaignForecast forecast) {
        Set<String> all = new LinkedHashSet<>();
        forecast.campaign()
                .ramp()
                .stages()
                .forEach(stage -> forecast.campaign()
                        .at(stage.gpus())
                        .ifPresent(run -> run.assumptions().stream()
                                .filter(line -> !line.startsWith("plan "))
                                .forEach(line -> all.add(
                                        "on " + String.format(Locale.ROOT, "%,d", stage.gpus()) + ": " + line))));
        all.add("going over to the plan of the next size takes no time beyond that of failures");
        all.add("the draws of what is not known are independent of each other");
        return List.copyOf(all);
    }

    private static String say(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
