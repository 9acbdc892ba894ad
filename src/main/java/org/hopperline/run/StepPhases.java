package org.hopperline.run;

import java.util.function.ToDoubleFunction;
import org.hopperline.core.Ledger;
import org.hopperline.run.power.PhaseShares;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;

/**
 * The phases of a step that differ in power: kernels computing, communication that nothing hides (the ranks that wait in
 * it included), and pipeline stages with nothing to do. Taken along the stage with most to do, as the step itself.
 */
final class StepPhases {

    private static final StepTerm[] COMMUNICATION = {
        StepTerm.TENSOR_EXPOSED,
        StepTerm.CONTEXT_EXPOSED,
        StepTerm.EXPERT_EXPOSED,
        StepTerm.SHARD_EXPOSED,
        StepTerm.DATA_EXPOSED,
        StepTerm.STRAGGLER
    };

    private StepPhases() {}

    static PhaseShares of(StepPrediction step) {
        return of(step::get);
    }

    static PhaseShares of(Ledger<StepTerm> step) {
        return of(step::get);
    }

    private static PhaseShares of(ToDoubleFunction<StepTerm> step) {
        double communication = 0;
        for (StepTerm term : COMMUNICATION) {
            communication += step.applyAsDouble(term);
        }
        double idle = step.applyAsDouble(StepTerm.BUBBLE);
        double seconds = step.applyAsDouble(StepTerm.STEP);
        return PhaseShares.ofSeconds(seconds - communication - idle, communication, idle);
    }
}
