package org.hopperline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Chips;
import org.hopperline.kernel.Gemm;
import org.hopperline.kernel.GemmConstant;
import org.hopperline.kernel.GemmConstants;
import org.hopperline.measured.GemmTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user does who has timed a few products on a machine that nobody fitted. */
class OwnChipTest {

    private static final Chip CHIP = Chips.H100_PCIE;

    /** The machine of the user: slower in its main loop and at its memory than the one that the shipped constants know. */
    private static final Gemm TRUTH = Gemm.with(
            CHIP,
            Precision.BF16,
            GemmConstants.shipped(Precision.BF16)
                    .with(GemmConstant.ISSUE_EFFICIENCY, 0.60)
                    .with(GemmConstant.MEMORY_EFFICIENCY, 0.68));

    private static Path timed(Path folder) throws IOException {
        Random random = new Random(17);
        StringBuilder csv = new StringBuilder("m,n,k,dtype,microseconds\n");
        for (int m : new int[] {16, 128, 1024, 4096, 8192}) {
            for (int n : new int[] {1024, 4096, 14336}) {
                for (int k : new int[] {1024, 4096}) {
                    double microseconds = 1e6 * TRUTH.seconds(m, n, k) * Math.exp(0.02 * random.nextGaussian());
                    csv.append(m + "," + n + "," + k + ",bf16," + microseconds + "\n");
                }
            }
        }
        return Files.writeString(folder.resolve("mine.csv"), csv);
    }

    @Test
    void aUserFitsTheirOwnChip(@TempDir Path folder) throws IOException {
        Path path = timed(folder);

        GemmTable table = GemmTable.read(path).of(Precision.BF16);
        Fit fit = GemmCalibration.forward(table, CHIP, Precision.BF16)
                .priorsAtInitial(0.1)
                .fit();
        Gemm mine = Gemm.with(CHIP, Precision.BF16, GemmCalibration.constants(fit));
        double seconds = mine.seconds(2048, 8192, 8192);

        assertThat(seconds).isCloseTo(TRUTH.seconds(2048, 8192, 8192), within(0.04 * seconds));
        double shipped = Gemm.on(CHIP, Precision.BF16).seconds(2048, 8192, 8192);
        assertThat(shipped).isLessThan(0.95 * TRUTH.seconds(2048, 8192, 8192));
        assertThat(fit.errors().mape()).isLessThan(0.04);
        assertThat(fit.value(GemmConstant.MEMORY_EFFICIENCY.key())).isCloseTo(0.68, within(0.06));
    }
}
