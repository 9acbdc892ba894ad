package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TilingTest {

    /** NVIDIA, GPU Performance Background User's Guide, figure on tail effects: 12 blocks on 8 SMs. */
    @Test
    void twelveTilesOnEightUnitsTakeTwoWavesAtThreeQuarters() {
        assertThat(Tiling.waves(12, 8)).isEqualTo(2);
        assertThat(Tiling.waveEfficiency(12, 8)).isEqualTo(0.75);
    }

    /** One row more than a tile opens another row of tiles. */
    @Test
    void tilesAreWhole() {
        assertThat(Tiling.tiles(256, 256, 128, 128)).isEqualTo(4);
        assertThat(Tiling.tiles(257, 256, 128, 128)).isEqualTo(6);
    }

    @Test
    void theTailIsPaidFullyPartlyOrNotAtAll() {
        assertThat(Tiling.effectiveWaves(133, 132, 1)).isEqualTo(2);
        assertThat(Tiling.effectiveWaves(133, 132, 0)).isCloseTo(133.0 / 132, within(1e-15));
        assertThat(Tiling.effectiveWaves(7, 132, 0)).isEqualTo(1);
        assertThat(Tiling.effectiveWaves(198, 132, 0.5)).isEqualTo(1.75);
    }

    /** Williams, Waterman and Patterson 2009 on a tile: 128 x 256 in BF16 does 85 FLOP a byte. */
    @Test
    void largerTilesDoMoreForAByte() {
        assertThat(Tiling.tileIntensity(128, 256, 2)).isCloseTo(85.33, within(0.01));
        assertThat(Tiling.tileIntensity(128, 256, 1)).isCloseTo(170.67, within(0.01));
        assertThat(Tiling.tileIntensity(64, 64, 2)).isEqualTo(32);
    }

    @Test
    void aPartnerInTheClusterLoadsHalfOfTheSharedRows() {
        assertThat(Tiling.operandBytesPerStep(128, 256, 0)).isEqualTo(128 * 384);
        assertThat(Tiling.operandBytesPerStep(128, 256, 256)).isEqualTo(128 * 256);
    }

    @Test
    void aSquareWaveTouchesLeast() {
        double square = Tiling.waveFootprintBytes(16, 8, 128, 256, 8192, 2);
        assertThat(square).isEqualTo((2048 + 2048) * 8192 * 2);
        assertThat(Tiling.waveFootprintBytes(64, 2, 128, 256, 8192, 2)).isGreaterThan(square);
    }

    @Test
    void theCacheKeepsWhatFits() {
        assertThat(Tiling.residentShare(30e6, 30e6)).isEqualTo(0.5);
        assertThat(Tiling.residentShare(30e6, 3e6)).isGreaterThan(0.999);
        assertThat(Tiling.residentShare(30e6, 300e6)).isLessThan(0.001);
        assertThat(Tiling.residentShare(30e6, 0)).isEqualTo(1);
    }

    @Test
    void overlapLiesBetweenTheLongerAndTheSum() {
        assertThat(Tiling.overlapped(3, 0)).isEqualTo(3);
        assertThat(Tiling.overlapped(1, 1)).isCloseTo(Math.pow(2, 0.25), within(1e-15));
        assertThat(Tiling.overlapped(2, 5)).isBetween(5.0, 5.1).isEqualTo(Tiling.overlapped(5, 2));
    }
}
