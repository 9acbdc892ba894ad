package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells that mean nothing are refused by line and column, and never taken for unknown. */
class TableCellsTest {

    private static final String COLLECTIVES = "nodes,gpus,collective,bytes,latency_us\n";

    private static final String ATTENTION =
            "batch,heads,kv_heads,seq_q,seq_kv,head_dim,causal,direction,dtype,impl,latency_us,value_dim\n";

    @ParameterizedTest
    @CsvSource({
        "'1e6,abc', latency_us, must be a number",
        "'1e6,-3', latency_us, must be above 0",
        "'1e6,0', latency_us, must be above 0",
        "'1 MB,30', bytes, must be a number",
        "'-5,30', bytes, must be above 0"
    })
    void aSizeOrATimeOfACollectiveIsANumberAboveZero(String cells, String column, String rule) {
        Csv csv = Csv.parse("mine.csv", COLLECTIVES + "1,8,all_reduce,1e6,30\n1,8,all_reduce," + cells + "\n");
        assertThatThrownBy(() -> CollectiveTable.of(csv))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mine.csv line 3, column \"" + column + "\"")
                .hasMessageContaining(rule);
    }

    @Test
    void aBlankSizeOrTimeOfACollectiveIsUnknown() {
        CollectiveTable table = CollectiveTable.of(Csv.parse("mine.csv", COLLECTIVES + "1,8,all_reduce,,\n"));
        assertThat(table.rows()).singleElement().satisfies(row -> {
            assertThat(row.bytes()).isNaN();
            assertThat(row.seconds()).isNaN();
            assertThat(row.timed()).isFalse();
        });
    }

    @Test
    void aPassOfAttentionIsForwardOrBackwardOrBoth() {
        Csv csv = Csv.parse("mine.csv", ATTENTION + "1,8,8,64,64,128,1,forward,fp16,FLASH_3,5,\n");
        assertThatThrownBy(() -> AttentionTable.of(csv))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mine.csv line 2, column \"direction\"")
                .hasMessageContaining("must be one of fwd, bwd, fwd+bwd");
    }

    @Test
    void aValueVectorHasElements() {
        Csv csv = Csv.parse("mine.csv", ATTENTION + "1,8,8,64,64,128,1,fwd,fp16,FLASH_3,5,0\n");
        assertThatThrownBy(() -> AttentionTable.of(csv))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mine.csv line 2, column \"value_dim\"")
                .hasMessageContaining("must be at least 1");
    }
}
