package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step depends on. */
class SensitivityTest {

    private static TrainingSetup setup(Cluster machine, int tensor, int pipeline) {
        int data = machine.devices() / tensor / pipeline;
        return new TrainingSetup(
                Models.LLAMA3_70B,
                machine,
                ParallelPlan.builder()
                        .tensor(tensor)
                        .pipeline(pipeline)
                        .virtualStages(pipeline > 1 ? 2 : 1)
                        .data(data)
                        .sequenceParallel(tensor > 1)
                        .sharding(Sharding.OPTIMIZER)
                        .build(),
                new Batch(256, 8192),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
    }

    private static double of(Sensitivity sensitivity, String figure) {
        return sensitivity.hardware().stream()
                .filter(e -> e.name().equals(figure))
                .findFirst()
                .orElseThrow()
                .elasticity();
    }

    @Test
    void slopesOfPowersAreTheirExponents() {
        assertThat(Elasticity.between(2, 5 * Math.pow(2, 0.7), 3, 5 * Math.pow(3, 0.7)))
                .isCloseTo(0.7, within(1e-12));
    }

    /** Every figure is a rate, or a size that helps: more of it is never worse, and no figure buys more than itself. */
    @Test
    void ratesBuyBetweenNothingAndAllOfThemselves() {
        Sensitivity sensitivity = Sensitivity.of(setup(Clusters.dgxH100(64), 8, 2));
        for (String rate : new String[] {"dense_bf16", "memory_bandwidth", "scale_up_bandwidth", "nic_bandwidth"}) {
            assertThat(of(sensitivity, rate)).as(rate).isBetween(-1e-9, 1.0);
        }
        assertThat(of(sensitivity, "scale_up_bandwidth")).isPositive();
        assertThat(of(sensitivity, "nic_bandwidth")).isPositive();
    }

    /** Every figure against two whole predictions on machines a thousandth apart, and its swing against two a tenth off. */
    @Test
    void slopesAreThoseOfWholePredictions() {
        TrainingSetup setup = setup(Clusters.META_ROCE.withDevices(512), 8, 4);
        Sensitivity sensitivity = Sensitivity.of(setup);
        assertThat(sensitivity.hardware()).hasSizeGreaterThan(8);
        for (HardwareFigure figure : HardwareFigure.all(setup.cluster(), Precision.BF16)) {
            double value = figure.of(setup.cluster());
            double less = predicted(setup, figure, 0.999 * value);
            double more = predicted(setup, figure, 1.001 * value);
            if (Double.isNaN(less) || Double.isNaN(more)) {
                continue;
            }
            double slope = Math.log(less / more) / Math.log(1.001 / 0.999);
            assertThat(sensitivity.hardware())
                    .as(figure.name())
                    .filteredOn(e -> e.name().equals(figure.name()))
                    .singleElement()
                    .satisfies(e -> {
                        assertThat(e.elasticity()).isCloseTo(slope, within(0.02 + 0.1 * Math.abs(slope)));
                        assertThat(e.lessSeconds()).isEqualTo(predicted(setup, figure, value * (1 - 0.1)));
                    });
        }
    }

    private static double predicted(TrainingSetup setup, HardwareFigure figure, double value) {
        try {
            Cluster machine = figure.with(setup.cluster(), value);
            return StepModel.on(machine.chip())
                    .predict(new TrainingSetup(
                            setup.model(), machine, setup.plan(), setup.batch(), setup.precision(), setup.software()))
                    .seconds();
        } catch (IllegalArgumentException noSuchMachine) {
            return Double.NaN;
        }
    }

    @Test
    void whatIsNotUsedBuysNothing() {
        Sensitivity oneNode = Sensitivity.of(setup(Clusters.dgxH100(8), 8, 1));
        assertThat(of(oneNode, "nic_bandwidth")).isZero();
        Sensitivity noTensor = Sensitivity.of(setup(Clusters.dgxH100(64), 1, 8));
        Sensitivity tensor = Sensitivity.of(setup(Clusters.dgxH100(64), 8, 8));
        assertThat(of(tensor, "scale_up_bandwidth")).isGreaterThan(of(noTensor, "scale_up_bandwidth"));
    }

    @Test
    void theLargestStandsFirst() {
        Sensitivity sensitivity = Sensitivity.of(setup(Clusters.dgxH100(64), 8, 2));
        assertThat(sensitivity.hardware())
                .isSortedAccordingTo((a, b) -> Double.compare(Math.abs(b.elasticity()), Math.abs(a.elasticity())));
        assertThat(sensitivity.toString()).contains("per cent more").contains("nic_bandwidth");
    }

    @Test
    void swingsAreStepsOfVariedMachines() {
        TrainingSetup setup = setup(Clusters.dgxH100(64), 8, 2);
        Elasticity nic = Sensitivity.of(setup).hardware().stream()
                .filter(e -> e.name().equals("nic_bandwidth"))
                .findFirst()
                .orElseThrow();
        Cluster slow = HardwareFigure.NIC_BANDWIDTH.with(setup.cluster(), 45e9);
        double seconds = StepModel.on(slow.chip())
                .predict(new TrainingSetup(
                        setup.model(), slow, setup.plan(), setup.batch(), setup.precision(), setup.software()))
                .seconds();
        assertThat(nic.lessSeconds()).isEqualTo(seconds).isGreaterThan(nic.moreSeconds());
        assertThat(nic.value()).isEqualTo(50e9);
    }

    @Test
    void neighboursDifferOnOneAxisAndKeepTheRules() {
        TrainingSetup setup = setup(Clusters.dgxH100(64), 4, 4);
        Sensitivity sensitivity = Sensitivity.of(setup);
        assertThat(sensitivity.plan())
                .extracting(PlanStep::axis)
                .contains(
                        PlanAxis.TENSOR,
                        PlanAxis.PIPELINE,
                        PlanAxis.VIRTUAL_STAGES,
                        PlanAxis.MICRO_BATCH,
                        PlanAxis.CONTEXT,
                        PlanAxis.DATA);
        assertThat(sensitivity.plan()).isNotEmpty().allSatisfy(next -> {
            assertThat(next.axis().of(next.plan())).isEqualTo(next.to());
            assertThat(next.from()).isEqualTo(next.axis().of(setup.plan())).isNotEqualTo(next.to());
            Cluster machine = Clusters.dgxH100(next.plan().devices());
            TrainingSetup other = new TrainingSetup(
                    setup.model(), machine, next.plan(), setup.batch(), setup.precision(), setup.software());
            assertThat(PlanRules.violations(other)).isEmpty();
            assertThat(next.rateRatio())
                    .isEqualTo(StepModel.on(machine.chip()).predict(other).tokensPerSecond()
                            / sensitivity.step().tokensPerSecond());
            if (next.axis() != PlanAxis.DATA) {
                assertThat(next.plan().devices()).isEqualTo(64);
            }
        });
    }

    @Test
    void twiceTheReplicasAreAtMostTwiceAsFast() {
        Sensitivity sensitivity = Sensitivity.of(setup(Clusters.dgxH100(64), 4, 4));
        assertThat(sensitivity.plan())
                .filteredOn(next -> next.axis() == PlanAxis.DATA && next.to() > next.from())
                .hasSize(1)
                .allSatisfy(next -> assertThat(next.elasticity()).isBetween(0.5, 1.0));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 512})
    void atTheBreakEvenTheStepIsWithinTheShareOfTheFastest(int devices) {
        TrainingSetup setup = setup(Clusters.dgxH100(devices), 8, 2);
        BreakEven network = BreakEven.ofNetwork(setup);
        double there = seconds(setup, network.breakEven());
        assertThat(there).isCloseTo(1.01 * network.limitSeconds(), within(1e-6 * there));
        assertThat(seconds(setup, 0.9 * network.breakEven())).isGreaterThan(1.01 * network.limitSeconds());
        assertThat(network.isBound()).isEqualTo(network.seconds() > 1.01 * network.limitSeconds());
        assertThat(network.toString()).startsWith("nic_bandwidth 50 GB/s: ");
    }

    private static double seconds(TrainingSetup setup, double nic) {
        Cluster machine = HardwareFigure.NIC_BANDWIDTH.with(setup.cluster(), nic);
        return StepModel.on(machine.chip())
                .predict(new TrainingSetup(
                        setup.model(), machine, setup.plan(), setup.batch(), setup.precision(), setup.software()))
                .seconds();
    }

    @Test
    void aSlowNetworkBinds() {
        Cluster slow = HardwareFigure.NIC_BANDWIDTH.with(Clusters.dgxH100(64), 1e9);
        assertThat(BreakEven.ofNetwork(setup(slow, 8, 2)).isBound()).isTrue();
        Cluster fast = HardwareFigure.NIC_BANDWIDTH.with(Clusters.dgxH100(64), 1e12);
        assertThat(BreakEven.ofNetwork(setup(fast, 8, 2)).isBound()).isFalse();
    }

    @Test
    void aStepInsideOneNodeIsBoundByNoNetwork() {
        BreakEven network = BreakEven.ofNetwork(setup(Clusters.dgxH100(8), 8, 1));
        assertThat(network.breakEven()).isZero();
        assertThat(network.isBound()).isFalse();
        assertThat(network.toString())
                .isEqualTo(
                        "nic_bandwidth 50 GB/s: not bound by it; within 1.00 % of the fastest whatever it is; at most"
                                + " 0.00 % to gain");
    }

    @Test
    void aDenseModelHasNoExpertsToDivide() {
        assertThat(Sensitivity.of(setup(Clusters.dgxH100(64), 8, 2)).plan())
                .extracting(PlanStep::axis)
                .doesNotContain(PlanAxis.EXPERT, PlanAxis.EXPERT_TENSOR);
    }

    @Test
    void whatCannotGrowHasNoBreakEven() {
        TrainingSetup setup = setup(Clusters.dgxH100(64), 8, 2);
        HardwareFigure throughput = HardwareFigure.ofFact(setup.cluster(), "throughput");
        assertThatThrownBy(() -> BreakEven.of(setup, throughput, 0.01))
                .hasMessage("throughput is 0.94 and cannot grow without bound; take a rate, such as nic_bandwidth");
        assertThatThrownBy(() -> BreakEven.of(setup, HardwareFigure.NIC_BANDWIDTH, 0))
                .hasMessageContaining("share that counts as not bound is 0.0");
    }

    @Test
    void unknownFiguresAreRefusedByName() {
        assertThatThrownBy(() -> HardwareFigure.ofChip(Clusters.EOS.chip(), "memory_bandwith"))
                .hasMessageContaining("memory_bandwidth");
        assertThatThrownBy(() -> HardwareFigure.NIC_BANDWIDTH.with(Clusters.EOS, 0))
                .hasMessage("nic_bandwidth is 0.0 byte/s, but must be finite and above 0 byte/s");
    }
}
