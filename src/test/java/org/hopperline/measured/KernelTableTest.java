package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.hopperline.core.Precision;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTableTest {

    private static final String TEXT =
            "dtype,m,k,latency_us,note\nbf16,128,64,10.5,\nfp8,256,,2,fast\nbf16,512,1024,4e1,\n";

    private static KernelTable table(String text) {
        return KernelTable.of(Csv.parse("table.csv", text));
    }

    private static GemmTable gemms(String text) {
        return GemmTable.of(Csv.parse("gemm.csv", text));
    }

    @Test
    void columnsBecomeArrays() {
        KernelTable t = table(TEXT);
        assertThat(t.size()).isEqualTo(3);
        assertThat(t.positive("m")).containsExactly(128, 256, 512);
        assertThat(t.scaled("latency_us", 1e-6)).containsExactly(new double[] {10.5e-6, 2e-6, 40e-6}, within(1e-18));
        assertThat(t.numbers("k", 1)).containsExactly(64, 1, 1024);
        assertThat(t.text("note")).containsExactly("", "fast", "");
        assertThat(t.columns()).containsExactly("dtype", "m", "k", "latency_us", "note");
        assertThat(t.toString()).contains("table.csv").contains("3 rows");
    }

    @Test
    void selectionsKeepTheLinesOfTheFile() {
        KernelTable t = table(TEXT).where("dtype", "bf16"::equals).whereNumber("m", m -> m > 200);
        assertThat(t.size()).isEqualTo(1);
        assertThat(t.line(0)).isEqualTo(4);
    }

    @Test
    void rowsWithABlankNumberAreNotSelectedByIt() {
        assertThat(table(TEXT).whereNumber("k", k -> true).size()).isEqualTo(2);
    }

    @Test
    void packedFilesAreRead(@TempDir Path folder) throws IOException {
        Path packed = folder.resolve("t.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(TEXT.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(KernelTable.read(packed).positive("m")).containsExactly(128, 256, 512);
    }

    @Test
    void missingColumn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(TEXT).positive("latency"))
                .withMessageContaining("table.csv line 1: no column \"latency\"")
                .withMessageContaining("latency_us");
    }

    @Test
    void blankCell() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(TEXT).numbers("k"))
                .withMessage("table.csv line 3, column \"k\": \"\" is blank, but must be a number");
    }

    @Test
    void cellThatIsNoNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(TEXT).numbers("dtype"))
                .withMessage("table.csv line 2, column \"dtype\": \"bf16\" must be a number");
    }

    @Test
    void cellOfZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(TEXT.replace("4e1", "0")).positive("latency_us"))
                .withMessage("table.csv line 4, column \"latency_us\": \"0\" must be above 0");
    }

    @Test
    void emptySelectionSaysWhatIsThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(TEXT).where("dtype", "fp64"::equals))
                .withMessage(
                        "table.csv: none of the 3 rows suits the condition on \"dtype\"; cells there: [bf16, fp8]");
    }

    @Test
    void gemmTable() {
        GemmTable t = gemms("m,n,k,dtype,microseconds\n4096,4096,4096,bfloat16,190\n1024,1024,512,fp8_e4m3,5\n");
        assertThat(t.products()).hasSize(2);
        assertThat(t.products().get(0).flops()).isEqualTo(2.0 * 4096 * 4096 * 4096);
        assertThat(t.of(Precision.FP8).seconds()).containsExactly(new double[] {5e-6}, within(1e-18));
    }

    @Test
    void gemmOfUnknownPrecision() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gemms("m,n,k,dtype,microseconds\n1,1,1,posit,1\n"))
                .withMessageContaining("gemm.csv line 2, column \"dtype\": \"posit\" is no known precision")
                .withMessageContaining("bf16");
    }

    @Test
    void gemmOfSizeZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gemms("m,n,k,dtype,microseconds\n1,0,1,bf16,1\n"))
                .withMessage("gemm.csv line 2, column \"n\": \"0\" must be at least 1");
    }

    @Test
    void gemmOfNoTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gemms("m,n,k,dtype,microseconds\n1,1,1,bf16,-3\n"))
                .withMessage("gemm.csv line 2, column \"microseconds\": \"-3\" must be above 0");
    }

    @Test
    void gemmTableOfNoRows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gemms("m,n,k,dtype,microseconds\n"))
                .withMessage("gemm.csv holds 0 products; give at least 1 row below the header");
    }

    @Test
    void gemmPrecisionThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> gemms("m,n,k,dtype,microseconds\n1,1,1,bf16,1\n").of(Precision.FP8))
                .withMessage("no measured product in FP8; there are [BF16]");
    }
}
