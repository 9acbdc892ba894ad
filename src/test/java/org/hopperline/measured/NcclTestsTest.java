package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of nccl-tests, whole and damaged. */
class NcclTestsTest {

    private static final String RANK = "#  Rank  0 Group  0 Pid 1 on host-a device  0 [0x18] NVIDIA H100\n";

    static Path log(String name) throws URISyntaxException {
        return Path.of(
                Objects.requireNonNull(NcclTestsTest.class.getResource(name)).toURI());
    }

    @Test
    void aLogOfOneNodeIsRead() throws Exception {
        NcclTestLog log = NcclTests.read(log("all_reduce_one_node.log"));
        assertThat(log.program()).isEqualTo("all_reduce_perf");
        assertThat(log.ranks()).isEqualTo(2);
        assertThat(log.nodes()).isEqualTo(1);
        assertThat(log.rows()).hasSize(3);
        NcclTestLog.Row first = log.rows().get(0);
        assertThat(first.bytes()).isEqualTo(1048576);
        assertThat(first.seconds()).isCloseTo(16e-6, within(1e-15));
        assertThat(first.inPlaceSeconds()).isCloseTo(15.9e-6, within(1e-15));
        assertThat(first.busBytesPerSecond()).isCloseTo(65.54e9, within(1.0));
        assertThat(log.peakBusBytesPerSecond()).isCloseTo(126.72e9, within(1.0));
    }

    @Test
    void ranksBeforeEachLineAndSeveralHostsAreUnderstood() throws Exception {
        NcclTestLog log = NcclTests.read(log("alltoall_two_nodes.log"));
        assertThat(log.program()).isEqualTo("alltoall_perf");
        assertThat(log.ranks()).isEqualTo(4);
        assertThat(log.nodes()).isEqualTo(2);
        assertThat(log.rows()).hasSize(2);
        assertThat(log.rows().get(1).busBytesPerSecond()).isCloseTo(19.42e9, within(1.0));
    }

    @Test
    void oldColumnsAndSlurmLabelsAreUnderstood() {
        NcclTestLog log = NcclTests.parse(
                "old.log",
                "0: ./all_gather_perf -b 8\n0: " + RANK
                        + "0:         1024           256   float            6.02    0.17    0.15    0e+00     5.98    0.17    0.15    0e+00\n");
        assertThat(log.rows()).hasSize(1);
        assertThat(log.rows().get(0).seconds()).isCloseTo(6.02e-6, within(1e-15));
        assertThat(log.rows().get(0).inPlaceSeconds()).isCloseTo(5.98e-6, within(1e-15));
    }

    @Test
    void oneSideOfNumbersIsEnough() {
        NcclTestLog log =
                NcclTests.parse("one.log", "sendrecv_perf\n" + RANK + "1024 256 float sum -1 6.02 0.17 0.17 0\n");
        assertThat(log.rows().get(0).seconds()).isCloseTo(6.02e-6, within(1e-15));
        assertThat(log.rows().get(0).inPlaceSeconds()).isNaN();
    }

    @Test
    void aLogWithoutResultsSaysWhatItFound() {
        assertThatThrownBy(() -> NcclTests.parse("failed.log", "all_reduce_perf\n" + RANK + "NCCL failure\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("failed.log: no result line among its 3 lines")
                .hasMessageContaining("lists 1 ranks");
    }

    @Test
    void aLogWithoutProgramNamesThePrograms(@TempDir Path folder) throws IOException {
        String text = RANK + "1024 256 float sum -1 6.02 0.17 0.17 0 6.02 0.17 0.17 0\n";
        assertThatThrownBy(() -> NcclTests.parse("bare.log", text))
                .hasMessageContaining("bare.log has 1 results, but does not say of which program")
                .hasMessageContaining("all_reduce_perf");
        Path file = Files.writeString(folder.resolve("bare.log"), text);
        assertThat(NcclTests.read(file, "reduce_scatter_perf").program()).isEqualTo("reduce_scatter_perf");
        assertThatThrownBy(() -> NcclTests.read(file, "all_reduce"))
                .hasMessageContaining("all_reduce")
                .hasMessageContaining("all_reduce_perf");
    }

    @Test
    void aLogWithoutRanksIsRefused() {
        assertThatThrownBy(() -> NcclTests.parse(
                        "cut.log", "all_reduce_perf\n1024 256 float sum -1 6.02 0.17 0.17 0 6.02 0.17 0.17 0\n"))
                .hasMessageContaining("cut.log has 1 results, but lists no rank");
    }

    @Test
    void aDamagedLineIsNamed() {
        assertThatThrownBy(() -> NcclTests.parse(
                        "bad.log",
                        "all_reduce_perf\n" + RANK + "1024 256 float sum -1 six 0.17 0.17 0 6.02 0.17 0.17 0\n"))
                .hasMessageContaining("bad.log line 3: time is \"six\"");
        assertThatThrownBy(() -> NcclTests.parse(
                        "bad.log",
                        "all_reduce_perf\n" + RANK + "1024 256 float sum -1 0 0.17 0.17 0 6.02 0.17 0.17 0\n"))
                .hasMessageContaining("bad.log line 3: time is 0");
        assertThatThrownBy(() -> NcclTests.parse("bad.log", "all_reduce_perf\n" + RANK + "1024 256 float\n"))
                .hasMessageContaining("bad.log line 3: 3 columns");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> NcclTests.read(Path.of("no-such.log")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no-such.log");
    }
}
