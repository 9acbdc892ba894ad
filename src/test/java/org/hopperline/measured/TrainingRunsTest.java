package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hopperline.core.Precision;
import org.hopperline.model.Models;
import org.hopperline.model.TokenRouting;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.RecomputedPart;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TensorExchange;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped table, and what becomes of rows that say too little, too much, or nonsense. */
class TrainingRunsTest {

    private static final TrainingRuns SHIPPED = TrainingRuns.shipped();

    /** A row like those of NVIDIA's recipes: 8 sequences of 8,192 in 1 s on 8 devices, 8,192 token/s each. */
    private static Map<String, String> good() {
        Map<String, String> row = new LinkedHashMap<>();
        String[] cells = {
            "split",
            "calibration",
            "id",
            "A-1",
            "source",
            "a maker",
            "chip",
            "h100-sxm5-80",
            "gpus",
            "8",
            "gpus_per_node",
            "8",
            "fabric",
            "8x400G NDR InfiniBand",
            "software",
            "NeMo 24.09",
            "model",
            "some-8b",
            "arch",
            "dense",
            "layers",
            "32",
            "hidden",
            "4096",
            "ffn_hidden",
            "14336",
            "heads",
            "32",
            "kv_heads",
            "8",
            "head_dim",
            "128",
            "vocab",
            "128256",
            "seq",
            "8192",
            "experts",
            "",
            "topk",
            "",
            "gated",
            "yes",
            "tied_embeddings",
            "no",
            "precision",
            "bf16",
            "gbs",
            "8",
            "mbs",
            "1",
            "tp",
            "2",
            "pp",
            "1",
            "vp",
            "",
            "cp",
            "1",
            "ep",
            "",
            "sharding",
            "zero1",
            "seq_parallel",
            "yes",
            "recompute",
            "none",
            "iteration_s",
            "1.0",
            "tokens_per_s_per_gpu",
            "8192",
            "notes",
            "",
            "run_type",
            "pretrain",
            "check_tokens_per_s_per_gpu",
            "",
            "dp",
            "",
            "params_b",
            "",
            "active_params_b",
            "",
            "model_tflops_per_gpu",
            "",
            "mfu_reported",
            ""
        };
        for (int i = 0; i < cells.length; i += 2) {
            row.put(cells[i], cells[i + 1]);
        }
        return row;
    }

    private static TrainingRuns with(String column, String cell) {
        Map<String, String> bad = good();
        assertThat(bad.put(column, cell)).isNotNull();
        bad.put("id", "A-2");
        Map<String, String> last = good();
        last.put("id", "A-3");
        return TrainingRuns.of(
                Csv.parse("runs.csv", String.join(",", bad.keySet()) + "\n" + line(good()) + line(bad) + line(last)));
    }

    private static String line(Map<String, String> row) {
        return row.values().stream().map(c -> '"' + c + '"').collect(Collectors.joining(",")) + "\n";
    }

    @Test
    void mostOfTheShippedTableIsUsed() {
        assertThat(SHIPPED.runs()).hasSizeGreaterThanOrEqualTo(650);
        assertThat(SHIPPED.runs().size() + SHIPPED.setAside().size()).isEqualTo(785);
        assertThat(SHIPPED.ofSplit("calibration").size()
                        + SHIPPED.ofSplit("validation").size())
                .isEqualTo(SHIPPED.runs().size());
        assertThat(SHIPPED.runs()).extracting(MeasuredRun::id).doesNotHaveDuplicates();
    }

    @Test
    void everyRowSetAsideSaysWhereAndWhy() {
        assertThat(SHIPPED.setAside()).isNotEmpty().allSatisfy(row -> {
            assertThat(row.id()).isNotBlank();
            assertThat(row.line()).isGreaterThan(1);
            assertThat(row.source()).isNotBlank();
            assertThat(row.reason()).isNotBlank().isNotEqualTo("null");
        });
    }

    /** Rows that print both rate and step time agree with each other by the identity of a step. */
    @Test
    void stepAndRateAreOneNumber() {
        assertThat(SHIPPED.runs())
                .allSatisfy(run -> assertThat(run.stepSeconds()
                                * run.tokensPerSecondPerDevice()
                                * run.cluster().devices())
                        .isCloseTo(
                                run.batch().tokens(), within(1e-9 * run.batch().tokens())));
    }

    @Test
    void aRowIsReadAsItStands() {
        TrainingRuns runs = with("notes", "one remark");
        assertThat(runs.setAside()).isEmpty();
        MeasuredRun run = runs.runs().get(0);
        assertThat(run.line()).isEqualTo(2);
        assertThat(run.cluster().devices()).isEqualTo(8);
        assertThat(run.batch().sequences()).isEqualTo(8);
        assertThat(run.precision()).isEqualTo(Precision.BF16);
        assertThat(run.recipe().tensor()).isEqualTo(2);
        assertThat(run.recipe().virtualStages()).isZero();
        assertThat(run.software().name()).isEqualTo("Megatron-Core");
        assertThat(run.model().parameters()).isBetween(8_000_000_000L, 8_100_000_000L);
        assertThat(run.stepSeconds()).isCloseTo(1, within(1e-12));
        assertThat(run.family()).isEqualTo("Megatron-Core / some-8b / BF16");
    }

    @Test
    void theRateFollowsFromTheStepTime() {
        MeasuredRun run = with("tokens_per_s_per_gpu", "").runs().get(1);
        assertThat(run.tokensPerSecondPerDevice()).isCloseTo(8192, within(1e-9));
    }

    /** One wrong cell sets its row aside, with the line and the reason; the rows around it are used. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chip | h100-sxm5-8 | unknown chip \"h100-sxm5-8\"; the nearest known: H100 SXM5 80GB",
                "gbs | many | runs.csv line 3, column \"gbs\": \"many\" must be a number",
                "gbs | 8.5 | runs.csv line 3, column \"gbs\": \"8.5\" must be a whole number",
                "gbs | 0 | gbs is 0, but must be at least 1",
                "seq | -8192 | seq is -8192, but must be at least 1",
                "gpus | 0 | gpus is 0, but must be at least 1",
                "gpus |  | gpus is not stated",
                "gpus | 10 | 10 devices do not fill nodes of 8; take 8 or 16",
                "gpus_per_node | 0 | gpus_per_node is 0, but must be at least 1",
                "layers |  | layers is not stated",
                "heads | 0 | heads is 0, but must be at least 1",
                "heads | 30 | do not share 8 key and value heads evenly",
                "arch | hybrid | architecture hybrid is no plain transformer",
                "run_type | sft | run type sft is no pre-training step throughput",
                "precision | bf17 | column \"precision\": \"bf17\" is none of bf16, fp16, fp8",
                "sharding | some | column \"sharding\": \"some\" is none of zero1",
                "tp | 3 | contradicts itself: tensor x pipeline x context = 3 does not divide 8 devices",
                "tp | -2 | tp is -2, but must be at least 1",
                "gbs | 2 | contradicts itself: 2 sequences cannot feed data parallel 4",
                "mbs | 4 | contradicts itself: a micro-batch of 4 sequences",
                "layers | 128 | contradicts itself: 8192.0 token/s a device need 1.6",
                "iteration_s | 2.0 | contradicts itself: 8192.0 token/s a device printed",
                "tokens_per_s_per_gpu | NaN | runs.csv line 3, column \"tokens_per_s_per_gpu\": \"NaN\" must be finite",
                "tokens_per_s_per_gpu | -1 | must be above 0",
                "dp | -3 | dp is -3, but must be at least 1",
                "dp | 64 | line 3, column \"dp\": \"64\" contradicts itself: of 8 devices the other degrees leave data parallel 4",
                "check_tokens_per_s_per_gpu | 100 | line 3, column \"check_tokens_per_s_per_gpu\": \"100\" contradicts itself",
                "model_tflops_per_gpu | 5000 | TFLOP/s are above the dense peak of H100 SXM5 80GB in BF16, 989.4 TFLOP/s",
                "model_tflops_per_gpu | 50 | line 3, column \"model_tflops_per_gpu\": \"50\" contradicts itself: at 8192",
                "model_tflops_per_gpu | 0 | column \"model_tflops_per_gpu\": \"0\" must be above 0",
                "mfu_reported | 0.95 | column \"mfu_reported\": \"0.95\" must be a fraction above 0 and below 0.95",
                "mfu_reported | 47.8 | column \"mfu_reported\": \"47.8\" must be a fraction above 0",
                "mfu_reported | 0.05 | line 3, column \"mfu_reported\": \"0.05\" contradicts itself: at 8192",
                "experts | 8 | line 3, column \"experts\": \"8\" contradicts arch dense; take moe, or leave it blank",
                "topk | 2 | line 3, column \"topk\": \"2\" contradicts arch dense",
                "params_b | 80 | line 3, column \"params_b\": \"80\" contradicts itself: the shape has 8.03 B parameters, but 80.0 B",
                "ep | 8 | line 3, column \"ep\": \"8\" contradicts arch dense",
                "vocab | 10 | column \"vocab\": \"10\" is no vocabulary; 256, the bytes, or more would do",
                "gpus_per_node | 128 | column \"gpus_per_node\": \"128\" are more than any node has; at most 16",
                "split |  | column \"split\": \"\" is not stated",
                "params_b | 0 | column \"params_b\": \"0\" must be above 0",
                "head_dim | 2048 | line 3, column \"head_dim\": \"2048\" contradicts itself: 32 heads of it are 16.0 times as wide",
                "head_dim | 8 | column \"head_dim\": \"8\" contradicts itself: 32 heads of it are 0.0625 times as wide",
            })
    void aWrongCellSetsItsRowAside(String column, String cell, String reason) {
        TrainingRuns runs = with(column, cell == null ? "" : cell);
        assertThat(runs.runs()).extracting(MeasuredRun::id).containsExactly("A-1", "A-3");
        assertThat(runs.setAside()).singleElement().satisfies(row -> {
            assertThat(row.id()).isEqualTo("A-2");
            assertThat(row.line()).isEqualTo(3);
            assertThat(row.source()).isEqualTo("a maker");
            assertThat(row.reason()).contains(reason);
        });
    }

    /** What sources count in several ways is no contradiction: ranks with context or experts, FLOPs with full scores. */
    @ParameterizedTest
    @CsvSource({
        "dp, 4",
        "split, Calibration",
        "gpus_per_node, 16",
        "check_tokens_per_s_per_gpu, 8300",
        "model_tflops_per_gpu, 430",
        "model_tflops_per_gpu, 620",
        "mfu_reported, 0.55",
        "params_b, 7.5",
        "params_b, 6.98",
        "head_dim, 256"
    })
    void severalCountsAreNoContradiction(String column, String cell) {
        TrainingRuns runs = with(column, cell);
        assertThat(runs.setAside()).isEmpty();
        assertThat(runs.ofSplit("calibration")).hasSize(3);
    }

    /** A rate below a thousandth of the peak; parameters that are more active than there are, or than the shape has. */
    @Test
    void whatNeedsTwoWrongCells() {
        Map<String, String> slow = good();
        slow.put("iteration_s", "");
        slow.put("tokens_per_s_per_gpu", "1");
        assertThat(reason(slow)).contains("contradicts itself: 1.0 token/s a device use", "less than a thousandth");
        Map<String, String> active = shapeless("mixtral-8x7b");
        active.put("arch", "moe");
        active.put("tokens_per_s_per_gpu", "");
        active.put("params_b", "46.7");
        active.put("active_params_b", "12.9");
        assertThat(read(active).setAside()).isEmpty();
        active.put("active_params_b", "47");
        assertThat(reason(active)).endsWith("\"47\" contradicts itself: there are 46.7 B in all");
        active.put("active_params_b", "30");
        assertThat(reason(active)).contains("\"30\" contradicts itself: of the shape 12.9 B parameters are active");
    }

    /** A model cut to fewer layers may state the parameters of the whole; one of all its layers may not state more. */
    @Test
    void onlyACutModelHasFewerParametersThanStated() {
        Map<String, String> row = shapeless("llama3.1-405b");
        row.put("params_b", "405.85");
        row.put("layers", "8");
        row.put("iteration_s", "");
        row.put("tokens_per_s_per_gpu", "1000");
        assertThat(read(row).setAside()).isEmpty();
        Map<String, String> proxy = good();
        proxy.put("params_b", "80");
        proxy.put("notes", "PROXY of fewer devices");
        assertThat(read(proxy).setAside()).isEmpty();
    }

    /** A vocabulary may be large, not the larger part of everything three times over. */
    @Test
    void embeddingsCountAmongTheParametersInTheEnd() {
        Map<String, String> row = good();
        row.put("vocab", "99999999");
        row.put("params_b", "8.03");
        row.put("iteration_s", "");
        row.put("tokens_per_s_per_gpu", "100");
        assertThat(reason(row)).endsWith("contradicts itself: the shape has 826 B parameters, but 8.03 B are stated");
    }

    @Test
    void anIdStandsOnce() {
        TrainingRuns runs = TrainingRuns.of(
                Csv.parse("runs.csv", String.join(",", good().keySet()) + "\n" + line(good()) + line(good())));
        assertThat(runs.runs())
                .singleElement()
                .satisfies(run -> assertThat(run.line()).isEqualTo(2));
        assertThat(runs.setAside()).singleElement().satisfies(row -> {
            assertThat(row.line()).isEqualTo(3);
            assertThat(row.reason())
                    .isEqualTo(
                            "runs.csv line 3, column \"id\": \"A-1\" already stands in line 2; give each row its own");
        });
    }

    /** No case of letters makes a row of one split one of another. */
    @Test
    void aSplitIsOneWordWhateverItsCase() {
        TrainingRuns runs = with("split", " VALIDATION");
        assertThat(runs.ofSplit("validation")).extracting(MeasuredRun::id).containsExactly("A-2");
    }

    /** The rules come from the spread of these rows: all that say enough are used. */
    @Test
    void theShippedTableDoesNotContradictItself() {
        assertThat(SHIPPED.runs()).hasSize(708);
        assertThat(SHIPPED.setAside().stream()
                        .filter(row -> row.reason().contains("contradicts"))
                        .map(SetAside::id))
                .isEmpty();
    }

    /** A table may name software that only its owner knows; the rest follows the shipped rules. */
    @Test
    void ownSoftwareIsNamedByTheTable(@TempDir Path folder) throws java.io.IOException {
        SoftwareProfile ours = SoftwareProfiles.MEGATRON.toBuilder()
                .name("ours")
                .tensorExchange(TensorExchange.ALONE)
                .build();
        Map<String, String> row = good();
        row.put("id", "A-2");
        row.put("software", "in-house 3.1");
        Path file = folder.resolve("mine.csv");
        Files.writeString(file, String.join(",", row.keySet()) + "\n" + line(good()) + line(row));
        assertThat(TrainingRuns.read(file, Map.of("in-house 3.1", ours)).runs())
                .extracting(run -> run.software().name())
                .containsExactly("Megatron-Core", "ours");
        assertThat(TrainingRuns.read(file).runs())
                .extracting(run -> run.software().name())
                .containsExactly("Megatron-Core", "unknown");
    }

    private static String reason(Map<String, String> row) {
        TrainingRuns runs = read(row);
        assertThat(runs.runs()).isEmpty();
        return runs.setAside().get(0).reason();
    }

    /** A row that names a model of the catalogue need not state its shape; one that states another is another model. */
    @Test
    void whatIsLeftOpenComesFromTheCatalogue() {
        MeasuredRun whole = named(
                "meta-llama/Llama-3.1-8B",
                "vocab",
                "heads",
                "kv_heads",
                "head_dim",
                "ffn_hidden",
                "gated",
                "tied_embeddings",
                "layers",
                "hidden");
        assertThat(whole.model().parameters())
                .isEqualTo(Models.named("Llama 3.1 8B").parameters());
        assertThat(whole.remarks())
                .containsExactly(
                        "layers 32, hidden 4096, heads 32, kv_heads 8, gated yes, ffn_hidden 14336, vocab 128256:"
                                + " not stated, as Llama 3.1 8B has it");
        assertThat(named("llama3.1-8b").remarks()).isEmpty();
    }

    @Test
    void anotherShapeUnderAKnownNameIsNotFilledIn() {
        Map<String, String> row = good();
        row.put("model", "llama3.1-8b");
        row.put("hidden", "5120");
        row.put("heads", "40");
        row.put("vocab", "");
        assertThat(read(row).setAside())
                .singleElement()
                .satisfies(r -> assertThat(r.reason()).isEqualTo("vocab is not stated"));
    }

    /** Nothing but the name: expert layers, shared experts and latent attention are the catalogue's. */
    @Test
    void expertsOfAKnownModelNeedNoColumns() {
        Map<String, String> row = shapeless("deepseek_v3_671b");
        row.put("arch", "moe");
        row.put("gpus", "256");
        row.put("gbs", "4096");
        row.put("iteration_s", "");
        row.put("tokens_per_s_per_gpu", "1000");
        MeasuredRun run = read(row).runs().get(0);
        assertThat(run.model().parameters()).isEqualTo(Models.DEEPSEEK_V3.parameters());
        assertThat(run.model().latentAttention()).isEqualTo(Models.DEEPSEEK_V3.latentAttention());
        row.put("layers", "16");
        assertThat(read(row).runs().get(0).model().layers()).isEqualTo(16);
    }

    /** A hybrid of the catalogue by its name; one whose name or shape is another is set aside. */
    @Test
    void hybridsOfTheCatalogueArePredicted() {
        Map<String, String> row = shapeless("nemotron3-nano-30b");
        row.put("arch", "moe-hybrid-mamba2");
        row.put("tp", "1");
        assertThat(read(row).runs().get(0).model().pattern())
                .isEqualTo(Models.named("Nemotron 3 Nano").pattern());
        for (String other : List.of("dense-hybrid-mamba2", "moe", "dense")) {
            row.put("arch", other);
            assertThat(read(row).runs()).as(other).isEmpty();
        }
        Map<String, String> unknown = shapeless("some-hybrid");
        unknown.put("arch", "dense-hybrid-mamba2");
        assertThat(read(unknown).setAside())
                .singleElement()
                .satisfies(r -> assertThat(r.reason())
                        .isEqualTo("architecture dense-hybrid-mamba2 is no plain transformer, and no hybrid of the"
                                + " catalogue is called some-hybrid and has its shape"));
    }

    /** Of 25.08 the recipe has two chunks a stage, a layout of 61 layers alone, and experts that drop no token. */
    @Test
    void aLayoutWithoutFurtherLayersLeavesThemOut() {
        TrainingRuns runs = TrainingRuns.of(Csv.parse("mine.csv", """
                split,id,source,chip,gpus,software,model,arch,run_type,seq,gbs,tp,pp,vp,ep,iteration_s
                validation,M-1,mine,h100,512,NeMo recipes 25.08,deepseek-v3,moe,pretrain,4096,4096,1,8,2,64,40
                validation,M-2,mine,h100,512,NeMo recipes 25.05.04,deepseek-v3,moe,pretrain,4096,4096,2,8,1,64,40
                """));
        assertThat(runs.setAside()).isEmpty();
        assertThat(runs.runs()).extracting(r -> r.model().multiTokenLayers()).containsExactly(0, 1);
        assertThat(runs.runs())
                .extracting(r -> r.model().experts().routing().padded())
                .containsExactly(false, true);
        assertThat(runs.runs().get(0).recipe().recompute())
                .isEqualTo(Recompute.ofParts(RecomputedPart.QUERY_KEY_VALUE, RecomputedPart.FEED_FORWARD));
    }

    /** NeMo's script for DeepSeek-V3: stages of 64/p layers, one less in the first, two less in the last (61 in all). */
    @Test
    void stagesOfARecipeFollowItsPipeline() {
        TrainingRuns runs = TrainingRuns.of(Csv.parse("mine.csv", """
                split,id,source,chip,gpus,software,model,arch,run_type,seq,gbs,tp,pp,vp,ep,iteration_s
                validation,M-1,mine,h100,512,NeMo recipes 25.05.04,deepseek-v3,moe,pretrain,4096,4096,2,8,1,64,40
                validation,M-2,mine,h100,1024,NeMo recipes 25.05.04,deepseek-v3,moe,pretrain,4096,8192,2,16,1,64,40
                validation,M-3,mine,h100,256,NeMo recipes 25.04,deepseek-v3,moe,pretrain,4096,4096,2,4,1,64,40
                validation,M-4,mine,h100,1280,NeMo recipes 25.05.04,deepseek-v3,moe,pretrain,4096,5120,2,5,1,64,40
                """));
        assertThat(runs.runs())
                .extracting(r -> r.recipe().firstStageLayers(), r -> r.recipe().lastStageLayers())
                .containsExactly(tuple(7, 6), tuple(3, 2), tuple(15, 14), tuple(0, 0));
    }

    /** A table of one's own needs no more than who ran what on what, and how fast. */
    @Test
    void fewColumnsWillDo() {
        TrainingRuns runs = TrainingRuns.of(Csv.parse("mine.csv", """
                split,id,source,chip,gpus,software,model,arch,run_type,seq,gbs,tp,iteration_s
                validation,M-1,mine,h100,64,Megatron-LM,mixtral-8x7b,moe,pretrain,4096,256,2,4.0
                validation,M-2,mine,h100,64,torchtitan,llama3-8b,dense,pretrain,8192,128,,3.0
                """));
        assertThat(runs.setAside()).isEmpty();
        assertThat(runs.runs()).extracting(r -> r.model().experts() != null).containsExactly(true, false);
        assertThat(runs.runs())
                .allSatisfy(r -> assertThat(r.cluster().node().nicBytesPerSecondPerDevice())
                        .isEqualTo(50e9));
    }

    /** Without a name that is known, a dense part of any width but 4 h is taken to have a gate. */
    @Test
    void theGateFollowsFromTheWidth() {
        assertThat(named("some-8b", "gated").model().gated()).isTrue();
        Map<String, String> row = good();
        row.put("gated", "");
        row.put("ffn_hidden", "16384");
        assertThat(read(row).runs().get(0).model().gated()).isFalse();
        row.put("ffn_hidden", "");
        row.put("gated", "yes");
        MeasuredRun run = read(row).runs().get(0);
        assertThat(run.model().ffnHidden()).isEqualTo(11008);
        assertThat(run.remarks()).singleElement().satisfies(r -> assertThat(r).startsWith("ffn_hidden 11008"));
    }

    /** The shape of good() has 8.03 B parameters. */
    @Test
    void statedParametersFarBelowTheShapeContradictIt() {
        assertThat(withParameters("8.0").remarks()).isEmpty();
        assertThat(withParameters("11").remarks())
                .containsExactly("the shape has 8.03 B parameters, but 11.0 B are stated; the shape is taken");
        Map<String, String> row = good();
        row.put("params_b", "3");
        assertThat(read(row).setAside())
                .singleElement()
                .satisfies(r -> assertThat(r.reason())
                        .endsWith("contradicts itself: the shape has 8.03 B parameters, but 3.00 B are stated"));
    }

    private static MeasuredRun withParameters(String billions) {
        Map<String, String> row = good();
        row.put("params_b", billions);
        return read(row).runs().get(0);
    }

    @Test
    void stepTimeAndRateGiveTheBatch() {
        Map<String, String> row = good();
        row.put("gbs", "");
        MeasuredRun run = read(row).runs().get(0);
        assertThat(run.batch().sequences()).isEqualTo(8);
        assertThat(run.remarks()).containsExactly("batch of 8 sequences, from step time and token rate");
        row.put("iteration_s", "");
        assertThat(read(row).setAside())
                .singleElement()
                .satisfies(r -> assertThat(r.reason()).isEqualTo("gbs is not stated"));
    }

    /** Any name of the catalogue finds a chip and the maker's reference node. */
    @ParameterizedTest
    @CsvSource({
        "H800, H800 SXM5 80GB, 200e9, 8",
        "h100, H100 SXM5 80GB, 450e9, 8",
        "H100 PCIe, H100 PCIe 80GB, 64e9, 8",
        "h100-nvl-94, H100 NVL 94GB, 64e9, 8",
        "H20, H20 96GB, 450e9, 8",
        "a100, A100 SXM4 80GB, 300e9, 8",
        "a100-pcie-80, A100 PCIe 80GB, 32e9, 8",
        "gh200-144, GH200 144GB, 450e9, 4",
        "MI250X, MI250X GCD 64GB, 100e9, 8",
        "pvc, Max 1550 tile 64GB, 15e9, 12"
    })
    void chipsAreFoundByAnyName(String name, String chip, double scaleUp, int devices) {
        Map<String, String> row = good();
        row.put("chip", name);
        row.put("gpus", "96");
        row.put("gpus_per_node", "");
        row.put("gbs", "96");
        row.put("iteration_s", "");
        row.put("tokens_per_s_per_gpu", "100");
        MeasuredRun run = read(row).runs().get(0);
        assertThat(run.cluster().chip().name()).isEqualTo(chip);
        assertThat(run.cluster().node().scaleUp().bytesPerSecond()).isEqualTo(scaleUp);
        assertThat(run.cluster().node().devices()).isEqualTo(devices);
        assertThat(run.remarks()).containsExactly("nodes of " + devices + ": not stated");
    }

    @ParameterizedTest
    @CsvSource({
        "precision, FP8-hybrid, FP8",
        "precision, BF16, BF16",
        "precision, bf16-mixed, BF16",
        "precision, float8, FP8",
    })
    void wordsOfOtherSpellingAreRead(String column, String cell, Precision precision) {
        Map<String, String> row = good();
        row.put(column, cell);
        assertThat(read(row).runs().get(0).precision()).isEqualTo(precision);
    }

    @ParameterizedTest
    @CsvSource({
        "run_type, Pretrain",
        "run_type, pre-training",
        "arch, dense-decoder",
        "recompute, unknown",
        "vp, -",
        "mbs, n/a",
        "ep, unreported"
    })
    void wordsThatSayNothingMoreAreRead(String column, String cell) {
        Map<String, String> row = good();
        row.put(column, cell);
        assertThat(read(row).setAside()).isEmpty();
    }

    /** How FP8 was scaled, where the row says it of itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fp8-block | | BLOCK",
                "fp8_cs | | CURRENT",
                "fp8 rowwise | | ROW",
                "fp8 | FP8 = block-wise scaling | BLOCK",
                "fp8 | a blockwise-FP8 variant is slower | DELAYED",
                "fp8 | | DELAYED"
            })
    void fp8IsScaledAsTheRowSays(String precision, String notes, Fp8Recipe recipe) {
        Map<String, String> row = good();
        row.put("precision", precision);
        row.put("notes", notes == null ? "" : notes);
        MeasuredRun run = read(row).runs().get(0);
        assertThat(run.software().fp8Recipe()).isEqualTo(recipe);
        assertThat(run.remarks()).hasSize(recipe == Fp8Recipe.DELAYED ? 0 : 1);
    }

    @Test
    void tensorParallelIsWhatTheOtherDegreesLeave() {
        Map<String, String> row = good();
        row.put("tp", "");
        row.put("sharding", "");
        row.put("dp", "4");
        MeasuredRun run = read(row).runs().get(0);
        assertThat(run.recipe().tensor()).isEqualTo(2);
        assertThat(run.remarks()).containsExactly("tensor parallel 2: what the other degrees leave of the devices");
    }

    /** What a row is read as does not depend on the rows beside it. */
    @Test
    void aRowAloneIsReadAsAmongOthers() {
        Map<String, String> reported = good();
        reported.put("source_group", "nobody's group");
        reported.put("fabric", "4x100G RoCE");
        Map<String, String> silent = new LinkedHashMap<>(reported);
        silent.put("id", "A-2");
        silent.put("fabric", "unreported");
        TrainingRuns both = TrainingRuns.of(
                Csv.parse("runs.csv", String.join(",", silent.keySet()) + "\n" + line(reported) + line(silent)));
        assertThat(both.runs().get(1).cluster())
                .isEqualTo(read(silent).runs().get(0).cluster());
    }

    private static TrainingRuns read(Map<String, String> row) {
        return TrainingRuns.of(Csv.parse("runs.csv", String.join(",", row.keySet()) + "\n" + line(row)));
    }

    private static MeasuredRun named(String model, String... blank) {
        Map<String, String> row = good();
        row.put("model", model);
        for (String column : blank) {
            assertThat(row.put(column, "")).isNotNull();
        }
        return read(row).runs().get(0);
    }

    private static Map<String, String> shapeless(String model) {
        Map<String, String> row = good();
        row.put("model", model);
        for (String column : List.of(
                "layers",
                "hidden",
                "ffn_hidden",
                "heads",
                "kv_heads",
                "head_dim",
                "vocab",
                "gated",
                "tied_embeddings")) {
            row.put(column, "");
        }
        return row;
    }

    @Test
    void a100sHaveNoEightBitRate() {
        Map<String, String> row = good();
        row.put("chip", "a100-80");
        row.put("precision", "fp8");
        assertThat(read(row).setAside())
                .singleElement()
                .satisfies(r -> assertThat(r.reason()).startsWith("precision FP8 contradicts the chip: A100"));
    }

    @Test
    void neitherRateNorTimeIsNoMeasurement() {
        Map<String, String> row = good();
        row.put("iteration_s", "");
        row.put("tokens_per_s_per_gpu", "");
        assertThat(read(row).setAside())
                .singleElement()
                .satisfies(r -> assertThat(r.reason()).startsWith("neither token rate nor step time is stated"));
    }

    @Test
    void aTableThatIsNoneIsRefused(@TempDir Path folder) throws java.io.IOException {
        Path file = folder.resolve("runs.csv");
        Files.writeString(file, "split,id,source,chip,gpu,software,model,arch,run_type,seq,gbs\n");
        assertThatThrownBy(() -> TrainingRuns.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("runs.csv line 1: no column \"gpus\"; the nearest there: gpu");
        Files.writeString(file, String.join(",", good().keySet()) + "\n" + line(good()) + "calibration,A-2\n");
        assertThatThrownBy(() -> TrainingRuns.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("runs.csv line 3: 2 cells");
        Files.writeString(file, "");
        assertThatThrownBy(() -> TrainingRuns.read(file)).hasMessageContaining("runs.csv is empty");
    }

    /** What NVIDIA's recipes for H100 choose by model and release (Megatron-Bridge, scripts/performance/configs). */
    @ParameterizedTest
    @CsvSource({
        "MBR-002, Megatron-Bridge",
        "MBR-008, Megatron-Bridge all-to-all",
        "MBR-019, Megatron-Bridge all-to-all overlapped",
        "MBR-025, Megatron-Bridge all-to-all overlapped",
        "MBR-031, Megatron-Bridge all-to-all overlapped",
        "MBR-037, Megatron-Bridge all-to-all",
        "MBR-028, Megatron-Bridge"
    })
    void theRecipeOfAReleaseIsFoundByModel(String id, String profile) {
        assertThat(TrainingRuns.shipped().runs())
                .filteredOn(r -> r.id().equals(id))
                .singleElement()
                .satisfies(r -> assertThat(r.software().name()).isEqualTo(profile));
    }

    private static MeasuredRun run(String id) {
        return SHIPPED.runs().stream()
                .filter(r -> r.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheRecipeSaysBesideThePageCounts() {
        assertThat(run("MBR-030").recipe().microBatch())
                .as("as the page prints")
                .isEqualTo(4);
        assertThat(run("MBR-030").recipe().recompute())
                .isEqualTo(Recompute.ofParts(RecomputedPart.NORMS, RecomputedPart.ACTIVATION));
        assertThat(run("MBR-036").recipe())
                .satisfies(r -> assertThat(r.recompute()).isEqualTo(Recompute.ofParts(RecomputedPart.QUERY_KEY_VALUE)))
                .satisfies(r -> assertThat(r.layout()).isEqualTo(PipelineLayout.parse("Et|(tt|)*30mL")));
        assertThat(run("DGXC-300").recipe().lastStageLayers()).isEqualTo(2);
    }

    @Test
    void routingIsReadFromSoftwareAndNotes() {
        assertThat(routing("DGXC-044").padded()).as("NeMo drops and pads").isTrue();
        assertThat(routing("MBR-037").padded()).as("token drop in the notes").isTrue();
        assertThat(routing("MBR-031").padded()).as("dropless").isFalse();
        assertThat(routing("MLM-004").padded()).as("Megatron-Core, dropless").isFalse();
        assertThat(routing("AUT-007").consecutive()).as("a gate in turn").isTrue();
    }

    private static TokenRouting routing(String id) {
        return run(id).model().experts().routing();
    }
}
