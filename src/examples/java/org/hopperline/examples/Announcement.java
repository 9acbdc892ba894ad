package org.hopperline.examples;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.hopperline.core.Units;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.run.CampaignForecast;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.RunUnderCap;
import org.hopperline.run.StandIn;
import org.hopperline.run.campaign.Ramps;
import org.hopperline.run.machines.Machine;
import org.hopperline.run.machines.MachineComparison;
import org.hopperline.run.machines.Measure;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.run.power.LoadApproval;
import org.hopperline.run.power.PowerCap;
import org.hopperline.run.power.PowerChain;

/**
 * What was said of the machine in Memphis in July 2024, clause by clause, with what the library has to say to each:
 * 100,000 H100s; about four times the largest others; the most powerful training cluster; the strongest model by
 * December; up to 150 MW, with approval needed above 100.
 */
public final class Announcement {

    private static final LocalDate SAID = LocalDate.of(2024, 7, 22);
    private static final LocalDate FIRST_TRAINING = LocalDate.of(2024, 8, 11);
    private static final LocalDate BY = LocalDate.of(2024, 12, 31);
    private static final double FOUR = 4;

    private Announcement() {}

    /** Prints the clauses. */
    public static void main(String[] arguments) {
        System.out.print(text());
    }

    /** The clauses and what is to be said to them. */
    static String text() {
        MachineComparison machines = compared();
        RunPrediction run = PredictedAnswers.largeBatch();
        return String.join(
                "\n\n",
                count(),
                fourTimes(machines),
                strongest(machines),
                december(),
                power(run),
                approval(run),
                machines.toString().stripTrailing() + "\n");
    }

    /** The machines named, and Meta's, with the training throughput of one model on each. */
    static MachineComparison compared() {
        return PredictedAnswers.largeSteps().on(MachineComparison.ofJuly2024());
    }

    private static String count() {
        StringBuilder text = new StringBuilder("\"100,000 H100s\"");
        say(text, "%,d GPUs ran on %s, the day it was said.", Ramps.MEMPHIS.gpusOn(SAID), SAID);
        Clusters.MEMPHIS.ramp().stream()
                .limit(2)
                .forEach(stage -> say(text, "%,d from %s on (Epoch AI).", stage.devices(), stage.from()));
        say(text, "Named beside it: Aurora 60,000, Frontier about 38,000, Eagle 14,400; installed:");
        for (Cluster other : List.of(Clusters.AURORA, Clusters.FRONTIER, Clusters.EAGLE)) {
            say(
                    text,
                    "  %s %,.0f",
                    other.name(),
                    Machine.of(other).value(Measure.ACCELERATORS).orElseThrow().value());
        }
        return text.toString();
    }

    private static String fourTimes(MachineComparison machines) {
        StringBuilder text = new StringBuilder("\"about four times the largest others\"");
        say(text, "Memphis over the others, and by which units it is four times as large, to a tenth:");
        for (Machine other : machines.machines().subList(1, machines.machines().size())) {
            List<String> near = new ArrayList<>();
            for (Measure measure : Measure.values()) {
                OptionalDouble ratio = machines.ratio(measure, Clusters.MEMPHIS.name(), other.name());
                if (ratio.isPresent() && Math.abs(ratio.getAsDouble() / FOUR - 1) < 0.1) {
                    near.add(measure.label());
                }
            }
            say(
                    text,
                    "  %s: by count %.2f, by BF16 peak %.2f, by predicted training %.2f",
                    other.name(),
                    machines.ratio(Measure.ACCELERATORS, Clusters.MEMPHIS.name(), other.name())
                            .orElseThrow(),
                    machines.ratio(Measure.BF16_PEAK, Clusters.MEMPHIS.name(), other.name())
                            .orElseThrow(),
                    machines.ratio(Measure.TRAINING, Clusters.MEMPHIS.name(), other.name())
                            .orElseThrow());
            say(text, "    four times by: %s", near.isEmpty() ? "no unit" : wrapped(String.join(", ", near)));
        }
        return text.toString();
    }

    private static String strongest(MachineComparison machines) {
        StringBuilder text = new StringBuilder("\"the most powerful training cluster in the world\"");
        say(text, "%s, FLOP/s of training, whole machines:", Models.LLAMA31_405B.name());
        for (Machine machine : machines.machines()) {
            machine.value(Measure.TRAINING)
                    .ifPresent(figure -> say(
                            text,
                            "  %s %s; %s",
                            machine.name(),
                            Units.format(figure.value(), figure.unit()),
                            figure.source().substring(figure.source().indexOf("80 %"))));
        }
        return text.toString();
    }

    private static String december() {
        StringBuilder text = new StringBuilder("\"the strongest model by every metric by December\"");
        CampaignForecast forecast = Forecast.forecast();
        say(text, "Taken for it: %s", StandIn.GROK3.model());
        say(
                text,
                "  in FP8 on %.2g FLOP (%.2g to %.2g), from %s on",
                StandIn.GROK3.flops().value(),
                StandIn.GROK3.low().value(),
                StandIn.GROK3.high().value(),
                FIRST_TRAINING);
        say(text, "Done by %s: %.0f %%; %s.", BY, 100 * forecast.probabilityDoneBy(BY), forecast.bands());
        FacilityPower each = PowerChain.of(Clusters.MEMPHIS).rated().facility();
        say(
                text,
                "On the grid's power alone (8 MW, then 50, then 150), without generators: %.0f %%.",
                100 * Forecast.forecast(Ramps.memphisGrid(each)).probabilityDoneBy(BY));
        return text.toString();
    }

    private static String power(RunPrediction run) {
        StringBuilder text = new StringBuilder("\"at up to 150 MW\"");
        FacilityPower each = run.energy()
                .rated()
                .facility()
                .times(1.0 / run.step().setup().cluster().devices());
        say(
                text,
                "Rated for %,d GPUs: %s, %s, %s, %s",
                run.step().setup().cluster().devices(),
                run.energy().rated().chip(),
                run.energy().rated().server(),
                run.energy().rated().criticalIt(),
                run.energy().rated().facility());
        say(
                text,
                "Drawn while %s trains: %s, %s",
                run.question().model().name(),
                run.energy().running().criticalIt(),
                run.energy().running().facility());
        say(
                text,
                "150 MW at the meter feed %,d GPUs at their rating.",
                PowerCap.ofMegawatts(150).gpus(each, 8));
        return text.toString();
    }

    private static String approval(RunPrediction run) {
        StringBuilder text = new StringBuilder("\"above 100 MW the utility must approve\"");
        FacilityPower each = run.energy()
                .rated()
                .facility()
                .times(1.0 / run.step().setup().cluster().devices());
        say(
                text,
                "Needed from %s on; without it at most %,d GPUs at their rating.",
                Ramps.MEMPHIS
                        .firstNeeding(LoadApproval.TVA, each)
                        .map(LocalDate::toString)
                        .orElse("never"),
                LoadApproval.TVA.mostWithout(each, 8));
        RunUnderCap under = run.under(PowerCap.ofMegawatts(100));
        say(
                text,
                "%s in %.1f days without a limit; in %.1f on 100 MW, all GPUs at %.0f %% of the clock,",
                run.question().model().name(),
                run.days(),
                under.days(),
                100 * under.relativeClock());
        say(text, "  or on the %,d GPUs that 100 MW hold at full clock.", under.gpusAtFullClock());
        return text.toString();
    }

    /** Breaks a list so that no line is wider than a terminal. */
    private static String wrapped(String list) {
        return list.replaceAll("(.{60,80}?, )", "$1\n      ");
    }

    private static void say(StringBuilder text, String format, Object... values) {
        text.append("\n  ").append(String.format(Locale.ROOT, format, values));
    }
}
