package org.hopperline.core;

import java.util.Arrays;

/**
 * The terms of one evaluation: one number a slot. The caller owns it and may hand it to the next evaluation, which
 * writes every slot anew; nothing is allocated then. The total is a slot like any other, so that the explanation
 * cannot drift from the number it explains.
 *
 * @param <S> the enum that names the slots
 */
public final class Ledger<S extends Enum<S> & Slot> {

    private final Class<S> slots;
    private final double[] values;

    private Ledger(Class<S> slots, double[] values) {
        this.slots = slots;
        this.values = values;
    }

    /** A ledger with a slot for each constant of {@code slots}, all not-a-number until written. */
    public static <S extends Enum<S> & Slot> Ledger<S> of(Class<S> slots) {
        double[] values = new double[slots.getEnumConstants().length];
        Arrays.fill(values, Double.NaN);
        return new Ledger<>(slots, values);
    }

    /** Writes {@code value} into {@code slot}. */
    public void set(S slot, double value) {
        values[slot.ordinal()] = value;
    }

    /** What the last evaluation wrote into {@code slot}; not-a-number if none did. */
    public double get(S slot) {
        return values[slot.ordinal()];
    }

    /** The enum that names the slots. */
    public Class<S> slots() {
        return slots;
    }

    /** A copy that later evaluations of this ledger do not touch. */
    public Ledger<S> copy() {
        return new Ledger<>(slots, values.clone());
    }
}
