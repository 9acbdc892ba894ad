package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrimitiveKeysTest {

    /** Few values for each part, so that keys come again and differ in one part only. */
    @Test
    void numbersKeysAsAMapOfListsDoes() {
        Random random = new Random(5);
        PrimitiveKeys keys = new PrimitiveKeys();
        Map<List<Long>, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long a = random.nextInt(30);
            long b = Double.doubleToRawLongBits(random.nextInt(30));
            long c = PrimitiveKeys.pair(random.nextInt(4) - 2, random.nextInt(4) - 2);
            Integer known = expected.get(List.of(a, b, c));
            assertThat(keys.find(a, b, c)).isEqualTo(known == null ? -1 : known);
            if (known == null) {
                expected.put(List.of(a, b, c), keys.size());
                assertThat(keys.add(a, b, c)).isEqualTo(expected.size() - 1);
            }
        }
        assertThat(keys.size()).isEqualTo(expected.size()).isGreaterThan(5_000);
    }

    /** An empty slot looks like three zeros: the look-up of a new key before must not hide the key of zeros. */
    @Test
    void theKeyOfZerosIsNumberedOnce() {
        PrimitiveKeys keys = new PrimitiveKeys();
        assertThat(keys.find(0, 0, 0)).isEqualTo(-1);
        assertThat(keys.add(0, 0, 0)).isZero();
        assertThat(keys.find(1, 2, 3)).isEqualTo(-1);
        assertThat(keys.find(0, 0, 0)).isZero();
    }

    @Test
    void pairsKeepBothNumbers() {
        assertThat(PrimitiveKeys.pair(1, -1)).isEqualTo(0x1_FFFF_FFFFL);
        assertThat(PrimitiveKeys.pair(-1, 0)).isEqualTo(0xFFFF_FFFF_0000_0000L);
    }
}
