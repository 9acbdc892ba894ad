package org.hopperline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Chips;
import org.hopperline.kernel.Gemm;
import org.hopperline.kernel.GemmConstant;
import org.hopperline.kernel.GemmConstants;
import org.hopperline.kernel.ScaledGemm;
import org.hopperline.kernel.ScaledGemmConstants;
import org.hopperline.measured.GemmTable;
import org.hopperline.measured.KernelTable;
import org.hopperline.text.Csv;
import org.hopperline.text.FigureTable;
import org.junit.jupiter.api.Test;

class GemmCalibrationTest {

    private static final Chip CHIP = Chips.H100_SXM5;
    private static final long[] SIZES = {16, 64, 256, 1024, 2304, 4096, 8192, 16384};

    /** A chip whose kernels are known: some constants far from those that the fit starts at. */
    private static final GemmConstants TRUTH = GemmConstants.shipped(Precision.BF16)
            .with(GemmConstant.LAUNCH, 4e-6)
            .with(GemmConstant.ISSUE_EFFICIENCY, 0.7)
            .with(GemmConstant.MEMORY_EFFICIENCY, 0.75)
            .with(GemmConstant.SUSTAINED_CLOCK, 0.8);

    private static GemmTable plain(double noise) {
        Gemm gemm = Gemm.with(CHIP, Precision.BF16, TRUTH);
        Random random = new Random(7);
        List<GemmTable.Product> rows = new ArrayList<>();
        for (long m : SIZES) {
            for (long n : SIZES) {
                for (long k : SIZES) {
                    double seconds = gemm.seconds(m, n, k) * Math.exp(noise * random.nextGaussian());
                    boolean outlier = random.nextInt(50) == 0 && noise > 0;
                    rows.add(new GemmTable.Product(m, n, k, Precision.BF16, outlier ? 3 * seconds : seconds));
                }
            }
        }
        return new GemmTable(rows);
    }

    @Test
    void findsTheConstantsThatMadeTheTable() {
        Fit fit = GemmCalibration.forward(plain(0), CHIP, Precision.BF16)
                .maximumIterations(100)
                .fit();
        GemmConstants found = GemmCalibration.constants(fit);
        assertThat(fit.errors().mape()).isLessThan(0.003);
        for (GemmConstant name : List.of(
                GemmConstant.LAUNCH,
                GemmConstant.ISSUE_EFFICIENCY,
                GemmConstant.MEMORY_EFFICIENCY,
                GemmConstant.SUSTAINED_CLOCK)) {
            assertThat(found.get(name)).as(name.key()).isCloseTo(TRUTH.get(name), within(0.02 * TRUTH.get(name)));
        }
    }

    @Test
    void noiseAndOutliersMoveThemByFewStandardErrors() {
        Fit fit = GemmCalibration.forward(plain(0.03), CHIP, Precision.BF16)
                .maximumIterations(60)
                .fit();
        assertThat(fit.value("launch")).isCloseTo(4e-6, within(4 * fit.standardError("launch")));
        assertThat(fit.value("memory-efficiency")).isCloseTo(0.75, within(4 * fit.standardError("memory-efficiency")));
        assertThat(fit.standardError("launch")).isBetween(1e-9, 2e-7);
        ResidualReport report = GemmCalibration.report(fit, plain(0.03), fit.rows());
        assertThat(report.regions()).hasSize(4);
        assertThat(report.regions().stream()
                        .mapToInt(region -> region.errors().rows())
                        .sum())
                .isEqualTo(fit.rows().length);
    }

    @Test
    void findsTheConstantsOfQuantisation() {
        ScaledGemmConstants truth = new ScaledGemmConstants(3e-6, 5e-9, 2e-9, 0.3);
        GemmConstants shared = GemmConstants.shipped(Precision.BF16);
        ScaledGemm gemm = ScaledGemm.with(CHIP, GemmConstants.shipped(Precision.FP8), truth);
        List<GemmTable.Product> rows = new ArrayList<>();
        for (long m : SIZES) {
            for (long n : SIZES) {
                for (long k : SIZES) {
                    rows.add(new GemmTable.Product(m, n, k, Precision.FP8, gemm.seconds(m, n, k)));
                }
            }
        }
        Fit fit = GemmCalibration.scaled(new GemmTable(rows), CHIP, shared)
                .maximumIterations(100)
                .fit();
        ScaledGemmConstants found = GemmCalibration.quantise(fit);
        assertThat(found.quantiseLaunchSeconds()).isCloseTo(3e-6, within(1e-7));
        assertThat(found.rowSeconds()).isCloseTo(5e-9, within(2e-10));
        assertThat(found.chunkSeconds()).isCloseTo(2e-9, within(1e-10));
        assertThat(GemmCalibration.product(fit, shared).get(GemmConstant.LAUNCH))
                .isEqualTo(shared.get(GemmConstant.LAUNCH));
    }

    @Test
    void shapesAreDealtInHalvesWhateverTheirOrder() {
        GemmTable table = plain(0);
        Split split = GemmCalibration.halves(table);
        assertThat(split.fit().length + split.score().length)
                .isEqualTo(table.products().size());
        assertThat(split.fit()).hasSizeBetween(200, 312);
    }

    @Test
    void writesAFileThatTheKernelsCanRead() {
        KernelTable table = KernelTable.of(Csv.parse("table", csv()));
        String file = GemmConstantsFile.fitted(
                GemmConstantsFile.products(table, "bf16", Precision.BF16),
                GemmConstantsFile.products(table, "fp8", Precision.FP8),
                CHIP,
                "a test of ");
        FigureTable figures = FigureTable.of(Csv.parse("gemm.csv", file));
        assertThat(figures.names())
                .containsExactlyElementsOf(
                        FigureTable.resource(Gemm.class, "gemm.csv").names());
        assertThat(figures.value("launch")).isCloseTo(4e-6, within(2e-7));
        assertThat(figures.get("launch").source()).matches("a test of \\d+ BF16 products");
        assertThat(figures.value("operand-port-bytes-per-clock")).isEqualTo(64);
    }

    /** The plain table and the shipped model of quantised products, as a kernel table. */
    private static String csv() {
        StringBuilder csv = new StringBuilder("dtype,m,n,k,latency_us\n");
        ScaledGemm scaled = ScaledGemm.on(CHIP);
        for (GemmTable.Product x : plain(0).products()) {
            if (x.m() > 16) {
                csv.append(line("bf16", x, x.seconds()));
                csv.append(line("fp8_e4m3", x, scaled.seconds(x.m(), x.n(), x.k())));
            }
        }
        return csv.toString();
    }

    private static String line(String dtype, GemmTable.Product x, double seconds) {
        return dtype + "," + x.m() + "," + x.n() + "," + x.k() + "," + seconds * 1e6 + "\n";
    }
}
