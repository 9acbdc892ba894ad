package org.hopperline.core;

import java.util.ArrayList;
import java.util.List;

/**
 * A ledger made readable: each term with value, unit, share of the critical path, formula and source. Terms hidden
 * behind others stand apart, as do assumptions that were made where the question was silent.
 *
 * @param title what was evaluated
 * @param terms the terms in the order of the slots
 * @param assumptions what was filled in, one sentence each
 * @param parts explanations of what the terms rest on, such as the step of a run
 */
public record Explanation(String title, List<Term> terms, List<String> assumptions, List<Explanation> parts) {

    /**
     * One line of an explanation.
     *
     * @param label the field's term
     * @param value in {@code unit}
     * @param unit SI unit
     * @param share part of the total, 0 to 1, for terms on the critical path; not-a-number for the others
     * @param role how the term relates to the total
     * @param formula the formula in one line
     * @param source where the formula comes from
     */
    public record Term(
            String label, double value, String unit, double share, Slot.Role role, String formula, String source) {

        /** True for a time of zero, on the critical path or hidden behind it. */
        public boolean isNothing() {
            return value == 0 && (role == Slot.Role.CRITICAL || role == Slot.Role.HIDDEN);
        }
    }

    /** Copies the lists. */
    public Explanation {
        terms = List.copyOf(terms);
        assumptions = List.copyOf(assumptions);
        parts = List.copyOf(parts);
    }

    /** An explanation that rests on no other. */
    public Explanation(String title, List<Term> terms, List<String> assumptions) {
        this(title, terms, assumptions, List.of());
    }

    /** The same with one more explanation that it rests on. */
    public Explanation withPart(Explanation part) {
        List<Explanation> more = new ArrayList<>(parts);
        more.add(Check.notNull(part, "part of an explanation"));
        return new Explanation(title, terms, assumptions, more);
    }

    /** Reads every slot of {@code ledger}; shares are of the slot whose role is {@link Slot.Role#TOTAL}. */
    public static <S extends Enum<S> & Slot> Explanation of(String title, Ledger<S> ledger, List<String> assumptions) {
        S[] slots = ledger.slots().getEnumConstants();
        double total = Double.NaN;
        for (S slot : slots) {
            if (slot.role() == Slot.Role.TOTAL) {
                total = ledger.get(slot);
            }
        }
        List<Term> terms = new ArrayList<>();
        for (S slot : slots) {
            double value = ledger.get(slot);
            double share = slot.role() == Slot.Role.CRITICAL ? value / total : Double.NaN;
            terms.add(new Term(slot.label(), value, slot.unit(), share, slot.role(), slot.formula(), slot.source()));
        }
        return new Explanation(title, terms, assumptions);
    }

    /** The terms of one role. */
    public List<Term> terms(Slot.Role role) {
        return terms.stream().filter(t -> t.role() == role).toList();
    }

    /** The term on the critical path with the largest share. */
    public Term largest() {
        return terms(Slot.Role.CRITICAL).stream()
                .max((a, b) -> Double.compare(a.value(), b.value()))
                .orElseThrow(() -> new IllegalStateException(title + " has no term on the critical path"));
    }

    /** The whole explanation as text, one term a line, the critical path first, those of nothing by name; then its parts. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(200 * (2 + terms.size()));
        write(text);
        return text.toString();
    }

    private void write(StringBuilder text) {
        text.append(title).append('\n');
        section(text, Slot.Role.CRITICAL, "on the critical path");
        section(text, Slot.Role.TOTAL, "total");
        section(text, Slot.Role.HIDDEN, "hidden behind the critical path");
        section(text, Slot.Role.DETAIL, "beside it");
        if (!assumptions.isEmpty()) {
            text.append("  assumed\n");
            for (String assumption : assumptions) {
                text.append("    ").append(assumption).append('\n');
            }
        }
        for (Explanation part : parts) {
            part.write(text.append('\n'));
        }
    }

    /** Terms of nothing, which are most of those that a question does not know, stand behind the others by name. */
    private void section(StringBuilder text, Slot.Role role, String heading) {
        boolean begun = false;
        boolean nothing = false;
        for (Term term : terms) {
            if (term.role() == role) {
                if (!begun) {
                    text.append("  ").append(heading).append('\n');
                    begun = true;
                }
                nothing |= term.isNothing();
                if (!term.isNothing()) {
                    line(text, term);
                }
            }
        }
        if (nothing) {
            text.append("    nothing: ");
            String between = "";
            for (Term term : terms) {
                if (term.role() == role && term.isNothing()) {
                    text.append(between).append(term.label());
                    between = "; ";
                }
            }
            text.append('\n');
        }
    }

    /** Label, value and share in columns, then the formula and its source. */
    private static void line(StringBuilder text, Term term) {
        text.append("    ");
        int label = text.length();
        text.append(term.label());
        Decimals.padAfter(text, label, 34);
        text.append(' ');
        int value = text.length();
        Units.append(text, term.value(), term.unit());
        Decimals.padBefore(text, value, 14);
        text.append(' ');
        int share = text.length();
        if (!Double.isNaN(term.share())) {
            Decimals.append(text, 100 * term.share(), 1);
            text.append(" %");
        }
        Decimals.padBefore(text, share, 8);
        text.append("  ")
                .append(term.formula())
                .append("  [")
                .append(term.source())
                .append("]\n");
    }
}
