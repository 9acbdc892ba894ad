package org.hopperline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.core.Figure;
import org.junit.jupiter.api.Test;

class FigureTableTest {

    private static final String HEADER = "name,value,unit,kind,source\n";

    private static FigureTable table(String rows) {
        return FigureTable.of(Csv.parse("constants.csv", HEADER + rows));
    }

    @Test
    void figuresAreReadWithTheirBirthplace() {
        FigureTable table =
                table("rate,3.35e12,byte/s,specified,data sheet\nlatency,2e-6,s,Measured,\"a log, line 3\"\n");
        assertThat(table.names()).containsExactly("rate", "latency");
        assertThat(table.get("latency")).isEqualTo(Figure.measured(2e-6, "s", "a log, line 3"));
        assertThat(table.value("rate")).isEqualTo(3.35e12);
    }

    @Test
    void unknownNamesGetTheNearest() {
        FigureTable table = table("bandwidth,1,byte/s,assumed,x\nlatency,1,s,assumed,x\n");
        assertThatThrownBy(() -> table.get("bandwith"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown constant of constants.csv \"bandwith\"; the nearest known: bandwidth, latency");
    }

    @Test
    void wrongCellsAreNamedWithLineAndColumn() {
        assertThatThrownBy(() -> table("rate,fast,byte/s,specified,x\n"))
                .hasMessage("constants.csv line 2, column \"value\": \"fast\" must be a number");
        assertThatThrownBy(() -> table("rate,NaN,byte/s,specified,x\n"))
                .hasMessageContaining("line 2, column \"value\"")
                .hasMessageContaining("must be finite");
        assertThatThrownBy(() -> table("a,1,s,specified,x\nrate,1,s,guessed,x\n"))
                .hasMessage("constants.csv line 3, column \"kind\": \"guessed\" must be one of specified, measured,"
                        + " fitted, assumed");
        assertThatThrownBy(() -> table("rate,1,s,specified,x\nrate,2,s,specified,x\n"))
                .hasMessage("constants.csv line 3, column \"name\": \"rate\" stands twice; keep one");
        assertThatThrownBy(() -> table(" ,1,s,specified,x\n")).hasMessageContaining("name in line 2 of constants.csv");
        assertThatThrownBy(() -> table("rate,1,s,specified, \n")).hasMessageContaining("source of a figure");
    }

    @Test
    void aMissingColumnIsNamed() {
        assertThatThrownBy(() -> FigureTable.of(Csv.parse("c.csv", "name,value,unit,kind\nrate,1,s,specified\n")))
                .hasMessageContaining("c.csv line 1: no column \"source\"");
    }

    @Test
    void theNamesCannotBeChanged() {
        assertThatThrownBy(() -> table("rate,1,s,specified,x\n").names().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
