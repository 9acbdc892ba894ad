package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hopperline.core.Explanation;
import org.hopperline.core.Interval;
import org.hopperline.core.Ledger;
import org.hopperline.core.Units;
import org.hopperline.plan.TrainingSetup;

/** The predicted time of one optimizer step, with every term. */
public final class StepPrediction {

    private final TrainingSetup setup;
    private final Ledger<StepTerm> ledger;
    private final List<String> assumptions;
    private final List<StepPrediction> alternatives;
    private final double anchor;
    private final boolean narrowed;

    StepPrediction(TrainingSetup setup, Ledger<StepTerm> ledger, List<String> assumptions) {
        this(setup, ledger, assumptions, List.of(), 1, false);
    }

    private StepPrediction(
            TrainingSetup setup,
            Ledger<StepTerm> ledger,
            List<String> assumptions,
            List<StepPrediction> alternatives,
            double anchor,
            boolean narrowed) {
        this.setup = setup;
        this.ledger = ledger;
        this.assumptions = List.copyOf(assumptions);
        this.alternatives = List.copyOf(alternatives);
        this.anchor = anchor;
        this.narrowed = narrowed;
    }

    /** The same with every time multiplied by {@code factor}; all shares stay. */
    StepPrediction anchored(double factor, String assumption, boolean narrows) {
        Ledger<StepTerm> scaled = ledger.copy();
        for (StepTerm term : StepTerm.values()) {
            if (term.unit().equals("s")) {
                scaled.set(term, factor * ledger.get(term));
            }
        }
        List<String> all = new ArrayList<>(assumptions);
        all.add(assumption);
        return new StepPrediction(setup, scaled, all, List.of(), factor, narrows);
    }

    /** The same where {@code others} may as well have run. */
    StepPrediction spanning(List<StepPrediction> others) {
        return new StepPrediction(setup, ledger, assumptions, others, anchor, narrowed);
    }

    /** What was asked. */
    public TrainingSetup setup() {
        return setup;
    }

    /** Seconds of the step. */
    public double seconds() {
        return ledger.get(StepTerm.STEP);
    }

    /** One term, in its unit. */
    public double get(StepTerm term) {
        return ledger.get(term);
    }

    /** Tokens a second of all devices. */
    public double tokensPerSecond() {
        return setup.batch().tokens() / seconds();
    }

    /** Tokens a second of one device. */
    public double tokensPerSecondPerDevice() {
        return tokensPerSecond() / setup.cluster().devices();
    }

    /**
     * Measured over predicted time of the step: the factor by which it may be slower or faster than predicted.
     *
     * @param coverage 0.8 or 0.9, the levels that were learnt
     * @throws IllegalArgumentException if nothing supports an interval, saying what is missing
     */
    public Interval factor(double coverage) {
        Interval own = narrowed
                ? StepInterval.anchored(setup, coverage)
                : StepInterval.spanned(StepInterval.factor(setup, coverage), anchor);
        double low = own.low();
        double high = own.high();
        for (StepPrediction other : alternatives) {
            Interval theirs = other.seconds(coverage);
            low = Math.min(low, theirs.low() / seconds());
            high = Math.max(high, theirs.high() / seconds());
        }
        return new Interval(low, high, coverage);
    }

    /** What the interval rests on, in words. */
    public String basis() {
        return StepInterval.basis(setup)
                + alternatives.stream()
                        .map(other -> "; it spans that of " + other.setup().plan() + ", which may as well have run")
                        .collect(Collectors.joining());
    }

    /** Seconds within which the step lies with probability {@code coverage}, 0.8 or 0.9; refused as {@link #factor} is. */
    public Interval seconds(double coverage) {
        return factor(coverage).times(seconds());
    }

    /** What was filled in where the question was silent. */
    public List<String> assumptions() {
        return assumptions;
    }

    /** Every term with value, unit, share of the critical path, formula and source. */
    public Explanation explain() {
        return Explanation.of(toString(), ledger, assumptions);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s on %d %s, %s: step %s",
                setup.model().name(),
                setup.cluster().devices(),
                setup.cluster().chip().name(),
                setup.plan(),
                Units.format(seconds(), "s"));
    }
}
