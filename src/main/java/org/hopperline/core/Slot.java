package org.hopperline.core;

/**
 * What a ledger says of one of its entries. Implemented by an enum, whose order is the order of the entries.
 */
public interface Slot {

    /** How an entry relates to the total. */
    enum Role {
        /** On the critical path: the entries of this role add up to the total. */
        CRITICAL,
        /** Done while something on the critical path goes on; not part of the total. */
        HIDDEN,
        /** The total itself. */
        TOTAL,
        /** A quantity worth showing that is no share of the total: a subtotal, a count, a rate. */
        DETAIL
    }

    /**
     * What there is to say of an entry.
     *
     * @param label the field's term for it
     * @param unit SI unit; {@code 1} for a pure number
     * @param formula the formula in one line, with its symbols as the documentation of the computing method ties them
     * @param source where the formula comes from
     * @param role how the entry relates to the total
     */
    record Entry(String label, String unit, String formula, String source, Role role) {}

    /** What there is to say of this entry. */
    Entry entry();

    /** The field's term for the entry. */
    default String label() {
        return entry().label();
    }

    /** SI unit; {@code 1} for a pure number. */
    default String unit() {
        return entry().unit();
    }

    /** The formula in one line. */
    default String formula() {
        return entry().formula();
    }

    /** Where the formula comes from. */
    default String source() {
        return entry().source();
    }

    /** How the entry relates to the total. */
    default Role role() {
        return entry().role();
    }
}
