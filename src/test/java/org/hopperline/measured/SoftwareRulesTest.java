package org.hopperline.measured;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.plan.ExpertDispatch;
import org.hopperline.plan.ExpertKernels;
import org.hopperline.plan.SoftwareProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of software as sources print them, and the profile whose documented choices are theirs. */
class SoftwareRulesTest {

    private static SoftwareProfile profile(String software, String source, String model) {
        return profile(software, source, model, "");
    }

    private static SoftwareProfile profile(String software, String source, String model, String year) {
        return RunRules.software(
                RunFacts.of(software, year, source + " |  | ", model, false), software, new ArrayList<>());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TorchTitan v0.1 | | torchtitan",
                "torchtitan 820504e, async TP | | torchtitan async TP",
                "TorchTitan, no compile | | torchtitan eager",
                "torchtitan, float8 row-wise | | torchtitan row-wise",
                "NeMo 25.07 | | Megatron-Core 2025",
                "NeMo Framework 25.09 | | Megatron-Core 2025",
                "NeMo 25.11 | | Megatron-Core 2025",
                "NeMo 24.12 | | Megatron-Core",
                "Megatron-Bridge, NeMo container 26.08 | | Megatron-Bridge",
                "Megatron-LM core_r0.8 | NVIDIA Megatron-LM README | Megatron-Core",
                "Megatron-LM (fork) | a laboratory | unknown",
                "Megatron-LM 2021-04 | NVIDIA | Megatron-LM 2022",
                "Megatron-DeepSpeed (2022-02) | BigScience | Megatron-DeepSpeed 2022 blocking",
                "Megatron-DeepSpeed (ROCm port) | | Megatron-DeepSpeed flash",
                "GPT-NeoX | Pythia | Megatron-DeepSpeed flash",
                "metaseq FSDP + Megatron TP | | Megatron-LM 2022",
                "MegaScale | | MegaScale",
                "HAI-LLM | | HAI-LLM",
                "Levanter | | JAX",
                "MaxText 2025-05 | | JAX",
                "LitGPT / Lightning Fabric | | compiled FSDP",
                "PyTorch FSDP + torch.compile | | compiled FSDP",
                "PyTorch FSDP | | eager FSDP",
                "torchtune | | eager FSDP",
                "Axolotl | | eager FSDP",
                "DeepSpeed ZeRO-3 | | eager FSDP",
                "Databricks Composer | | llm-foundry 2023",
                "AxoNN | | unknown",
                "Colossal-AI | | unknown",
                "nanotron | | unknown",
                "veScale | | unknown",
                "Pai-Megatron-Patch | | unknown",
                "Megatron-Core v0.8 | | NeMo 24.07",
                "Megatron-Core v0.10 | | Megatron-Core",
                "Megatron-Core v0.11 | | Megatron-Core",
                "Megatron-Core v0.12 | | Megatron-Core 2025",
                "MCore 0.13 | | Megatron-Core 2025",
                "NeMo 22.09 | | Megatron-LM 2022",
                "NeMo 23.11 | | NeMo before 24.07",
                "NeMo 2.0 | | Megatron-Core",
                "NeMo 2.4 | | Megatron-Core 2025",
                "MLPerf Training v3.1 | NVIDIA | NeMo before 24.07",
                "MLPerf Training v4.1 | NVIDIA | Megatron-Core",
                "MLPerf Training v5.0 | NVIDIA | Megatron-Core 2025",
                "MLPerf Training v5.0 | a laboratory | unknown",
                "Megatron-LM 2020 | | Megatron-LM 2022",
                "Megatron-LM (2021) | | Megatron-LM 2022",
                "Megatron-LM 2023 | a laboratory | unknown",
                "Megatron-LM core_r0.9 | a laboratory | Megatron-LM 2024",
                "Megatron-LM 2025 | a laboratory | Megatron-LM 2024",
                "Megatron-DeepSpeed 2023 | | Megatron-DeepSpeed flash",
                "Megatron-DeepSpeed | H100 nodes | Megatron-DeepSpeed flash",
                "GPT-NeoX 2022 | | Megatron-DeepSpeed",
                "EleutherAI GPT-NeoX | | Megatron-DeepSpeed flash",
                "LLM Foundry | | llm-foundry 2023",
                "LLM Foundry v0.6 | | llm-foundry 2024",
                "llm-foundry, FlashAttention-2 | | llm-foundry 2024",
                "OLMo (FSDP) | | compiled FSDP",
                "OLMo-core | | torchtitan",
                "Meta Lingua | | torchtitan",
                "PyTorch FSDP2 + torch.compile | | torchtitan",
                "SimpleFSDP | | torchtitan",
                "torchtitan (eager) | | torchtitan eager",
                "EasyLM | | JAX",
                "InternLM | | InternEvo",
                "Hugging Face Transformers, ZeRO-3 | | eager FSDP",
                "FSDP (PyTorch 2.0) | | eager FSDP",
                "xTuner | | eager FSDP"
            })
    void namesSelectTheProfile(String software, String source, String profile) {
        assertThat(profile(software, source == null ? "a source" : source, "llama2-7b")
                        .name())
                .isEqualTo(profile);
    }

    /** NeMo's performance scripts choose the dispatch and the kernels of experts model by model. */
    @ParameterizedTest
    @CsvSource({
        "NeMo recipes 25.05.01, grok1-314b, Megatron-Core 2025, grouped, copy_per_expert",
        "NeMo recipes 25.08, qwen3-30b-a3b, Megatron-Core 2025 fused permutation, fused, copy_per_expert",
        "NeMo recipes 25.05.04, deepseek-v3, Megatron-Core 2025 DeepSeek, fused, copy_per_expert",
        "NeMo recipes 25.08, deepseek-v3, Megatron-Core 2025 DeepEP, fused, copy_per_node",
        "NeMo recipes 25.05.01, nemotron-h-56b, Megatron-Core 2025 Mamba, grouped, copy_per_expert",
        "NeMo recipes 25.05.01, nemotron4-15b, Megatron-Core 2025, grouped, copy_per_expert",
        "Megatron-Bridge 26.04, nemotronh-56b, Megatron-Bridge Nemotron-H, fused, copy_per_node",
        "Megatron-Bridge 26.04, nemotron3-nano-30b, Megatron-Bridge, fused, copy_per_node",
        "NeMo 24.09, grok1-314b, 'Megatron-Core, FlashAttention-2', sequential, copy_per_expert",
        "NeMo 24.12, mixtral-8x7b, Megatron-Core, grouped, copy_per_expert",
        "'Megatron-Bridge, NeMo container 26.04', qwen3-235b-a22b, Megatron-Bridge all-to-all overlapped, fused, copy_per_expert",
        "'Megatron-Bridge, NeMo container 26.06', qwen3-next-80b-a3b, Megatron-Bridge all-to-all, fused, copy_per_expert",
        "'Megatron-Bridge, NeMo container 26.06', kimi-k2, Megatron-Bridge, fused, copy_per_node"
    })
    void expertsDependOnTheModel(String software, String model, String profile, String kernels, String dispatch) {
        SoftwareProfile found = profile(software, "a source", model);
        assertThat(found.name()).isEqualTo(profile);
        assertThat(found.expertKernels()).isEqualTo(ExpertKernels.valueOf(kernels.toUpperCase(Locale.ROOT)));
        assertThat(found.dispatch()).isEqualTo(ExpertDispatch.valueOf(dispatch.toUpperCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @CsvSource({"gpt-neox-20b, Megatron-DeepSpeed", "pythia-12b, Megatron-DeepSpeed flash"})
    void theFirstOfItsModelsCameBeforeFlashAttention(String model, String profile) {
        assertThat(profile("GPT-NeoX", "a source", model).name()).startsWith(profile);
    }

    /** Spelling, case and the place of a release do not change what it is, and only the cell that names the software counts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nemo recipes 25.07 | Megatron-Core 2025",
                "NVIDIA NeMo container 25.07 | Megatron-Core 2025",
                "Megatron Bridge 26.08 | Megatron-Bridge",
                "NeMo container 26.08 (Megatron-Bridge) | Megatron-Bridge",
                "megatron-core 0.13 | Megatron-Core 2025",
                "MCore v0.12 | Megatron-Core 2025",
                "LLM-Foundry | llm-foundry 2023",
                "Meta internal | Meta Llama 3",
                "Meta (PyTorch FSDP) | Meta Llama 3",
                "xAI JAX | JAX"
            })
    void otherWordsDoNotSelectTheProfile(String software, String profile) {
        for (String said : List.of(
                " |  | ",
                "a laboratory |  | compared with MaxText and PaxML",
                "a laboratory |  | checkpoint converted to llm-foundry; uses the NeMo data loader",
                "a laboratory | table of torchtitan | no AutoModel")) {
            assertThat(RunRules.software(
                                    RunFacts.of(software, "", said, "llama2-7b", false), software, new ArrayList<>())
                            .name())
                    .as(said)
                    .isEqualTo(profile);
        }
    }

    /** Dispatch of Megatron-Bridge by ranges of releases; a model without a published recipe borrows, and says so. */
    @ParameterizedTest
    @CsvSource({
        "25.11, Qwen3 30B A3B, Megatron-Bridge all-to-all overlapped, false",
        "26.01, qwen3-30b-a3b, Megatron-Bridge all-to-all overlapped, false",
        "26.04, qwen3_30b, Megatron-Bridge, false",
        "26.08, Qwen3-VL-235B, Megatron-Bridge all-to-all overlapped, false",
        "26.08, GPT OSS 20B, Megatron-Bridge all-to-all, false",
        "25.12, DeepSeek V3, Megatron-Bridge overlapped, false",
        "25.11, ernie-30b, Megatron-Bridge all-to-all, true",
        "26.08, ernie-30b, Megatron-Bridge, true"
    })
    void recipesOfBridgeByRelease(String release, String model, String profile, boolean borrowed) {
        String software = "Megatron-Bridge, NeMo container " + release;
        List<String> remarks = new ArrayList<>();
        SoftwareProfile found = RunRules.software(RunFacts.of(software, "", " |  | ", model, true), software, remarks);
        assertThat(found.name()).isEqualTo(profile);
        assertThat(found.borrowed()).isEqualTo(borrowed);
        assertThat(remarks).hasSize(borrowed ? 1 : 0);
    }

    /** A name without a release is of the generation of its year. */
    @ParameterizedTest
    @CsvSource({
        "Megatron-LM, 2020, Megatron-LM 2022",
        "Megatron-LM, 2022, Megatron-LM 2022",
        "Megatron-LM (fork), 2023, unknown",
        "Megatron-LM (fork), 2025, Megatron-LM 2024",
        "Megatron-LM 2021-04, 2024, Megatron-LM 2022",
        "Megatron-DeepSpeed, 2022, Megatron-DeepSpeed",
        "Megatron-DeepSpeed, 2024, Megatron-DeepSpeed flash",
        "GPT-NeoX, 2022, Megatron-DeepSpeed",
        "GPT-NeoX, 2023, Megatron-DeepSpeed flash",
        "LLM Foundry, 2023, llm-foundry 2023",
        "LLM Foundry, 2024, llm-foundry 2024",
        "NeMo Megatron, 2022, Megatron-LM 2022",
        "NeMo, 2023, NeMo before 24.07",
        "NeMo, 2024, Megatron-Core",
        "NeMo, 2025, Megatron-Core 2025",
        "NeMo recipes 25.02, 2025, Megatron-Core",
        "Colossal-AI, 2022, unknown 2022",
        "Colossal-AI, 2024, unknown"
    })
    void theYearTellsTheGeneration(String software, String year, String profile) {
        assertThat(profile(software, "a source", "llama2-7b", year).name()).isEqualTo(profile);
    }

    /** Versions past the last one listed, numbers of other components, and names run together. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NeMo 2.6.0 | | Megatron-Core 2025",
                "NeMo 2.7 | 2026 | Megatron-Core 2025",
                "NeMo 1.5 | 2023 | NeMo before 24.07",
                "Megatron-LM core_r0.17 | | Megatron-LM 2024",
                "Megatron-LM core_r0.1 | 2022 | Megatron-LM 2022",
                "NeMo | 2031 | Megatron-Core 2025",
                "NeMo, Transformer Engine 1.7 | 2025 | Megatron-Core 2025",
                "NeMo (TE 2.6) | 2025 | Megatron-Core 2025",
                "NeMo, PyTorch 2.8 | 2025 | Megatron-Core 2025",
                "NeMo with PyTorch 2.3 | 2023 | NeMo before 24.07",
                "MLPerf v2.1 NeMo | 2022 | Megatron-LM 2022",
                "NeMo (nvcr.io/nvidia/pytorch:23.04) | 2025 | Megatron-Core 2025",
                "nvcr.io/nvidia/nemo:23.11 | 2025 | NeMo before 24.07",
                "NeMo (container 23.11) | 2025 | NeMo before 24.07",
                "NeMo, release r2.1 | 2025 | Megatron-Core",
                "llm-foundry / Composer 0.17 | 2023 | llm-foundry 2023",
                "MegatronCore 0.8 | | NeMo 24.07",
                "Megatron-Core 0.20250812123456 | 2025 | Megatron-Core 2025",
                "MegatronDeepSpeed | 2022 | Megatron-DeepSpeed",
                "GPTNeoX | 2022 | Megatron-DeepSpeed",
                "NeMo2.1 | | Megatron-Core",
                "NeMo25.04 | | Megatron-Core 2025",
                "PyTorch fully_shard | | eager FSDP",
                "PyTorch fully_shard + torch.compile | | torchtitan",
                "PyTorch 2.3 FullyShardedDataParallel | | eager FSDP",
                "Microsoft DeepSpeed | | eager FSDP",
                "mosaic composer | | llm-foundry 2023",
                "MS-Swift | 2025 | eager FSDP",
                "MS-Swift (Megatron) | 2025 | Megatron-LM 2024"
            })
    void onlyItsOwnReleaseCounts(String software, String year, String profile) {
        assertThat(profile(software, "a source", "llama2-7b", year == null ? "" : year)
                        .name())
                .isEqualTo(profile);
    }

    @ParameterizedTest
    @CsvSource({
        "Megatron-Bridge 0.7, '', Megatron-Bridge",
        "MegatronBridge 0.2, '', Megatron-Bridge all-to-all overlapped",
        "Mbridge, 2026, Megatron-Bridge",
        "NeMo container 25.09 (Megatron-Bridge), 2026, Megatron-Bridge all-to-all",
        "Megatron-Bridge (Megatron-Core 0.15), 2026, Megatron-Bridge"
    })
    void releasesOfBridge(String software, String year, String profile) {
        assertThat(profile(software, "a source", "qwen3-30b-a3b", year).name()).isEqualTo(profile);
    }

    /** A note may deny or compare: what makes a profile stands in the software or the source. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Megatron-DeepSpeed | a source | flash attention was not used | Megatron-DeepSpeed",
                "Megatron-DeepSpeed | a source | compared with H100, retrieved 2024 | Megatron-DeepSpeed",
                "Megatron-DeepSpeed, flash attention | a source | | Megatron-DeepSpeed flash",
                "Megatron-DeepSpeed | a source | unlike BigScience | Megatron-DeepSpeed",
                "MLPerf Training v5.0 | Dell | Dell with NVIDIA H100 | unknown",
                "MLPerf Training v5.0 | Dell with NVIDIA H100 | | unknown",
                "Megatron-LM | a laboratory | NVIDIA H100 | unknown",
                "torchtitan | a source | fp8 rowwise not used, async tp | torchtitan async TP",
                "torchtitan, float8 rowwise, async TP | a source | | torchtitan row-wise async TP",
                "torchtitan, async TP, float8 row-wise | a source | | torchtitan row-wise async TP",
                "llm-foundry | a source | without flash-attention-2 | llm-foundry 2023"
            })
    void notesDoNotMakeAProfile(String software, String source, String notes, String profile) {
        String said = source + " |  | " + (notes == null ? "" : notes);
        assertThat(RunRules.software(RunFacts.of(software, "", said, "llama2-7b", false), software, new ArrayList<>())
                        .name())
                .isEqualTo(profile);
    }

    @Test
    void longNotesAreReadInTimeThatGrowsWithThem() {
        String notes = "fp8 ".repeat(500_000);
        assertThat(profile("torchtitan", "a source | a table | " + notes, "llama3-8b")
                        .name())
                .isEqualTo("torchtitan");
    }
}
