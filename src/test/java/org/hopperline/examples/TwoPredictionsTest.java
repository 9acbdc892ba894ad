package org.hopperline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TwoPredictionsTest {

    private static final String TEXT = TwoPredictions.text();

    @Test
    void noLineIsWiderThanATerminal() {
        assertThat(TEXT.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(100));
    }

    @Test
    void theAnswersStandBesideWhatWasPublished() {
        assertThat(TEXT)
                .contains("Llama 3.1 405B", "78.4 days", "Memphis", "80 % interval", "lower bound, days")
                .contains("MFU 6N, causal scores", "goodput", "Assumed (3)", "no overlap, days");
    }

    @Test
    void whatThePaperLeavesOpenIsListed() {
        assertThat(TEXT).contains("The paper does not state, so assumed").contains("virtual stages");
    }
}
