package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.assertj.core.data.Percentage;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.run.money.Prices;
import org.hopperline.search.Objectives;
import org.junit.jupiter.api.Test;

class TrainingObjectiveTest {

    private static final Cluster MACHINE = Clusters.dgxH100(256);
    private static final Training QUESTION =
            Training.of(Models.LLAMA3_70B).tokens(1e12).batchTokens(2e6);

    @Test
    void theLeastTimeIsWhatIsAskedWithoutAnObjective() {
        assertThat(QUESTION.on(MACHINE, Objectives.TIME).days())
                .isCloseTo(QUESTION.on(MACHINE).days(), Percentage.withPercentage(1e-9));
    }

    @Test
    void noPlanTakesLessEnergyOrRentThanTheBestByIt() {
        RunPrediction fastest = QUESTION.on(MACHINE);
        RunPrediction frugal = QUESTION.on(MACHINE, RunObjectives.energy(MACHINE));
        assertThat(joulesPerToken(frugal)).isLessThanOrEqualTo(joulesPerToken(fastest) * (1 + 1e-9));
        RunPrediction cheap =
                QUESTION.on(MACHINE, RunObjectives.rent(Prices.on("Lambda on demand", LocalDate.of(2024, 11, 1))));
        assertThat(deviceSecondsPerToken(cheap)).isLessThanOrEqualTo(deviceSecondsPerToken(fastest) * (1 + 1e-9));
    }

    private static double joulesPerToken(RunPrediction run) {
        return run.energy().running().facility().watts() / run.step().tokensPerSecond();
    }

    private static double deviceSecondsPerToken(RunPrediction run) {
        return run.step().setup().cluster().devices() / run.step().tokensPerSecond();
    }
}
