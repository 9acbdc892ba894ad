package org.hopperline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A ledger and what is read from it. */
class ExplanationTest {

    private enum Term implements Slot {
        PRODUCTS(Role.CRITICAL),
        TRAFFIC(Role.CRITICAL),
        BUBBLE(Role.CRITICAL),
        SUM(Role.TOTAL),
        BEHIND(Role.HIDDEN),
        COUNT(Role.DETAIL);

        private final Entry entry;

        Term(Role role) {
            String unit = "COUNT".equals(name()) ? "1" : "s";
            this.entry = new Entry("term " + name(), unit, "formula of " + name(), "source of " + name(), role);
        }

        @Override
        public Entry entry() {
            return entry;
        }
    }

    private static Ledger<Term> ledger(double products, double traffic, double bubble, double behind) {
        Ledger<Term> ledger = Ledger.of(Term.class);
        ledger.set(Term.PRODUCTS, products);
        ledger.set(Term.TRAFFIC, traffic);
        ledger.set(Term.BUBBLE, bubble);
        ledger.set(Term.SUM, products + traffic + bubble);
        ledger.set(Term.BEHIND, behind);
        ledger.set(Term.COUNT, 7);
        return ledger;
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sharesOfTheCriticalPathAddUpToOne(long seed) {
        Random random = new Random(seed);
        Explanation read = Explanation.of(
                "a step",
                ledger(random.nextDouble(), random.nextDouble(), random.nextDouble(), 10 * random.nextDouble()),
                List.of());
        assertThat(read.terms(Slot.Role.CRITICAL).stream()
                        .mapToDouble(Explanation.Term::share)
                        .sum())
                .isCloseTo(1, within(1e-12));
        assertThat(read.terms()).hasSize(Term.values().length);
        assertThat(read.terms(Slot.Role.HIDDEN))
                .singleElement()
                .satisfies(t -> assertThat(t.share()).isNaN());
        assertThat(read.terms(Slot.Role.DETAIL))
                .singleElement()
                .satisfies(t -> assertThat(t.share()).isNaN());
    }

    @Test
    void everyTermIsReadAsItStands() {
        Explanation read = Explanation.of("a step", ledger(1, 2, 0.5, 9), List.of());
        Explanation.Term traffic = read.terms().get(Term.TRAFFIC.ordinal());
        assertThat(traffic)
                .isEqualTo(new Explanation.Term(
                        "term TRAFFIC",
                        2,
                        "s",
                        2 / 3.5,
                        Slot.Role.CRITICAL,
                        "formula of TRAFFIC",
                        "source of TRAFFIC"));
        assertThat(read.largest()).isEqualTo(traffic);
        assertThat(read.terms(Slot.Role.TOTAL).get(0).value()).isEqualTo(3.5);
    }

    @Test
    void hiddenTimeStandsApartFromTheCriticalPath() {
        String text = Explanation.of("a step", ledger(1, 2, 1, 9), List.of("recompute none"))
                .toString();
        assertThat(text.lines()).first().isEqualTo("a step");
        assertThat(text.indexOf("term BUBBLE"))
                .isGreaterThan(text.indexOf("on the critical path"))
                .isLessThan(text.indexOf("hidden behind the critical path"));
        assertThat(text.indexOf("term BEHIND")).isGreaterThan(text.indexOf("hidden behind the critical path"));
        assertThat(text.lines().filter(l -> l.contains("%"))).hasSize(3).noneMatch(l -> l.contains("BEHIND"));
        assertThat(text).contains(" 50.0 %").contains("[source of PRODUCTS]").endsWith("assumed\n    recompute none\n");
    }

    @Test
    void nothingIsPrintedWhereNothingIsAssumed() {
        assertThat(Explanation.of("a step", ledger(1, 2, 1, 9), List.of()).toString())
                .doesNotContain("assumed");
    }

    @Test
    void termsOfNothingAreNamedInOneLine() {
        String text = Explanation.of("a step", ledger(1, 0, 0, 0), List.of()).toString();
        assertThat(text.lines())
                .containsSubsequence(
                        "  on the critical path",
                        "    nothing: term TRAFFIC; term BUBBLE",
                        "  hidden behind the critical path",
                        "    nothing: term BEHIND")
                .noneMatch(line -> line.contains("formula of TRAFFIC"))
                .anyMatch(line -> line.contains("formula of PRODUCTS"));
        assertThat(Explanation.of("a step", ledger(1, 2, 1, 9), List.of()).toString())
                .doesNotContain("nothing");
    }

    @Test
    void unwrittenSlotsShow() {
        Ledger<Term> ledger = Ledger.of(Term.class);
        for (Term term : Term.values()) {
            assertThat(ledger.get(term)).isNaN();
        }
        ledger.set(Term.SUM, 1);
        assertThat(ledger.get(Term.SUM)).isEqualTo(1);
        assertThat(ledger.get(Term.PRODUCTS)).isNaN();
    }

    @Test
    void aCopyKeepsItsNumbers() {
        Ledger<Term> ledger = ledger(1, 2, 3, 4);
        Ledger<Term> copy = ledger.copy();
        ledger.set(Term.PRODUCTS, 100);
        assertThat(copy.get(Term.PRODUCTS)).isEqualTo(1);
        assertThat(copy.slots()).isEqualTo(Term.class);
    }

    @Test
    void anExplanationDoesNotFollowItsLists() {
        List<String> assumed = new ArrayList<>(List.of("one"));
        Explanation read = Explanation.of("a step", ledger(1, 2, 3, 4), assumed);
        assumed.add("two");
        assertThat(read.assumptions()).containsExactly("one");
    }

    @Test
    void withoutACriticalPathThereIsNoLargestTerm() {
        Explanation empty = new Explanation("nothing", List.of(), List.of());
        assertThatThrownBy(empty::largest)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nothing has no term on the critical path");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void linesStandInColumns(long seed) {
        Random random = new Random(seed);
        Explanation read = Explanation.of(
                "a step",
                ledger(random.nextDouble(), 1e-9 * random.nextDouble(), 1e4 * random.nextDouble(), random.nextDouble()),
                List.of());
        for (Explanation.Term term : read.terms()) {
            String share = Double.isNaN(term.share()) ? "" : String.format(Locale.ROOT, "%5.1f %%", 100 * term.share());
            assertThat(read.toString())
                    .contains(String.format(
                            Locale.ROOT,
                            "\n    %-34s %14s %8s  %s  [%s]\n",
                            term.label(),
                            Units.format(term.value(), term.unit()),
                            share,
                            term.formula(),
                            term.source()));
        }
    }
}
