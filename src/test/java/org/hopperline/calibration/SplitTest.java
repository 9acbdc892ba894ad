package org.hopperline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.5, 0.8})
    void theShareIsAboutWhatWasAsked(double share) {
        Split split = Split.of(20_000, share, row -> Split.shape(row, 4096));
        assertThat(split.score().length / 20_000.0).isCloseTo(share, within(0.015));
        assertThat(split.fit().length + split.score().length).isEqualTo(20_000);
    }

    @Test
    void rowsOfOneShapeStayTogether() {
        Split split = Split.of(1000, 0.5, row -> Split.shape(row % 10, 128));
        for (int shape = 0; shape < 10; shape++) {
            int s = shape;
            long scored =
                    IntStream.of(split.score()).filter(row -> row % 10 == s).count();
            assertThat(scored).isIn(0L, 100L);
        }
    }

    @Test
    void theHashIsTheSameEverywhere() {
        // Written down so that a split made on one machine is the split made on another.
        assertThat(Split.shape(4096, 4096, 4096)).isEqualTo(Split.shape(4096.0, 4096.0, 4096.0));
        assertThat(Split.shape(1, 2)).isNotEqualTo(Split.shape(2, 1));
        assertThat(Split.shape()).isEqualTo(0x9E3779B97F4A7C15L);
    }

    @Test
    void eachRowJudgesInExactlyOneFold() {
        List<Split> folds = Split.folds(500, 5, row -> Split.shape(row));
        assertThat(folds.stream()
                        .flatMapToInt(f -> IntStream.of(f.score()))
                        .sorted()
                        .toArray())
                .isEqualTo(IntStream.range(0, 500).toArray());
        assertThat(folds).allSatisfy(f -> assertThat(f.score().length).isBetween(60, 140));
    }

    @Test
    void eachGroupIsLeftOutOnce() {
        String[] source = {"cuBLAS", "CUTLASS", "cuBLAS", "DeepGEMM"};
        List<Split> splits = Split.groups(4, row -> source[row]);
        assertThat(splits).extracting(Split::name).containsExactly("cuBLAS", "CUTLASS", "DeepGEMM");
        assertThat(splits.get(0).score()).containsExactly(0, 2);
        assertThat(splits.get(0).fit()).containsExactly(1, 3);
    }

    @Test
    void oneGroupCannotBeLeftOut() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.groups(3, row -> "only"))
                .withMessageContaining("needs at least 2 groups")
                .withMessageContaining("only");
    }

    @Test
    void oneFold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.folds(10, 1, row -> row))
                .withMessage("folds must be at least 2, not 1");
    }

    @Test
    void shareAboveOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.of(10, 1.5, row -> row))
                .withMessageContaining("1.5");
    }

    @Test
    void emptySide() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.of(10, 1, row -> row))
                .withMessage("split \"1.0\" has 0 rows to fit and 10 to judge by; both need at least 1");
    }
}
