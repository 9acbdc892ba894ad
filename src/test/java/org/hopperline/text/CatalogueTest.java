package org.hopperline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    private static final Catalogue<Integer> NUMBERS = Catalogue.<Integer>of("number")
            .add(1, "one", List.of("uno", "1"))
            .add(2, "twenty two", List.of())
            .build();

    @Test
    void findsByNameAndAlias() {
        assertThat(NUMBERS.named("ONE")).isEqualTo(1);
        assertThat(NUMBERS.named("u-n-o")).isEqualTo(1);
        assertThat(NUMBERS.named("Twenty-Two")).isEqualTo(2);
        assertThat(NUMBERS.list()).containsExactly(1, 2);
        assertThat(NUMBERS.names()).containsExactly("one", "twenty two");
    }

    @Test
    void unknownNameGetsTheNearest() {
        assertThatThrownBy(() -> NUMBERS.named("twenty tow"))
                .hasMessageStartingWith("unknown number \"twenty tow\"; the nearest known: twenty two");
        assertThatThrownBy(() -> NUMBERS.named(" ")).hasMessageContaining("name of a number");
    }

    @Test
    void searchWantsEveryWord() {
        assertThat(NUMBERS.search("two twenty", i -> "")).containsExactly(2);
        assertThat(NUMBERS.search("even", i -> i % 2 == 0 ? "Even" : "odd")).containsExactly(2);
        assertThat(NUMBERS.search("two odd", i -> "")).isEmpty();
    }

    @Test
    void takenNamesAreRefused() {
        Catalogue.Builder<Integer> builder = Catalogue.<Integer>of("number").add(1, "one", List.of());
        assertThatThrownBy(() -> builder.add(2, "two", List.of("ONE")))
                .hasMessage("the name \"ONE\" of a number is taken; give another");
    }

    @Test
    void tableAlignsItsColumns() {
        assertThat(TextTable.of(2).row("a", "bcd").row("longer", "").toString()).isEqualTo("a       bcd\nlonger\n");
        assertThatThrownBy(() -> TextTable.of(2).row("a"))
                .hasMessage("a row of 1 cells, but the table has 2 columns; fill each");
    }
}
