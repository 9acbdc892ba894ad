package org.hopperline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

    private static final Csv TABLE = Csv.parse("t.csv", "# note\nname,value\nfirst,1.5\n\n\"a, b\",x\nlast,\n");

    @Test
    void readsRowsWithTheirLines() {
        assertThat(TABLE.columns()).containsExactly("name", "value");
        assertThat(TABLE.rows()).hasSize(3);
        assertThat(TABLE.rows().get(0).number("value")).isEqualTo(1.5);
        assertThat(TABLE.rows().get(1).text("name")).isEqualTo("a, b");
        assertThat(TABLE.rows().get(1).line()).isEqualTo(5);
        assertThat(TABLE.rows().get(2).has("value")).isFalse();
        assertThat(TABLE.rows().get(2).number("value", 7)).isEqualTo(7);
    }

    @Test
    void wrongCellsAreNamedWithTableLineAndColumn() {
        Csv.Row row = TABLE.rows().get(1);
        assertThatThrownBy(() -> row.number("value"))
                .hasMessage("t.csv line 5, column \"value\": \"x\" must be a number");
        assertThatThrownBy(() -> TABLE.rows().get(2).number("value")).hasMessageContaining("is blank");
        assertThatThrownBy(() -> TABLE.rows().get(0).whole("value")).hasMessageContaining("must be a whole number");
        assertThatThrownBy(() -> row.text("vlaue"))
                .hasMessageContaining("no column \"vlaue\"; the nearest there: value");
    }

    @Test
    void wrongTablesAreNamed() {
        assertThatThrownBy(() -> Csv.parse("t", "")).hasMessage("t is empty; the first line must name the columns");
        assertThatThrownBy(() -> Csv.parse("t", "a,a\n1,2\n"))
                .hasMessageContaining("t line 1: column \"a\" stands twice");
        assertThatThrownBy(() -> Csv.parse("t", "a,b\n1\n"))
                .hasMessageContaining("t line 2: 1 cells, but the header has 2 columns");
        assertThatThrownBy(() -> TABLE.require("name", "valeu"))
                .hasMessage("t.csv line 1: no column \"valeu\"; the nearest there: value, name");
        assertThatThrownBy(() -> Csv.resource(CsvTest.class, "none.csv"))
                .hasMessageContaining("no resource \"none.csv\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "1e999"})
    void numbersMustBeFinite(String cell) {
        Csv csv = Csv.parse("t", "a\n" + cell + "\n");
        assertThatThrownBy(() -> csv.rows().get(0).number("a")).hasMessageContaining("must be finite");
    }

    @Test
    void readsFilesPlainAndPacked(@TempDir Path folder) throws IOException {
        Path plain = Files.writeString(folder.resolve("a.csv"), "x\n1\n");
        Path packed = folder.resolve("a.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("x\n2\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Csv.read(plain).rows().get(0).whole("x")).isEqualTo(1);
        assertThat(Csv.read(packed).rows().get(0).whole("x")).isEqualTo(2);
        assertThatThrownBy(() -> Csv.read(folder.resolve("none.csv"))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void anyTextIsReadOrRefused() {
        SplittableRandom random = new SplittableRandom(42);
        String alphabet = "ab,\"\n\r#1.\u00e9 ;\u0000";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(24); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Csv csv = Csv.parse("t", text.toString());
                assertThat(csv.rows()).allSatisfy(row -> csv.columns().forEach(row::text));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("t ");
            }
        }
    }
}
