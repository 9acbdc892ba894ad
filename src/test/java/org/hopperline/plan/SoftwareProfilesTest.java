package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SoftwareProfilesTest {

    @Test
    void everyProfileIsFoundByItsName() {
        List<SoftwareProfile> all = SoftwareProfiles.list();
        assertThat(all)
                .extracting(SoftwareProfile::name)
                .doesNotHaveDuplicates()
                .contains("Megatron-Core", "unknown");
        assertThat(all).allSatisfy(p -> {
            assertThat(SoftwareProfiles.named(p.name())).isSameAs(p);
            assertThat(p.source()).isNotBlank();
        });
    }

    /** arXiv 2407.21783 section 3.3.2: gradients in FP32, FSDP that shards optimizer states and gradients. */
    @Test
    void metaKeepsGradientsInFourBytes() {
        SoftwareProfile meta = SoftwareProfiles.named("Meta Llama 3");
        assertThat(meta.gradientBytes()).isEqualTo(4);
        assertThat(meta.sharding()).isEqualTo(Sharding.GRADIENTS);
        assertThat(meta.interleaves()).isTrue();
    }

    @Test
    void anUnknownSoftwareGetsTheNearestNames() {
        assertThatThrownBy(() -> SoftwareProfiles.named("Megatron"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unknown software profile \"Megatron\"; the nearest known: Megatron-")
                .hasMessageContaining("Megatron-Core");
        assertThatThrownBy(() -> SoftwareProfiles.named("llm foundry")).hasMessageContaining("llm-foundry 2023");
    }

    @Test
    void theListCannotBeChanged() {
        assertThatThrownBy(() -> SoftwareProfiles.list().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
