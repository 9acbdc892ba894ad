package org.hopperline.step;

/**
 * Numbers keys of three longs in the order in which they come, from 0. Open addressing without boxing: a look-up makes no
 * garbage, and nothing is ever removed. The values stand in arrays of the caller under these numbers.
 */
final class PrimitiveKeys {

    /** A slot holds the three parts of a key and its number counted from 1, so that an empty one has 0 there. */
    private static final int WIDTH = 4;

    private static final int NUMBER = 3;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
    private static final long MORE = 0xC2B2_AE3D_27D4_EB4FL;

    private long[] slots = new long[WIDTH * 8];
    private int size;

    /** Where the last key that was looked up stands, or would. */
    private int last;

    /** Two whole numbers in one long. */
    static long pair(int high, int low) {
        return (long) high << 32 | low & 0xFFFF_FFFFL;
    }

    /** The number of a key, or -1 if it is new. Plans that follow on each other mostly ask for the same. */
    int find(long a, long b, long c) {
        long number = slots[last + NUMBER];
        if (number == 0 || !holds(last, a, b, c)) {
            last = slot(a, b, c);
            number = slots[last + NUMBER];
        }
        return (int) number - 1;
    }

    /** Gives a new key the next number. */
    int add(long a, long b, long c) {
        if (2 * WIDTH * (size + 1) > slots.length) {
            grow();
        }
        put(a, b, c, ++size);
        return size - 1;
    }

    /** Keys so far. */
    int size() {
        return size;
    }

    private void put(long a, long b, long c, long number) {
        int at = slot(a, b, c);
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        slots[at + NUMBER] = number;
    }

    /** Where a key stands, or where it would: the first slot from its hash on that holds it or is empty. */
    private int slot(long a, long b, long c) {
        int mask = slots.length - 1;
        int at = WIDTH * hash(a, b, c) & mask;
        while (slots[at + NUMBER] != 0 && !holds(at, a, b, c)) {
            at = at + WIDTH & mask;
        }
        return at;
    }

    /** Folds the upper halves down, since counts are mostly powers of two and their products end in zeros. */
    private static int hash(long a, long b, long c) {
        long sum = a * MIX + b * MORE + c;
        sum ^= sum >>> 32;
        sum *= MIX;
        return (int) (sum >>> 32);
    }

    /** Whether a slot that is not empty holds a key; an empty one looks as if it held three zeros. */
    private boolean holds(int at, long a, long b, long c) {
        return slots[at] == a && slots[at + 1] == b && slots[at + 2] == c;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[2 * before.length];
        last = 0;
        for (int at = 0; at < before.length; at += WIDTH) {
            if (before[at + NUMBER] != 0) {
                put(before[at], before[at + 1], before[at + 2], before[at + NUMBER]);
            }
        }
    }
}
