package org.hopperline.step;

import java.util.List;
import java.util.Locale;
import org.hopperline.core.Explanation;
import org.hopperline.core.Ledger;
import org.hopperline.core.Units;
import org.hopperline.plan.TrainingSetup;

/** The predicted time of one optimizer step, with every term. */
public final class StepPrediction {

    private final TrainingSetup setup;
    private final Ledger<StepTerm> ledger;
    private final List<String> assumptions;

    StepPrediction(TrainingSetup setup, Ledger<StepTerm> ledger, List<String> assumptions) {
        this.setup = setup;
        this.ledger = ledger;
        this.assumptions = List.copyOf(assumptions);
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
