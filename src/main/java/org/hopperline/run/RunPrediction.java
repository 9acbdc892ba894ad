package org.hopperline.run;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Explanation;
import org.hopperline.core.Interval;
import org.hopperline.core.Kind;
import org.hopperline.core.Ledger;
import org.hopperline.core.Precision;
import org.hopperline.core.Slot;
import org.hopperline.hardware.Cluster;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.run.campaign.Campaign;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.goodput.GoodputModel;
import org.hopperline.run.power.PowerCap;
import org.hopperline.run.scaling.TrainingFlops;
import org.hopperline.step.MeasuredStep;
import org.hopperline.step.SpeedOfLight;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;

/** The answer to a {@link Training} question: days with an interval, utilization, what bounds it, and why. */
public final class RunPrediction {

    private static final double SECONDS_PER_DAY = 86_400;

    private final Training question;
    private final Cluster machine;
    private final StepPrediction step;
    private final GoodputModel failures;
    private final Goodput goodput;
    private final double startSeconds;
    private final List<String> assumptions;
    private final Ledger<RunTerm> ledger;

    RunPrediction(
            Training question,
            Cluster machine,
            StepPrediction step,
            GoodputModel failures,
            double startSeconds,
            List<String> assumptions) {
        this.question = question;
        this.machine = machine;
        this.step = step;
        this.failures = failures;
        this.goodput = failures.best(step.setup().cluster().devices());
        this.startSeconds = startSeconds;
        this.assumptions = new ArrayList<>(assumptions);
        step.assumptions().stream().filter(a -> !assumptions.contains(a)).forEach(this.assumptions::add);
        this.ledger = fill();
    }

    private Ledger<RunTerm> fill() {
        TrainingSetup setup = step.setup();
        Ledger<RunTerm> terms = Ledger.of(RunTerm.class);
        double steps = Math.ceil(question.tokens() / setup.batch().tokens());
        double productive = steps * step.seconds() / SECONDS_PER_DAY;
        double work = goodput.wallSeconds(productive * SECONDS_PER_DAY) / SECONDS_PER_DAY;
        double start = startSeconds / SECONDS_PER_DAY;
        double days = work + start;
        terms.set(RunTerm.PRODUCTIVE_DAYS, productive);
        terms.set(RunTerm.LOST_DAYS, work - productive);
        terms.set(RunTerm.START_DAYS, start);
        terms.set(RunTerm.DAYS, days);
        terms.set(RunTerm.STEPS, steps);
        terms.set(RunTerm.STEP_SECONDS, step.seconds());
        terms.set(RunTerm.GOODPUT, goodput.fraction());
        terms.set(RunTerm.DEVICE_HOURS, days * 24 * setup.cluster().devices());
        double causal = mfu(setup, true, true);
        terms.set(RunTerm.MFU_6N, mfu(setup, false, false));
        terms.set(RunTerm.MFU_FULL, mfu(setup, true, false));
        terms.set(RunTerm.MFU_CAUSAL, causal);
        terms.set(RunTerm.HFU_CAUSAL, causal * (1 + setup.plan().recompute().layerShare() / 3));
        terms.set(RunTerm.LOWER_BOUND_DAYS, steps * SpeedOfLight.of(setup).seconds() / SECONDS_PER_DAY);
        terms.set(RunTerm.NO_OVERLAP_DAYS, work * noOverlapSeconds() / step.seconds() + start);
        return terms;
    }

    /** Model FLOPs of a second over the dense BF16 peak of the devices, as most publications state it. */
    private double mfu(TrainingSetup setup, boolean attention, boolean causal) {
        double active = setup.model().activeParameters();
        double perToken = attention
                ? TrainingFlops.perToken(
                        active,
                        setup.model().attentionLayers(),
                        setup.model().heads() * setup.model().headDim(),
                        (int) Math.round(setup.batch().attendedLength()),
                        causal)
                : 6 * active;
        return perToken
                * step.tokensPerSecondPerDevice()
                / setup.cluster().chip().denseFlopsPerSecond(Precision.BF16);
    }

    /** The step with all that it hides laid end to end. */
    private double noOverlapSeconds() {
        double seconds = step.seconds();
        for (StepTerm term : StepTerm.values()) {
            seconds += term.role() == Slot.Role.HIDDEN ? step.get(term) : 0;
        }
        return seconds;
    }

    /** Calendar days. */
    public double days() {
        return ledger.get(RunTerm.DAYS);
    }

    /**
     * Calendar days within which the run ends with probability {@code coverage}, as far as the times of a step and of the
     * start are uncertain.
     *
     * @param coverage 0.8 or 0.9
     */
    public Interval days(double coverage) {
        return spread(step.factor(coverage));
    }

    /** The same by {@link StepBand}, learnt or assumed, so that there is one on any chip. */
    public Interval likelyDays() {
        return spread(StepBand.of(step).factor());
    }

    private Interval spread(Interval factor) {
        double start = get(RunTerm.START_DAYS);
        double spread = question.startUp().spread();
        Interval work = factor.times(days() - start);
        return new Interval(work.low() + start / spread, work.high() + start * spread, factor.coverage());
    }

    /** One term, in its unit. */
    public double get(RunTerm term) {
        return ledger.get(term);
    }

    /** The step that the run repeats. */
    public StepPrediction step() {
        return step;
    }

    /** Failures, checkpoints and recovery. */
    public Goodput goodput() {
        return goodput;
    }

    /** What {@link #goodput} follows from, for the nodes of this machine and with no checkpoint within a step. */
    public GoodputModel failures() {
        return failures;
    }

    /**
     * This run begun on a day, for bands of its finish, energy and cost: {@code CampaignBands.of(run.campaign(day),
     * run.uncertainty(), 1000, seed)}.
     */
    public Campaign campaign(LocalDate start) {
        return TrainingCampaign.of(this).campaign(start);
    }

    /** What is not known of step time and failures, as {@link TrainingCampaign#uncertainty}. */
    public CampaignUncertainty uncertainty() {
        return TrainingCampaign.of(this).uncertainty();
    }

    /** Power and energy, with the machine's own chain from chip to meter. */
    public RunEnergy energy() {
        return RunEnergy.of(this);
    }

    /**
     * The run on a site whose power is limited, such as {@code PowerCap.ofMegawatts(100)}.
     *
     * @throws IllegalArgumentException if the cap cannot hold the devices of the run even standing
     */
    public RunUnderCap under(PowerCap cap) {
        return RunUnderCap.of(this, cap);
    }

    /** What the run costs, by method. */
    public RunCost cost() {
        return RunCost.of(this);
    }

    /** The machine asked for, of which the plan may use a part. */
    public Cluster machine() {
        return machine;
    }

    /** The question. */
    public Training question() {
        return question;
    }

    /** What was filled in where the question was silent. */
    public List<String> assumptions() {
        return List.copyOf(assumptions);
    }

    /** The same question on another number of devices of the same machine. */
    public RunPrediction withGpus(int devices) {
        return question.on(machine.withDevices(devices));
    }

    /**
     * The same run with its step anchored to one that the user measured on a run like it.
     *
     * @throws IllegalArgumentException if the measured run is unlike this one, with every difference
     */
    public RunPrediction calibrateTo(MeasuredStep measured) {
        StepPrediction anchored =
                StepModel.on(machine.chip()).calibrateTo(measured).predict(step.setup(), step.assumptions());
        return new RunPrediction(
                question, machine, anchored, failures, get(RunTerm.START_DAYS) * SECONDS_PER_DAY, assumptions);
    }

    /** What takes most of the step, in words. */
    public String bound() {
        Explanation.Term most = step.explain().largest();
        return String.format(Locale.ROOT, "%s, %.0f %% of the step", most.label(), 100 * most.share());
    }

    /** The run's terms, then the step's, with formulas and sources. */
    public Explanation explain() {
        return Explanation.of(toString(), ledger, assumptions).withPart(step.explain());
    }

    /** Terms of the step that lie on the critical path, the largest first. */
    public List<Explanation.Term> why() {
        return step.explain().terms(Slot.Role.CRITICAL).stream()
                .sorted((a, b) -> Double.compare(b.value(), a.value()))
                .toList();
    }

    @Override
    public String toString() {
        StepBand band = StepBand.of(step);
        Interval likely = likelyDays();
        return String.format(
                Locale.ROOT,
                "%s on %,d %s of %s: %.1f days (%s: %.1f to %.1f)",
                question.model().name(),
                step.setup().cluster().devices(),
                step.setup().cluster().chip().name(),
                machine.name(),
                days(),
                band.kind() == Kind.ASSUMED ? "no run like it is scored; assumed" : "80 %",
                likely.low(),
                likely.high());
    }
}
