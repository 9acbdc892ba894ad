package org.hopperline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "flaw, lawn, 2", "'', abc, 3", "same, same, 0"})
    void editsAreLevenshteins(String a, String b, int edits) {
        assertThat(Nearest.edits(a, b)).isEqualTo(edits);
        assertThat(Nearest.edits(b, a)).isEqualTo(edits);
    }

    @Test
    void namesThatContainItComeFirst() {
        assertThat(Nearest.to("h100", List.of("A100 SXM4", "H100 PCIe 80GB", "h200"), 2))
                .containsExactly("H100 PCIe 80GB", "h200");
        assertThat(Nearest.to("Memfis", List.of("Eagle", "Memphis", "Eos"), 1)).containsExactly("Memphis");
    }

    @Test
    void messageNamesWhatWasAskedFor() {
        assertThat(Nearest.unknown("chip", "H10", List.of("H100", "A100")))
                .hasMessage("unknown chip \"H10\"; the nearest known: H100, A100");
    }

    @Test
    void figuresCarryTheirBirthplace() {
        FigureTable table = FigureTable.of(
                Csv.parse("t", "name,value,unit,kind,source\npeak,9.9e14,FLOP/s,specified,data sheet\n"));
        assertThat(table.value("peak")).isEqualTo(9.9e14);
        assertThat(table.get("peak").source()).isEqualTo("data sheet");
        assertThat(table.names()).containsExactly("peak");
        assertThatThrownBy(() -> table.get("paek"))
                .hasMessage("unknown constant of t \"paek\"; the nearest known: peak");
        assertThatThrownBy(() -> FigureTable.of(Csv.parse("t", "name,value,unit,kind,source\na,1,s,guessed,x\n")))
                .hasMessageContaining("must be one of specified, measured, fitted, assumed");
        assertThatThrownBy(() ->
                        FigureTable.of(Csv.parse("t", "name,value,unit,kind,source\na,1,s,fitted,x\na,2,s,fitted,x\n")))
                .hasMessageContaining("stands twice");
    }
}
