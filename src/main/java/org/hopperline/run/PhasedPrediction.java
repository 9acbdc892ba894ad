package org.hopperline.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.hopperline.core.Explanation;
import org.hopperline.core.Interval;
import org.hopperline.core.Kind;
import org.hopperline.core.Slot;
import org.hopperline.hardware.Cluster;
import org.hopperline.run.money.Money;
import org.hopperline.run.money.Price;
import org.hopperline.run.scaling.TrainingFlops;

/** The answer to a {@link PhasedTraining}: each phase a run of its own, and their sums. */
public final class PhasedPrediction {

    private final PhasedTraining question;
    private final List<RunPrediction> phases;

    PhasedPrediction(PhasedTraining question, List<RunPrediction> phases) {
        this.question = question;
        this.phases = List.copyOf(phases);
    }

    /** The question. */
    public PhasedTraining question() {
        return question;
    }

    /** The answer to each phase, in order. */
    public List<RunPrediction> phases() {
        return phases;
    }

    /** The machine asked for. */
    public Cluster machine() {
        return phases.get(0).machine();
    }

    /** Calendar days of all phases. */
    public double days() {
        return sum(RunPrediction::days);
    }

    /**
     * Calendar days within which the run ends with probability {@code coverage}. The ends of the phases add up: what makes
     * one phase slower than predicted makes all of them slower, since model, machine and software are the same.
     *
     * @param coverage 0.8 or 0.9
     */
    public Interval days(double coverage) {
        return new Interval(
                sum(phase -> phase.days(coverage).low()),
                sum(phase -> phase.days(coverage).high()),
                coverage);
    }

    /** The same by {@link StepBand}, learnt or assumed, so that there is one on any chip. */
    public Interval likelyDays() {
        return new Interval(
                sum(phase -> phase.likelyDays().low()),
                sum(phase -> phase.likelyDays().high()),
                band().factor().coverage());
    }

    /** The band of the first phase; its kind is that of all, since the machine is the same. */
    public StepBand band() {
        return StepBand.of(phases.get(0).step());
    }

    /** Device-hours of all phases. */
    public double deviceHours() {
        return sum(phase -> phase.get(RunTerm.DEVICE_HOURS));
    }

    /**
     * Device-hours of all phases within which the run ends with probability {@code coverage}, as with {@link
     * #days(double)}.
     *
     * @param coverage 0.8 or 0.9
     */
    public Interval deviceHours(double coverage) {
        return new Interval(
                sum(phase -> phase.days(coverage).low() * hoursADay(phase)),
                sum(phase -> phase.days(coverage).high() * hoursADay(phase)),
                coverage);
    }

    private static double hoursADay(RunPrediction phase) {
        return 24.0 * phase.step().setup().cluster().devices();
    }

    /** FLOPs of the run counted as 6 N D. */
    public double flops() {
        return TrainingFlops.sixND(question.training().model().activeParameters(), question.tokens());
    }

    /** Energy at the meter in megawatt-hours. */
    public double megawattHours() {
        return sum(phase -> phase.energy().megawattHours());
    }

    /** All device-hours of the run at a price per GPU-hour. */
    public Money rented(Price perGpuHour) {
        return total(phase -> phase.cost().rented(perGpuHour));
    }

    /** Electricity at the meter. */
    public Money electricity(Price perKilowattHour) {
        return total(phase -> phase.cost().electricity(perKilowattHour));
    }

    /** Days of each phase with its share, then what each phase is made of. */
    public Explanation explain() {
        List<Explanation.Term> terms = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            double days = phases.get(i).days();
            terms.add(term(question.phases().get(i).name(), days, days / days(), Slot.Role.CRITICAL));
        }
        terms.add(term("calendar time", days(), Double.NaN, Slot.Role.TOTAL));
        Explanation all = new Explanation(toString(), terms, List.of());
        for (RunPrediction phase : phases) {
            all = all.withPart(phase.explain());
        }
        return all;
    }

    private static Explanation.Term term(String label, double days, double share, Slot.Role role) {
        return new Explanation.Term(label, days, "day", share, role, "sum over phases", "run.PhasedTraining");
    }

    private double sum(ToDoubleFunction<RunPrediction> figure) {
        return phases.stream().mapToDouble(figure).sum();
    }

    private Money total(Function<RunPrediction, Money> cost) {
        return phases.stream().map(cost).reduce(Money::plus).orElseThrow();
    }

    @Override
    public String toString() {
        Interval likely = likelyDays();
        return String.format(
                Locale.ROOT,
                "%s on %s in %d phases: %.1f days (%s: %.1f to %.1f)",
                question.training().model().name(),
                machine().name(),
                phases.size(),
                days(),
                band().kind() == Kind.ASSUMED ? "no run like it is scored; assumed" : "80 %",
                likely.low(),
                likely.high());
    }
}
