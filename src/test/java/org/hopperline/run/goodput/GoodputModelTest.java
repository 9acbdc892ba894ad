package org.hopperline.run.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Explanation;
import org.hopperline.core.Slot;
import org.hopperline.hardware.Clusters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoodputModelTest {

    @Test
    void settingsThatGiveMetaItsNinetyPercentGiveTwoThirdsAtAHundredThousand() {
        // arXiv 2407.21783: more than 90 % effective training time at 16,384 GPUs.
        assertThat(GoodputModel.steady().best(16_384).fraction()).isBetween(0.90, 0.92);
        assertThat(GoodputModel.shortCheckpoints().best(16_384).fraction()).isBetween(0.90, 0.92);
        assertThat(GoodputModel.steady().best(100_000).fraction()).isBetween(0.65, 0.71);
        assertThat(GoodputModel.shortCheckpoints().best(100_000).fraction()).isBetween(0.65, 0.70);
        assertThat(GoodputModel.quickRecovery().best(100_000).fraction()).isCloseTo(0.898, within(0.001));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 1024, 16_384, 100_000, 200_000})
    void sharesOfTheWallTimeAddUp(int gpus) {
        GoodputModel model = GoodputModel.steady().withStragglerLoss(0.03).withSilentCorruption(1e-4, 3600);
        Goodput g = model.best(gpus);
        assertThat(g.fraction() + g.checkpointShare() + g.recoveryShare() + g.slownessShare() + g.lostShare())
                .isCloseTo(1, within(1e-12));
        assertThat(g.lostShare()).isPositive();
        assertThat(g.slownessShare()).isPositive();
        assertThat(g.fraction()).isLessThan(GoodputModel.steady().best(gpus).fraction());
    }

    @Test
    void stragglersAndHiddenCorruptionCostTheirShare() {
        double plain = GoodputModel.steady().best(16_384).fraction();
        assertThat(GoodputModel.steady().withStragglerLoss(0.104).best(16_384).fraction())
                .isCloseTo(0.896 * plain, within(1e-12));
        // One corruption a day on the machine, hidden for a quarter of a day: 1/(1 + 1/4) of the time remains.
        assertThat(GoodputModel.steady()
                        .withSilentCorruption(1.0 / 2048, 21_600)
                        .best(16_384)
                        .fraction())
                .isCloseTo(0.8 * plain, within(1e-12));
    }

    @Test
    void asynchronousCheckpointsBlockLessAndDrainLonger() {
        double bytes = Checkpoint.bytes(405e9, Checkpoint.adamBytesPerParameter());
        assertThat(bytes).isCloseTo(5.67e12, within(1e6));
        Checkpoint synchronous = Checkpoint.synchronous(bytes, 2e11);
        Checkpoint asynchronous = Checkpoint.asynchronous(bytes, 16_384, 25e9, 2e11);
        Checkpoint peer = Checkpoint.peerMemory(bytes, 16_384, 50e9);
        assertThat(synchronous.blockingSeconds()).isCloseTo(28.35, within(1e-6));
        assertThat(asynchronous.blockingSeconds()).isLessThan(0.02);
        assertThat(asynchronous.drainSeconds()).isCloseTo(28.35, within(1e-6));
        assertThat(peer.restoreSeconds()).isLessThan(0.01);
        GoodputModel model = GoodputModel.steady().withRecovery(Recovery.of(60));
        double s = model.withCheckpoint(synchronous).best(100_000).fraction();
        double a = model.withCheckpoint(asynchronous).best(100_000).fraction();
        double p = model.withCheckpoint(peer).best(100_000).fraction();
        assertThat(s).isLessThan(a);
        assertThat(a).isLessThan(p);
    }

    @Test
    void intervalIsNeverShorterThanTheDrainOrTheStep() {
        GoodputModel model = GoodputModel.quickRecovery().withCheckpoint(new Checkpoint("slow drain", 0.1, 600, 0));
        assertThat(model.best(100_000).intervalSeconds()).isEqualTo(599.9);
        assertThat(GoodputModel.quickRecovery()
                        .withMinimumInterval(500)
                        .best(100_000)
                        .intervalSeconds())
                .isEqualTo(500);
        assertThatThrownBy(() -> model.at(100_000, 60))
                .hasMessage("checkpoint interval is 60.0 s, but the last checkpoint drains for 600.0 s; take at least"
                        + " 599.9 s");
    }

    @Test
    void aPeersMemoryIsReadInSecondsAndADiskCheckpointLosesHundredsOfDays() {
        // "100,000 H100 Clusters" (SemiAnalysis, 17 June 2024): 99 lost steps of 2 s are 229 GPU-days; one step and a
        // copy of 80 GB at 400 Gb/s are about 4.1.
        assertThat(Goodput.gpuDays(100_000, 99 * 2)).isCloseTo(229, within(0.5));
        double copy = Checkpoint.transferSeconds(80e9, 400e9 / 8);
        assertThat(copy).isCloseTo(1.6, within(1e-12));
        assertThat(Goodput.gpuDays(100_000, 2 + copy)).isCloseTo(4.1, within(0.1));
    }

    @Test
    void aGoodputOfNothingSaysSo() {
        GoodputModel hopeless =
                GoodputModel.of(FailureModels.RSC1, Checkpoint.blocking(3600), new Recovery(600, 3600, 10_000));
        Goodput g = hopeless.best(200_000);
        assertThat(g.checkpointOutlastsFailures()).isTrue();
        assertThat(g.recoveryOutlastsFailures()).isTrue();
        assertThat(g.isNothing()).isTrue();
        assertThat(g.fraction()).isBetween(0.0, 1e-6);
        assertThat(g.lostShare()).isBetween(0.0, 1.0);
        assertThat(g.toString())
                .contains("a checkpoint is longer than the mean time to failure")
                .contains("nothing is trained");
        assertThatThrownBy(() -> g.wallSeconds(86_400))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the run never ends");
    }

    @Test
    void theExplanationShowsTheSameShares() {
        Goodput g = GoodputModel.steady().withStragglerLoss(0.02).best(100_000);
        Explanation explanation = g.explain();
        assertThat(explanation.terms(Slot.Role.CRITICAL).stream()
                        .mapToDouble(Explanation.Term::value)
                        .sum())
                .isCloseTo(1, within(1e-12));
        assertThat(explanation.largest().value()).isEqualTo(g.fraction());
        assertThat(explanation.toString()).contains("mean time to failure").contains("1824 s");
    }

    @Test
    void failuresCountTheNodesOfTheMachine() {
        // Aurora's nodes hold twelve tiles, so as many tiles are in fewer nodes than as many H100s.
        assertThat(GoodputModel.steady().on(Clusters.AURORA).best(12_000).mttfSeconds())
                .isCloseTo(1.5 * GoodputModel.steady().best(12_000).mttfSeconds(), within(1e-6));
        assertThat(GoodputModel.steady().on(Clusters.MEMPHIS).best(12_000))
                .isEqualTo(GoodputModel.steady().best(12_000));
    }

    @Test
    void moreFailuresAreAShorterMeanTime() {
        Goodput doubled = GoodputModel.steady().best(50_000, 2);
        Goodput larger = GoodputModel.steady().best(100_000);
        assertThat(doubled.fraction()).isCloseTo(larger.fraction(), within(1e-12));
        assertThatThrownBy(() -> GoodputModel.steady().best(8, 0)).hasMessageContaining("failure factor is 0.0");
    }

    @Test
    void wallTimeIsUsefulTimeOverGoodput() {
        Goodput g = GoodputModel.steady().best(16_384);
        assertThat(g.wallSeconds(86_400)).isCloseTo(86_400 / g.fraction(), within(1e-6));
        assertThatThrownBy(() -> g.wallSeconds(-1)).hasMessageContaining("useful time is -1.0 s");
    }

    @Test
    void badSettingsAreNamed() {
        assertThatThrownBy(() -> GoodputModel.steady().withStragglerLoss(1))
                .hasMessage("straggler loss is 1.0, but must be at least 0 and below 1, such as 0.05");
        assertThatThrownBy(() -> GoodputModel.steady().withSilentCorruption(-1, 1))
                .hasMessageContaining("silent corruptions is -1.0");
        assertThatThrownBy(() -> Checkpoint.blocking(0)).hasMessageContaining("blocking time of a checkpoint is 0.0 s");
        assertThatThrownBy(() -> new Recovery(-1, 0, 0)).hasMessageContaining("detection time is -1.0 s");
        assertThatThrownBy(() -> Checkpoint.synchronous(1e12, 0)).hasMessageContaining("rate is 0.0 byte/s");
    }
}
