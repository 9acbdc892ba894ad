package org.hopperline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void readsEveryKindOfValue() {
        Map<String, Object> json = Json.parse(
                "j", "{\"n\": 1.5, \"t\": \"x\", \"b\": true, \"z\": null, \"l\": [1, \"a\"], \"o\": {\"i\": 2}}");
        assertThat(json)
                .containsEntry("n", 1.5)
                .containsEntry("t", "x")
                .containsEntry("b", true)
                .containsEntry("z", null);
        assertThat(json.get("l")).isEqualTo(Arrays.asList(1.0, "a"));
        assertThat(json.get("o")).isEqualTo(Map.of("i", 2.0));
        assertThat(List.copyOf(json.keySet())).containsExactly("n", "t", "b", "z", "l", "o");
    }

    @Test
    void brokenTextIsPlacedWithoutAdviceOnTheReader() {
        assertThatThrownBy(() -> Json.parse("j", "{\"a\": NaN}"))
                .hasMessage("j is no JSON: malformed at line 1 column 7 path $.a");
        assertThatThrownBy(() -> Json.parse("j", "{\"a\": 1"))
                .hasMessageStartingWith("j is no JSON: it ends too early at line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "3", "\"x\"", "true"})
    void onlyAnObjectIsRead(String text) {
        assertThatThrownBy(() -> Json.parse("j", text)).hasMessageContaining("j must hold a JSON object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\": }",
                "{a: 1}",
                "{\"a\": 1,}",
                "{\"a\": 'x'}",
                "{\"a\": NaN}",
                "{\"a\": 1} 2",
                "// x\n{}"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.parse("j", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("j ");
    }

    @Test
    void placesAreNamed() {
        assertThatThrownBy(() -> Json.parse("j", "{\n  \"a\": 1,\n  \"a\": 2\n}"))
                .hasMessageContaining("field \"a\" stands twice")
                .hasMessageContaining("line 3");
        assertThatThrownBy(() -> Json.parse("j", "{\n  \"a\": [1,\n x]\n}")).hasMessageContaining("line 3");
    }

    @Test
    void depthAndLengthAreLimited() {
        String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
        assertThatThrownBy(() -> Json.parse("j", deep)).hasMessageContaining("nests deeper than 64 levels");
        String longText = "{\"a\": \"" + "x".repeat(Json.MAXIMUM_CHARACTERS) + "\"}";
        assertThatThrownBy(() -> Json.parse("j", longText)).hasMessageContaining("at most 16777216 are read");
    }

    @Test
    void readsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "{\"x\": 1}");
        assertThat(Json.read(file)).containsEntry("x", 1.0);
        assertThatThrownBy(() -> Json.read(folder.resolve("none.json"))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void anyTextIsReadOrRefused() {
        SplittableRandom random = new SplittableRandom(43);
        String alphabet = "{}[]:,\"a1e-.tn\\ \n\u0000";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder("{");
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(Json.parse("j", text.toString())).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).startsWith("j");
            }
        }
    }
}
