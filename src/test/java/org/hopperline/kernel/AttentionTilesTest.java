package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTilesTest {

    @Test
    void squareTilesVisitTheTriangleExactly() {
        // 32 tiles of 128 over 4096 keys: 1 + 2 + ... + 32 blocks
        assertThat(AttentionTiles.visitedBlocks(32, 128, 1, 0, 4096, 128, true, 0))
                .isEqualTo(528);
        assertThat(AttentionTiles.visitedBlocks(32, 128, 1, 0, 4096, 128, false, 0))
                .isEqualTo(1024);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void theClosedFormAgreesWithTheSumWithinHalfABlockATile(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 300; trial++) {
            int packed = 1 + random.nextInt(16);
            int outer = 64 * (1 + random.nextInt(3));
            int block = 16 * (1 + random.nextInt(12));
            int queries = 1 + random.nextInt(5000);
            int keys = queries + random.nextInt(3) * 1000;
            int tiles = AttentionTiles.blocks(queries * packed, outer);
            double sum = 0;
            for (int i = 1; i <= tiles; i++) {
                double end = Math.min(keys - queries + Math.ceil((double) i * outer / packed), keys);
                sum += Math.ceil(end / block);
            }
            assertThat(AttentionTiles.visitedBlocks(tiles, outer, packed, keys - queries, keys, block, true, 0))
                    .as("packed %d outer %d block %d queries %d keys %d", packed, outer, block, queries, keys)
                    .isCloseTo(sum, within(0.5 * tiles + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 512, 1000, 4096})
    void aWindowLeavesABand(int window) {
        int queries = 8192;
        double sum = 0;
        for (int i = 1; i <= 64; i++) {
            double end = i * 128;
            double begin = Math.max(0, end - 128 + 1 - window);
            sum += Math.ceil(end / 128) - Math.floor(begin / 128);
        }
        assertThat(AttentionTiles.visitedBlocks(64, 128, 1, 0, queries, 128, true, window))
                .isCloseTo(sum, within(64.0));
    }
}
