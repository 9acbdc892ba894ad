package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {

    @Test
    void attendedLengthIsTheMeanOfSquaresOverTheMean() {
        assertThat(Batch.attendedLengthOf(4096)).isEqualTo(4096);
        assertThat(Batch.attendedLengthOf(1024, 1024, 1024)).isEqualTo(1024);
        // (1 + 9) / 4: three of four tokens stand in the longer document.
        assertThat(Batch.attendedLengthOf(1, 3)).isEqualTo(2.5);
    }

    @ParameterizedTest
    @CsvSource({"16777216, 128, 2048", "16e6, 128, 1920", "1, 128, 128", "1.3e6, 64, 128"})
    void theNearestBatchThatReplicasDivide(double tokens, int multiple, int sequences) {
        assertThat(Batch.nearest(tokens, 8192, multiple)).isEqualTo(new Batch(sequences, 8192));
    }

    @Test
    void theNearestBatchIsOneThatCanBeCounted() {
        assertThatThrownBy(() -> Batch.nearest(1e20, 1, 1)).hasMessageEndingWith("take at most 2147483647 sequences");
        assertThatThrownBy(() -> Batch.nearest(Double.NaN, 8192, 8)).hasMessageContaining("tokens of a batch is NaN");
        assertThatThrownBy(() -> Batch.nearest(1e6, 0, 8)).hasMessage("sequence length is 0, but must be at least 1");
        assertThatThrownBy(() -> Batch.nearest(1e6, 8192, 0))
                .hasMessage("sequences that replicas take at once is 0, but must be at least 1");
    }

    @Test
    void withoutAMaskATokenAttendsToItsWholeSequence() {
        Batch batch = new Batch(64, 8192);
        assertThat(batch.attendedLength()).isEqualTo(8192);
        assertThat(batch.isMasked()).isFalse();
        assertThat(batch).hasToString("64 sequences of 8192 tokens");
        Batch masked = batch.withAttendedLength(1000);
        assertThat(masked.isMasked()).isTrue();
        assertThat(masked.tokens()).isEqualTo(batch.tokens());
        assertThat(masked).hasToString("64 sequences of 8192 tokens, attended 1000");
    }

    @Test
    void documentsLongerThanASequenceAreNone() {
        assertThatThrownBy(() -> new Batch(64, 8192, 9000))
                .hasMessage("attended length is 9000.0 token, but must lie between 1.0 token and 8192.0 token");
        assertThatThrownBy(() -> Batch.attendedLengthOf(3, 0))
                .hasMessage("tokens of a document is 0, but must be at least 1");
        assertThatThrownBy(Batch::attendedLengthOf).hasMessage("no document is given, but the mean needs at least one");
    }

    @ParameterizedTest
    @CsvSource({"16777216, 8192, 2048", "16e6, 8192, 1953", "8192, 8192, 1", "4097, 8192, 1", "6e6, 4096, 1465"})
    void theNearestNumberOfSequences(double tokens, int sequence, int sequences) {
        assertThat(Batch.ofTokens(tokens, sequence)).isEqualTo(new Batch(sequences, sequence));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -16e6, Double.POSITIVE_INFINITY})
    void tokensAreAPositiveNumber(double tokens) {
        assertThatThrownBy(() -> Batch.ofTokens(tokens, 8192))
                .hasMessage("tokens of a batch is " + tokens + " token, but must be finite and above 0 token");
    }

    @Test
    void lessThanHalfASequenceIsNone() {
        assertThatThrownBy(() -> Batch.ofTokens(4000, 8192))
                .hasMessageContaining("a batch of 4000.0 tokens is 0.48828125 sequences of 8192")
                .hasMessageContaining("between one sequence and 2147483647");
        assertThatThrownBy(() -> Batch.ofTokens(1e20, 1)).hasMessageContaining("2147483647");
        assertThatThrownBy(() -> Batch.ofTokens(1e6, 0)).hasMessage("sequence length is 0, but must be at least 1");
    }

    @Test
    void countsStartAtOne() {
        assertThatThrownBy(() -> new Batch(0, 1)).hasMessage("sequences of a batch is 0, but must be at least 1");
        assertThatThrownBy(() -> new Batch(1, -1)).hasMessage("sequence length is -1, but must be at least 1");
        assertThat(new Batch(Integer.MAX_VALUE, Integer.MAX_VALUE).tokens())
                .isEqualTo((double) Integer.MAX_VALUE * Integer.MAX_VALUE);
    }
}
