package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.run.money.Price;
import org.hopperline.run.money.PriceBasis;
import org.hopperline.search.Objective;
import org.hopperline.search.ParetoFront;
import org.hopperline.search.PlanSearch;
import org.hopperline.search.SearchResult;
import org.hopperline.step.StepPrediction;
import org.junit.jupiter.api.Test;

/** Energy and cost of plans against those of whole runs. */
class RunObjectivesTest {

    private static final Cluster MACHINE = Clusters.dgxH100(64);
    private static final LocalDate DAY = LocalDate.of(2025, 1, 1);
    private static final Price HOUR = Price.assumed("rent", 2.5, PriceBasis.PER_GPU_HOUR, DAY);
    private static final Price POWER = Price.assumed("power", 0.07, PriceBasis.PER_KILOWATT_HOUR, DAY);

    private static PlanSearch search() {
        return PlanSearch.of(Models.LLAMA3_8B, MACHINE)
                .batch(new Batch(256, 8192))
                .context(1)
                .microBatch(1, 2)
                .devices(32, 64);
    }

    private static RunPrediction run(StepPrediction plan) {
        return Training.of(Models.LLAMA3_8B)
                .tokens(1e12)
                .batchTokens(plan.setup().batch().tokens())
                .plan(plan.setup().plan())
                .on(MACHINE.withDevices(plan.setup().plan().devices()));
    }

    @Test
    void energyIsThatOfTheStepsOfARun() {
        SearchResult result = search().objective(RunObjectives.energy(MACHINE)).best(1);
        RunPrediction run = run(result.first());
        RunEnergy energy = RunEnergy.of(run);
        double stepping = energy.running().facility().watts() * run.get(RunTerm.PRODUCTIVE_DAYS) * 86_400;
        // A run ends with a whole step.
        assertThat(result.cost(0)).isCloseTo(stepping / 1e12, within(1e-3 * result.cost(0)));
    }

    @Test
    void rentIsThatOfTheDeviceHoursOfARun() {
        SearchResult result = search().objective(RunObjectives.rent(HOUR)).best(1);
        RunPrediction run = run(result.first());
        double hours = run.get(RunTerm.PRODUCTIVE_DAYS)
                * 24
                * result.first().setup().plan().devices();
        assertThat(result.cost(0)).isCloseTo(hours * 2.5 / 1e6, within(1e-3 * result.cost(0)));
    }

    @Test
    void electricityIsEnergyTimesPrice() {
        double joules =
                search().objective(RunObjectives.energy(MACHINE)).best(1).cost(0);
        double dollars = search().objective(RunObjectives.electricity(MACHINE, POWER))
                .best(1)
                .cost(0);
        assertThat(dollars).isCloseTo(joules * 1e6 / 3.6e6 * 0.07, within(1e-12));
    }

    @Test
    void boundsLoseNothing() {
        for (Objective objective : List.of(
                RunObjectives.energy(MACHINE), RunObjectives.rent(HOUR), RunObjectives.electricity(MACHINE, POWER))) {
            SearchResult some = search().objective(objective).best(5);
            SearchResult all = search().objective(objective).withoutBounds().best(5);
            for (int place = 0; place < 5; place++) {
                assertThat(some.cost(place)).isEqualTo(all.cost(place));
                assertThat(some.plans().get(place).setup().plan())
                        .isEqualTo(all.plans().get(place).setup().plan());
            }
        }
    }

    @Test
    void timeAgainstEnergyIsATrade() {
        ParetoFront front = search().front(RunObjectives.energy(MACHINE));
        assertThat(front.points()).isNotEmpty();
        assertThat(front.points().get(0).plan().seconds())
                .isEqualTo(search().best(1).first().seconds());
        assertThat(front.points().get(front.points().size() - 1).second())
                .isEqualTo(search().objective(RunObjectives.energy(MACHINE))
                        .best(1)
                        .cost(0));
    }

    @Test
    void pricesAreOfTheRightThing() {
        assertThatThrownBy(() -> RunObjectives.rent(POWER))
                .hasMessage("the price of power is per kWh, but must be per GPU-hour");
        assertThatThrownBy(() -> RunObjectives.electricity(MACHINE, HOUR))
                .hasMessage("the price of rent is per GPU-hour, but must be per kWh");
    }
}
