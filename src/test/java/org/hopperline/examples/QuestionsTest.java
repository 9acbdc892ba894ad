package org.hopperline.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our answers to the 24 questions; the published answers, and how near ours must be, stand in {@code questions.csv}. */
class QuestionsTest {

    static Stream<Csv.Row> questions() {
        return Questions.table().stream();
    }

    @Test
    void everyQuestionIsAnsweredAndEveryAnswerAsked() {
        assertThat(questions().map(r -> r.text("id"))).containsExactlyInAnyOrderElementsOf(Questions.answered());
        assertThat(questions().map(r -> r.whole("number")).distinct())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 24).boxed().toList());
    }

    @ParameterizedTest
    @MethodSource("questions")
    void ourAnswerStandsBesideThePublishedOne(Csv.Row row) {
        double ours = Questions.ours(row);
        assertThat(Questions.agrees(row, ours))
                .as("%s ours %s, published %s", row.text("question"), ours, row.text("published"))
                .isTrue();
        assertThat(ours).as("an amount, a time, a share or a ratio").isFinite().isNotNegative();
        if (row.has("ours")) {
            assertThat(ours).as("our answer as listed").isCloseTo(row.number("ours"), Percentage.withPercentage(0.05));
        }
        assertThat(Questions.line(row, ours)).contains(row.text("question")).doesNotContain("NOT", "NaN");
    }

    @Test
    void anAnswerBeyondItsToleranceDisagrees() {
        Csv.Row equal = row("=,10,5");
        assertThat(Questions.agrees(equal, 10.4)).isTrue();
        assertThat(Questions.agrees(equal, 10.6)).isFalse();
        assertThat(Questions.agrees(equal, Double.NaN)).isFalse();
        assertThat(Questions.agrees(row(">,10,0"), 9)).isFalse();
        assertThat(Questions.agrees(row("<,10,0"), 9)).isTrue();
        assertThatThrownBy(() -> Questions.agrees(row("?,10,0"), 9)).hasMessageContaining("must be =, >, < or none");
        assertThatThrownBy(() -> Questions.ours(row("=,10,5"))).hasMessageContaining("has no answer");
    }

    private static Csv.Row row(String relation) {
        return Csv.parse("a table", "id,relation,published,tolerance_percent\nnobody.asked," + relation + "\n")
                .rows()
                .get(0);
    }
}
