package org.hopperline.run.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.model.Models;
import org.junit.jupiter.api.Test;

class StartUpTest {

    /** arXiv 2510.20171: NCCL's communicators at 96,000 ranks take 265 s, and NCCLX's a tenth of it. */
    @Test
    void communicatorsAtScale() {
        StartUp none = StartUp.none();
        double perRank = StartUp.usual().communicatorSecondsPerRank();
        assertThat(none.withCommunicators(perRank).seconds(96_000, 1, false)).isCloseTo(265, within(1.0));
    }

    /** arXiv 2407.21783 section 3.3.1: 2 TB/s; 405B parameters of 14 bytes. */
    @Test
    void readingTheCheckpointOfLlama3TakesSeconds() {
        double bytes = Checkpoint.bytes(Models.LLAMA31_405B.parameters(), Checkpoint.adamBytesPerParameter());
        assertThat(StartUp.usual().loadSeconds(bytes)).isCloseTo(2.84, within(0.01));
        assertThat(StartUp.usual().withStorage(1e11).loadSeconds(bytes)).isCloseTo(56.8, within(0.1));
    }

    @Test
    void itIsTheSumOfItsParts() {
        StartUp start = new StartUp(100, 0.01, 1e12, 60, 5, 2);
        assertThat(start.seconds(1000, 8, false)).isEqualTo(100 + 10 + 40);
        assertThat(start.seconds(1000, 8, true)).isEqualTo(100 + 10 + 40 + 60);
        assertThat(start.withLaunch(0, 10).seconds(1000, 8, true)).isEqualTo(10 + 40 + 10);
        assertThat(StartUp.none().seconds(1000, 8, true)).isZero();
        assertThat(StartUp.none().loadSeconds(1e15)).isLessThan(1e-200);
    }

    @Test
    void aRecoveryHoldsTheStartOnceAndTheCheckpointNot() {
        StartUp start = new StartUp(100, 0.01, 1e12, 60, 5, 2);
        Recovery recovery = start.recovery(30, 20, 1000, 8, false);
        assertThat(recovery.seconds()).isEqualTo(30 + 20 + 150);
        // The ready recoveries of 300 to 600 s are of the size of a usual start with its detection.
        assertThat(StartUp.usual().recovery(30, 0, 16_384, 6, false).seconds()).isBetween(300.0, 600.0);
        GoodputModel model =
                GoodputModel.steady().withRecovery(recovery).withCheckpoint(Checkpoint.synchronous(5e12, 1e12));
        assertThat(model.best(1000).recoverySeconds()).isEqualTo(recovery.seconds() + 5);
    }

    @Test
    void badNumbersAreNamed() {
        assertThatThrownBy(() -> new StartUp(-1, 0, 1, 0, 0, 1))
                .hasMessage("launch time is -1.0 s, but must be finite and at least 0 s");
        assertThatThrownBy(() -> new StartUp(0, Double.NaN, 1, 0, 0, 1))
                .hasMessage("communicator time of a rank is NaN s, but must be finite and at least 0 s");
        assertThatThrownBy(() -> new StartUp(0, 0, 0, 0, 0, 1))
                .hasMessage("storage rate is 0.0 byte/s, but must be finite and above 0 byte/s");
        assertThatThrownBy(() -> new StartUp(0, 0, 1, 0, 0, 0.5))
                .hasMessage("spread of the start-up is 0.5, but must be finite and at least 1; 1 says that it is known"
                        + " exactly");
        assertThatThrownBy(() -> StartUp.usual().seconds(0, 1, false)).hasMessage("ranks is 0, but must be at least 1");
    }
}
