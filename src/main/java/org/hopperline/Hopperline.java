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
     * A training run of what a budget should train: {@code trainBudget(3.5e26).batchTokens(64e6).on("Memphis")}.
     *
     * @param flops counted as 6 N D
     */
    public static Training trainBudget(double flops) {
        return Training.ofBudget(flops);
    }

    /**
     * A training run of a dense model of about so many parameters: {@code trainParameters(1.9e12).tokens(30e12)}.
     *
     * @param parameters such as 70e9
     */
    public static Training trainParameters(double parameters) {
        return Training.ofParameters(parameters);
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

    /**
     * A search to be narrowed or widened: {@code searchPlans("Llama 3.1 405B", "Eagle").batches(BatchTarget.range(4e6, 16e6,
     * 5, 8192)).tensor(8).best(3)}.
     *
     * @throws IllegalArgumentException if a name is unknown
     */
    public static PlanSearch searchPlans(String model, String machine) {
        return PlanSearch.of(Models.named(model), Clusters.named(machine));
    }
}
