package org.hopperline.examples;

import static org.hopperline.Hopperline.train;

import java.util.Locale;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.report.Report;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.StandIn;
import org.hopperline.step.PlanCompletion;
import org.hopperline.step.StepTerm;

/**
 * How long Llama 3.1 405B takes on 16,384 H100 of Meta's cluster, and a run of the size of Grok-3 on the 100,000 of
 * Memphis, with steps of 16 and of 64 million tokens.
 */
public final class TwoPredictions {

    /** Tokens, step and plan of the long stage of Llama 3.1 405B: arXiv 2407.21783 sections 3.3 and 3.4, table 4. */
    private static final double LLAMA_TOKENS = 15.6e12;

    private static final int LLAMA_DEVICES = 16_384;
    private static final Batch LLAMA_BATCH = new Batch(2048, 8192);
    private static final SoftwareProfile LLAMA_SOFTWARE = SoftwareProfiles.named("Meta Llama 3");

    /** Million GPU-hours that Meta published for Llama 3.1 405B: its model card of July 2024. */
    private static final double LLAMA_MILLION_HOURS = 30.84;

    private TwoPredictions() {}

    /** Prints the answers. */
    public static void main(String[] arguments) {
        System.out.print(text());
    }

    /** The three answers beside each other. */
    public static Report report() {
        return Report.compare(llama(llamaPlan()), grok(16e6), grok(64e6));
    }

    /** The answers: figures side by side, what each is made of, and what was published beside them. */
    static String text() {
        PlanCompletion plan = llamaPlan();
        RunPrediction llama = llama(plan);
        RunPrediction small = grok(16e6);
        RunPrediction large = grok(64e6);
        String beside = String.format(
                Locale.ROOT,
                """

                Beside it
                - (1) Published: %.2f million H100-hours (Meta's model card), %.1f days on 16,384.
                - (1) The paper does not state, so assumed:
                    %s
                - (2), (3) %.2g FLOP by 6ND is Epoch AI's estimate for Grok-3 (bounds 2.1e26 and 1.13e27).
                - (2), (3) Its shape is not published. The stand-in is Grok-1 made wider and deeper:
                    12,288 wide, 96 layers, 2 of 8 experts of 65,536; %.0f billion parameters, %.0f active.
                - (2), (3) At 16 million tokens a step the pipeline stands idle for %.0f %% of it, at 64 for %.0f %%.
                """,
                LLAMA_MILLION_HOURS,
                LLAMA_MILLION_HOURS * 1e6 / 24 / LLAMA_DEVICES,
                String.join("\n    ", plan.assumptions()),
                StandIn.GROK3.flops().value(),
                StandIn.GROK3.model().parameters() / 1e9,
                StandIn.GROK3.model().activeParameters() / 1e9,
                100 * small.step().get(StepTerm.BUBBLE) / small.step().seconds(),
                100 * large.step().get(StepTerm.BUBBLE) / large.step().seconds());
        return Report.compare(llama, small, large).toText() + beside;
    }

    /** Meta's own plan; what the paper leaves open is filled in. */
    private static PlanCompletion llamaPlan() {
        Recipe published = Recipe.builder()
                .tensor(8)
                .context(1)
                .pipeline(16)
                .microBatch(1)
                .recompute(Recompute.NONE)
                .build();
        return PlanCompletion.of(
                published,
                Models.LLAMA31_405B,
                Clusters.META_ROCE.withDevices(LLAMA_DEVICES),
                LLAMA_BATCH,
                Precision.BF16,
                LLAMA_SOFTWARE);
    }

    private static RunPrediction llama(PlanCompletion plan) {
        return train("Llama 3.1 405B")
                .tokens(LLAMA_TOKENS)
                .batchTokens(LLAMA_BATCH.tokens())
                .software(LLAMA_SOFTWARE)
                .plan(plan.setup().plan())
                .on("Meta 24k RoCE");
    }

    /** A run of the size of Grok-3 on Memphis with the fastest plan found. */
    private static RunPrediction grok(double batchTokens) {
        return StandIn.GROK3.training().batchTokens(batchTokens).on("Memphis");
    }
}
