package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.model.Models;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway")
class AbsurdTrainingTest {

    private static final Training QUESTION = Training.of(Models.LLAMA3_70B);

    @Test
    void tokensBeyondAllTextAreRefused() {
        assertThatThrownBy(() -> QUESTION.tokens(1e300))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokens are 1.0E300 token, but must be at most 1.0E18");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Training.of((org.hopperline.model.Transformer) null))
                .hasMessageContaining("model is null");
        assertThatThrownBy(() -> QUESTION.precision(null)).hasMessageContaining("precision is null");
        assertThatThrownBy(() -> QUESTION.software(null)).hasMessageContaining("software is null");
        assertThatThrownBy(() -> QUESTION.goodput(null)).hasMessageContaining("goodput is null");
    }
}
