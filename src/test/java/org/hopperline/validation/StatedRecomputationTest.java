package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Recompute;
import org.hopperline.step.PlanCompletion;
import org.junit.jupiter.api.Test;

/**
 * Runs of the calibration rows that state whether they recompute: does the rule, which recomputes as little as fits the
 * memory, say so too?
 */
class StatedRecomputationTest {

    private static final List<MeasuredRun> STATED = TrainingRuns.shipped().ofSplit("calibration").stream()
            .filter(run -> is(run.recipe().recompute(), Recompute.NONE)
                    || is(run.recipe().recompute(), Recompute.FULL))
            .toList();

    private static boolean is(@org.jspecify.annotations.Nullable Recompute stated, Recompute what) {
        return what.equals(stated);
    }

    private static boolean agrees(MeasuredRun run) {
        Recipe said = run.recipe();
        Recipe silent = said.toBuilder().recompute(null).build();
        Recompute assumed = PlanCompletion.of(
                        silent, run.model(), run.cluster(), run.batch(), run.precision(), run.software())
                .setup()
                .plan()
                .recompute();
        return is(said.recompute(), Recompute.NONE) == assumed.equals(Recompute.NONE);
    }

    private static long agreeing(Predicate<MeasuredRun> which) {
        return STATED.stream()
                .filter(which)
                .filter(StatedRecomputationTest::agrees)
                .count();
    }

    private static long all(Predicate<MeasuredRun> which) {
        return STATED.stream().filter(which).count();
    }

    /** 463 of 477 when this was written; a change of the memory model may not make it worse. */
    @Test
    void theRuleAgreesWithWhatIsStated() {
        assertThat(STATED).hasSize(477);
        assertThat(agreeing(run -> true)).isGreaterThanOrEqualTo(463);
    }

    /** Every run that states to keep its activations fits. */
    @Test
    void whatRanWithoutRecomputationFits() {
        Predicate<MeasuredRun> none = run -> is(run.recipe().recompute(), Recompute.NONE);
        assertThat(agreeing(none)).isEqualTo(all(none));
    }

    /**
     * Runs that recompute because they must: sweeps that turn it on only where they would not fit (llm-foundry, fms-fsdp,
     * torchtitan). Papers that recompute in every row, needed or not (BLOOM, Megatron-LM 2021), make up the rest.
     */
    @Test
    void whatHadToRecomputeDoesNotFit() {
        Predicate<MeasuredRun> needed = run -> is(run.recipe().recompute(), Recompute.FULL)
                && (run.software().name().startsWith("llm-foundry")
                        || run.software().name().endsWith("FSDP"));
        assertThat(all(needed)).isGreaterThan(80);
        assertThat(agreeing(needed)).isEqualTo(all(needed));
    }
}
