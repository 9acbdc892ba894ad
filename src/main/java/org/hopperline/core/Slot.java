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

    /** The field's term for the entry. */
    String label();

    /** SI unit; {@code 1} for a pure number. */
    String unit();

    /** The formula in one line, with its symbols as the documentation of the computing method ties them. */
    String formula();

    /** Where the formula comes from. */
    String source();

    /** How the entry relates to the total. */
    Role role();
}
