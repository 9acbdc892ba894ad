package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenRunsTest {

    private static TrainingRuns with(String column, String cell) {
        Map<String, String> row = new LinkedHashMap<>();
        String columns =
                "split,id,source,chip,gpus,gpus_per_node,fabric,software,model,arch,run_type,seq,gbs,mbs,layers,"
                        + "hidden,heads,head_dim,kv_heads,ffn_hidden,gated,vocab,tied_embeddings,precision,tp,pp,cp,vp,ep,sharding,"
                        + "seq_parallel,recompute,notes,tokens_per_s_per_gpu,iteration_s,check_tokens_per_s_per_gpu";
        String cells =
                "calibration,A-1,a page,h100-sxm5-80,8,8,,NeMo 24.09,a model,dense,pretrain,8192,128,1,32,4096,32,,8,"
                        + "14336,yes,128256,no,bf16,1,1,2,,,zero1,no,none,,,12.91,";
        String[] names = columns.split(",");
        String[] values = cells.split(",", -1);
        for (int i = 0; i < names.length; i++) {
            row.put(names[i], values[i]);
        }
        row.put(column, cell);
        return TrainingRuns.of(Csv.parse("runs.csv", columns + "\n" + String.join(",", row.values()) + "\n"));
    }

    @Test
    void theRowAsItStandsIsUsable() {
        assertThat(with("notes", "").runs()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "gpus, 0, 'line 2, column \"gpus\": \"0\" must be at least 1'",
        "gpus_per_node, 0, 'line 2, column \"gpus_per_node\": \"0\" must be at least 1'",
        "gbs, -1, 'line 2, column \"gbs\": \"-1\" must be at least 1'",
        "heads, 0, 'line 2, column \"heads\": \"0\" must be at least 1'",
        "iteration_s, 0, 'line 2, column \"iteration_s\": \"0\" must be above 0'",
        "mbs, 33, 'a micro-batch of 33 sequences, but 128 over data parallel 4 leave 32'",
        "recompute, sometimes, 'line 2, column \"recompute\": \"sometimes\" is none of none, selective, partial, full'",
        "seq_parallel, maybe, 'line 2, column \"seq_parallel\": \"maybe\" is neither yes nor no'"
    })
    void aBrokenCellSetsItsRowAside(String column, String cell, String reason) {
        TrainingRuns runs = with(column, cell);
        assertThat(runs.runs()).isEmpty();
        assertThat(runs.setAside())
                .singleElement()
                .satisfies(row -> assertThat(row.reason()).contains(reason));
    }
}
