package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.collective.ArrivalSpread;
import org.hopperline.collective.Collective;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What grows with the number of ranks though each has the same work. */
class ManyRanksTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);
    private static final int MICRO_BATCHES = 8;

    private static TrainingSetup setup(int data, String software, Precision precision) {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(4)
                .sequenceParallel(true)
                .pipeline(4)
                .virtualStages(5)
                .data(data)
                .sharding(Sharding.OPTIMIZER)
                .build();
        return new TrainingSetup(
                Models.LLAMA3_70B,
                Clusters.dgxH100(plan.devices()),
                plan,
                new Batch(MICRO_BATCHES * data, 8192),
                precision,
                SoftwareProfiles.named(software));
    }

    /** A step waits for the largest of n exponential delays, whose mean is the nth harmonic number of theirs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 1024})
    void aStepWaitsForTheHostOfTheSlowestRank(int data) {
        StepPrediction step = H100.predict(setup(data, "Megatron-Core", Precision.BF16));
        double each = RunConstants.shipped().stepSeconds();
        assertThat(step.get(StepTerm.HOST)).isCloseTo(each * ArrivalSpread.harmonicNumber(16 * data), within(1e-9));
    }

    /**
     * Scales taken from the past are agreed upon by all ranks of a stage after each pass of a chunk: 2 passes, 5 chunks
     * and 8 micro-batches. A scale of the operand's own needs no other rank but those of its tensor group.
     */
    @Test
    void delayedScalesAreAgreedUponByAllRanksOfAStage() {
        TrainingSetup delayed = setup(16, "Megatron-Core", Precision.FP8);
        PricedFabric fabric = new PricedFabrics(delayed.cluster(), MemoryBound.on(Chips.H100_SXM5))
                .using(delayed.plan().devices());
        DataTraffic traffic = traffic(delayed, fabric);
        double each = fabric.seconds(Collective.ALL_REDUCE, fabric.group(4 * 16, 1), 1024);
        assertThat(each).isBetween(2e-5, 1e-3);
        assertThat(traffic.shareMaxima()).isCloseTo(2 * 5 * each, within(1e-12));
        assertThat(traffic(setup(16, "Megatron-Bridge", Precision.FP8), fabric).shareMaxima())
                .isZero();
        assertThat(traffic(setup(16, "Megatron-Core", Precision.BF16), fabric).shareMaxima())
                .isZero();
        assertThat(H100.predict(delayed).get(StepTerm.DATA_EXPOSED)).isGreaterThan(MICRO_BATCHES * 10 * each);
    }

    private static DataTraffic traffic(TrainingSetup setup, PricedFabric fabric) {
        DataTraffic traffic = new DataTraffic(StepConstants.shipped(), setup.precision(), setup.software(), fabric);
        traffic.lay(setup.plan(), fabric);
        return traffic;
    }
}
