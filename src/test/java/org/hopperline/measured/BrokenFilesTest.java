package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.hopperline.text.Csv;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files cut short, with bytes changed or lines lost: a reader either reads them or says which file does not do. */
class BrokenFilesTest {

    private static final int TRIALS = 300;

    private static final String GEMM = "m,n,k,dtype,microseconds\n4096,4096,4096,bf16,190.5\n128,1024,512,fp8,4.25\n";

    private static String text(String resource) throws IOException {
        try (InputStream in = BrokenFilesTest.class.getResourceAsStream(resource)) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String broken(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 1 + random.nextInt(4); i > 0 && out.length() > 1; i--) {
            int at = random.nextInt(out.length());
            switch (random.nextInt(4)) {
                case 0 -> out.setLength(at);
                case 1 -> out.setCharAt(at, (char) (random.nextInt(95) + 32));
                case 2 -> out.deleteCharAt(at);
                default -> out.insert(at, "\",\n0x-1e".charAt(random.nextInt(8)));
            }
        }
        return out.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ncu_raw.csv", "ncu_details.csv"})
    void profilerExports(String resource) throws IOException {
        Random random = new Random(resource.hashCode());
        int refused = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            String text = broken(text(resource), random);
            Throwable thrown = catchThrowable(() -> NsightCompute.parse("export.csv", text));
            if (thrown != null) {
                refused++;
                assertThat(thrown)
                        .as(text)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("export.csv");
            }
        }
        assertThat(refused).isBetween(TRIALS / 10, TRIALS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void gemmTables(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            String text = broken(GEMM, random);
            Throwable thrown = catchThrowable(() -> GemmTable.of(Csv.parse("gemm.csv", text)));
            if (thrown != null) {
                refused++;
                assertThat(thrown)
                        .as(text)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("gemm.csv");
            }
        }
        assertThat(refused).isBetween(TRIALS / 10, TRIALS);
    }
}
