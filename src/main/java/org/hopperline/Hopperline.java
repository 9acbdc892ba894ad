package org.hopperline;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.run.Training;
import org.hopperline.search.PlanSearch;
import org.hopperline.step.StepPrediction;

/**
 * The front door, for a static import: {@code train("Llama 3.1 405B").tokens(15.6e12).batchTokens(16e6).on("Memphis")}.
 */
public final class Hopperline {

    private Hopperline() {}

    /**
     * A training run of a model of the catalogue.
     *
     * @throws IllegalArgumentException if there is no such model, with the nearest names
     */
    public static Training train(String model) {
        return Training.of(Models.named(model));
    }

    /**
     * The fastest plans for a step of {@code batchTokens} tokens in sequences of 8,192, in BF16, the fastest first.
     *
     * @param count how many
     * @throws IllegalArgumentException if a name is unknown or no plan fits
     */
    public static List<StepPrediction> bestPlans(String model, String machine, double batchTokens, int count) {
        return PlanSearch.best(
                Models.named(model),
                Clusters.named(machine),
                batchTokens,
                8192,
                Precision.BF16,
                SoftwareProfiles.MEGATRON,
                count);
    }
}
