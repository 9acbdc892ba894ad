package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layouts as Megatron-Core writes them. */
class PipelineLayoutTest {

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** The example of PipelineParallelLayerLayout.parse_str_to_list in Megatron-Core. */
    @Test
    void theExampleOfMegatronCore() {
        PipelineLayout layout = PipelineLayout.parse("Ettt|(tt|)*29,m|L");
        List<Integer> layers = new ArrayList<>(List.of(3));
        layers.addAll(Collections.nCopies(29, 2));
        layers.addAll(List.of(0, 0));
        assertThat(layout.layersOfChunk()).isEqualTo(layers);
        assertThat(layout.furtherOfChunk().subList(30, 32)).containsExactly(1, 0);
        assertThat(layout.chunks()).isEqualTo(32);
        assertThat(layout.layers()).isEqualTo(61);
        assertThat(layout.further()).isEqualTo(1);
        assertThat(layout).isEqualTo(PipelineLayout.parse("Et*3|(tt|)*29,m|L")).hasToString("Ettt|(tt|)*29m|L");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Et*3L; [3]; [0]",
                "E(t|t)*2L; [1, 2, 1]; [0, 0, 0]",
                "E|t*2|(t m|)*1,L; [0, 2, 1, 0]; [0, 0, 1, 0]",
                "E t | t t m L; [1, 2]; [0, 1]",
                "E((t|)*2t)*2L; [1, 1, 2, 1, 1]; [0, 0, 0, 0, 0]",
                "Et|*3L; [1, 0, 0, 0]; [0, 0, 0, 0]"
            })
    void repetitionsAreWrittenOut(String text, String layers, String further) {
        PipelineLayout layout = PipelineLayout.parse(text);
        assertThat(layout.layersOfChunk()).hasToString(layers);
        assertThat(layout.furtherOfChunk()).hasToString(further);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsWrittenIsReadAgain(long seed) {
        Random random = new Random(seed);
        int chunks = 1 + random.nextInt(20);
        List<Integer> layers = new ArrayList<>();
        List<Integer> further = new ArrayList<>();
        int lastWithLayers = random.nextInt(chunks);
        for (int g = 0; g < chunks; g++) {
            layers.add(g <= lastWithLayers ? random.nextInt(3) : 0);
            further.add(g < lastWithLayers ? 0 : random.nextInt(2));
        }
        PipelineLayout layout = new PipelineLayout(layers, further);
        assertThat(PipelineLayout.parse(layout.toString())).isEqualTo(layout);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Etx|tL; cannot be read at place 3: 'x' is no part of a layout",
                "Et|(tt|*3,L; cannot be read at place 4: a ( without its )",
                "Et|tt)*3|L; cannot be read at place 6: a ) without its (",
                "Et*|tL; cannot be read at place 4: after * stands a number",
                "Et*0|tL; cannot be read at place 4: * 0 leaves nothing",
                "Et*999999|tL; cannot be read at place 4: after * stands a number of 1 to 5 digits",
                "E(t*9999)*99L; more than 65536 layers and chunks",
                "Et**2|tL; cannot be read at place 4: after * stands a number",
                "*3EtL; cannot be read at place 1: '*' is no part of a layout",
                "tt|ttL; the embedding E must stand first and nowhere else, as in Et|(tt|)*30mL",
                "Et|EtL; the embedding E must stand first and nowhere else",
                "Et|tt; the logits L must stand last and nowhere else",
                "EtL|tL; the logits L must stand last and nowhere else",
                "Etm|tL; layers m for further tokens must follow on all layers t"
            })
    void whatCannotBeReadIsRefused(String text, String message) {
        assertThatThrownBy(() -> PipelineLayout.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(message);
    }

    @Test
    void nothingIsRefused() {
        assertThatThrownBy(() -> PipelineLayout.parse("  ")).hasMessageContaining("layout of a pipeline");
        assertThatThrownBy(() -> new PipelineLayout(List.of(1, 2), List.of(0)))
                .hasMessage("layers of 2 chunks and layers for further tokens of 1; give one of each for every chunk");
        assertThatThrownBy(() -> new PipelineLayout(List.of(-1), List.of(0))).hasMessageContaining("layers of chunk 0");
        assertThatThrownBy(() -> new PipelineLayout(List.of(1, 1), List.of(1, 0)))
                .hasMessage("chunk 1 has 1 layers after one for a further token; those come last");
    }
}
