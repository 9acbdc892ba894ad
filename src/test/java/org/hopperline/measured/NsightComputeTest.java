package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.hopperline.core.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exports in the resources follow the layout that ncu prints; their numbers are chosen to be checked by hand. */
class NsightComputeTest {

    private static String text(String resource) {
        try (InputStream in = NsightComputeTest.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void rawPageGivesTimeBytesAndOperations() {
        List<ProfiledKernel> kernels = NsightCompute.parse("raw", text("ncu_raw.csv"));
        assertThat(kernels).hasSize(2);
        ProfiledKernel gemm = kernels.get(0);
        assertThat(gemm.name()).isEqualTo("sm90_gemm_bf16(float*, int)");
        assertThat(gemm.seconds()).isCloseTo(190.5e-6, within(1e-15));
        assertThat(gemm.bytes().orElseThrow()).isEqualTo(67_108_864.0 + 33_554_432);
        // 2 x 4096^3 on the tensor units, counted once though two counters hold it, and 1000 fused multiply-adds.
        assertThat(gemm.flops().orElseThrow()).isEqualTo(2.0 * 4096 * 4096 * 4096 + 2000);
        assertThat(gemm.precision()).contains(Precision.BF16);
        assertThat(gemm.intensity()).isCloseTo(137_438_955_472.0 / 100_663_296, within(1e-9));
        assertThat(gemm.flopsPerSecond()).isCloseTo(137_438_955_472.0 / 190.5e-6, within(1e3));
    }

    @Test
    void aCopyIsAnOrdinaryKernelOfNoOperations() {
        ProfiledKernel copy = NsightCompute.parse("raw", text("ncu_raw.csv")).get(1);
        assertThat(copy.flops().orElseThrow()).isZero();
        assertThat(copy.precision()).isEmpty();
        assertThat(copy.bytes().orElseThrow()).isEqualTo(2e9);
        assertThat(copy.intensity()).isZero();
        assertThat(copy.flopsPerSecond()).isZero();
    }

    @Test
    void detailsPageGivesTheSame() {
        List<ProfiledKernel> kernels = NsightCompute.parse("details", text("ncu_details.csv"));
        ProfiledKernel norm = kernels.get(0);
        assertThat(norm.seconds()).isCloseTo(20e-6, within(1e-15));
        assertThat(norm.bytes().orElseThrow()).isCloseTo(50e6, within(1e-3));
        assertThat(norm.flops()).isEmpty();
        ProfiledKernel saxpy = kernels.get(1);
        assertThat(saxpy.seconds()).isCloseTo(203.02e-6, within(1e-15));
        assertThat(saxpy.bytes().orElseThrow()).isEqualTo(12_500);
        assertThat(saxpy.flops().orElseThrow()).isEqualTo(8_388_608);
        assertThat(saxpy.precision()).contains(Precision.FP32);
    }

    @Test
    void whatWasNotCountedIsNotCalledZero() {
        ProfiledKernel norm =
                NsightCompute.parse("details", text("ncu_details.csv")).get(0);
        assertThatIllegalStateException()
                .isThrownBy(norm::intensity)
                .withMessageContaining("kernel 0 (rms_norm(float*)) has no count of operations")
                .withMessageContaining("sm__ops_path_tensor_src_");
        assertThatIllegalStateException()
                .isThrownBy(norm::flopsPerSecond)
                .withMessageContaining("no count of operations");
    }

    @Test
    void packedFilesAreRead(@TempDir Path folder) throws IOException {
        Path packed = folder.resolve("export.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(text("ncu_raw.csv").getBytes(StandardCharsets.UTF_8));
        }
        Path plain = Files.writeString(folder.resolve("export.csv"), text("ncu_raw.csv"));
        assertThat(NsightCompute.read(packed)).isEqualTo(NsightCompute.read(plain));
    }

    @ParameterizedTest
    @CsvSource({
        "ns, 1e-9",
        "nsecond, 1e-9",
        "us, 1e-6",
        "usecond, 1e-6",
        "msecond, 1e-3",
        "second, 1",
        "byte, 1",
        "Kbyte, 1e3",
        "MB, 1e6",
        "Gbyte, 1e9",
        "Tbyte/s, 1e12",
        "Gbyte/second, 1e9",
        "inst, 1",
        "'', 1"
    })
    void units(String unit, double factor) {
        assertThat(ProfilerUnits.factor(unit)).isEqualTo(factor);
    }

    @Test
    void unknownUnit() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NsightCompute.parse("e.csv", text("ncu_raw.csv").replace("\"us\"", "\"weeks\"")))
                .withMessageContaining("e.csv line 5, column \"gpu__time_duration.sum\": \"190.5\"")
                .withMessageContaining("unit \"weeks\"")
                .withMessageContaining("--print-units base");
    }

    @Test
    void cellThatIsNoNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NsightCompute.parse("e.csv", text("ncu_raw.csv").replace("190.5", "fast")))
                .withMessage(
                        "e.csv line 5, column \"gpu__time_duration.sum\": \"fast\" of gpu__time_duration.sum must be a"
                                + " number");
    }

    @Test
    void launchesAreNumberedWithinTheirProcess() {
        String twoProcesses = text("ncu_raw.csv").replace("\"1\",\"1234\"", "\"0\",\"4321\"");
        assertThat(NsightCompute.parse("e.csv", twoProcesses))
                .extracting(ProfiledKernel::name)
                .hasSize(2);
    }

    @Test
    void launchThatStandsTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        NsightCompute.parse("e.csv", text("ncu_raw.csv").replace("\"1\",\"1234\"", "\"0\",\"1234\"")))
                .withMessage(
                        "e.csv line 6, column \"ID\": \"0\" stands twice for one process; export each launch once");
    }

    @Test
    void launchOfNoTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NsightCompute.parse("e.csv", text("ncu_raw.csv").replace("190.5", "0")))
                .withMessage("e.csv line 5, column \"gpu__time_duration.sum\": \"0\" of gpu__time_duration.sum must be"
                        + " finite and above 0");
    }

    @Test
    void launchWithoutDuration() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NsightCompute.parse("e.csv", text("ncu_raw.csv").replace("190.5", "n/a")))
                .withMessageContaining(
                        "e.csv line 5: launch 0 (sm90_gemm_bf16(float*, int)) has no gpu__time_duration.sum")
                .withMessageContaining("profile with ncu --csv");
    }

    @Test
    void rawPageWithoutUnits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NsightCompute.parse("e.csv", "\"ID\",\"Kernel Name\"\n\"0\",\"k\"\n"))
                .withMessageContaining("must hold the units of the metrics");
    }

    @Test
    void otherFiles() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NsightCompute.parse("e.csv", "m,n,k\n1,2,3\n"))
                .withMessageContaining("e.csv has no line that starts with \"ID\",: it is no CSV of Nsight Compute");
    }

    @Test
    void exportOfNoKernel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NsightCompute.parse("e.csv", "\"ID\",\"Kernel Name\"\n\"\",\"\"\n"))
                .withMessageContaining("e.csv holds no kernel");
    }

    @Test
    void noSuchFile(@TempDir Path folder) {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> NsightCompute.read(folder.resolve("nothing.csv"))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nothing.csv");
    }
}
