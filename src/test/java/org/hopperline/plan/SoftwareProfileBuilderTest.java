package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import org.junit.jupiter.api.Test;

/** One's own software by what it does otherwise. */
class SoftwareProfileBuilderTest {

    @Test
    void whatIsNotSetStays() {
        for (SoftwareProfile profile : SoftwareProfiles.list()) {
            assertThat(profile.toBuilder().build()).isEqualTo(profile);
        }
    }

    @Test
    void ownSoftwareInOneStatement() {
        SoftwareProfile ours = SoftwareProfiles.MEGATRON.toBuilder()
                .name("ours")
                .tensorExchange(TensorExchange.ALONE)
                .build();
        assertThat(ours.name()).isEqualTo("ours");
        assertThat(ours.tensorOverlap()).isFalse();
        assertThat(ours.stack()).isEqualTo(SoftwareProfiles.MEGATRON.stack());
        assertThat(ours.attention()).isEqualTo(SoftwareProfiles.MEGATRON.attention());
    }

    /** Each setter sets the component of its name: one profile becomes another component by component. */
    @Test
    void everyChoiceHasASetter() throws ReflectiveOperationException {
        for (SoftwareProfile to : SoftwareProfiles.list()) {
            SoftwareProfileBuilder builder = SoftwareProfiles.MEGATRON.toBuilder();
            for (RecordComponent c : SoftwareProfile.class.getRecordComponents()) {
                SoftwareProfileBuilder.class
                        .getMethod(c.getName(), c.getType())
                        .invoke(builder, c.getAccessor().invoke(to));
                assertThat(c.getAccessor().invoke(builder.build()))
                        .isEqualTo(c.getAccessor().invoke(to));
            }
            assertThat(builder.build()).isEqualTo(to);
        }
    }

    /** No component may be null, whichever it is. */
    @Test
    void nothingIsMissing() throws ReflectiveOperationException {
        for (RecordComponent c : SoftwareProfile.class.getRecordComponents()) {
            if (!c.getType().isPrimitive()) {
                SoftwareProfileBuilder builder = SoftwareProfiles.MEGATRON.toBuilder();
                SoftwareProfileBuilder.class.getMethod(c.getName(), c.getType()).invoke(builder, new Object[] {null});
                assertThatThrownBy(builder::build)
                        .as(c.getName())
                        .isInstanceOf(NullPointerException.class)
                        .hasMessageContaining("is null, but must be given");
            }
        }
    }

    @Test
    void aBuiltProfileIsChecked() {
        assertThatThrownBy(() ->
                        SoftwareProfiles.MEGATRON.toBuilder().gradientBytes(3).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gradients of 3 bytes are kept by no software; take 2 or 4");
    }
}
