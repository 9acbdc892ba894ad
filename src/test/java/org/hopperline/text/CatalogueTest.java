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

    /** Numbers that are kept apart stay apart; only those before the last may run together. */
    @Test
    void numbersDoNotRunTogether() {
        Catalogue<Integer> sizes = Catalogue.<Integer>of("size")
                .add(13, "OPT 1.3B", List.of())
                .add(130, "OPT 13B", List.of())
                .add(8, "Llama 3.1 8B", List.of("v. 3/8"))
                .add(1300, "T-3 13B", List.of())
                .add(1301, "T-3 1.3B", List.of())
                .build();
        assertThat(sizes.named("opt-13b")).isEqualTo(130);
        assertThat(sizes.named("opt_1.3b")).isEqualTo(13);
        assertThat(sizes.named("opt 1_3b")).isEqualTo(13);
        assertThat(sizes.named("llama-3-1-8b")).isEqualTo(8);
        assertThat(sizes.named("llama31-8b")).isEqualTo(8);
        assertThat(sizes.named("V3 8")).isEqualTo(8);
        assertThat(sizes.find("llama3-18b")).isEmpty();
        assertThat(sizes.find("llama318b")).isEmpty();
        assertThat(sizes.find("t313b")).isEmpty();
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
