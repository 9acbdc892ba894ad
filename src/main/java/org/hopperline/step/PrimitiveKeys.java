package org.hopperline.step;

import java.util.Arrays;

/**
 * Numbers keys of three longs in the order in which they come, from 0. Open addressing without boxing: a look-up makes no
 * garbage, and nothing is ever removed. The values stand in arrays of the caller under these numbers.
 */
final class PrimitiveKeys {

    private static final int WIDTH = 3;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
    private static final long MORE = 0xC2B2_AE3D_27D4_EB4FL;

    private long[] keys = new long[WIDTH * 8];
    private int[] slots = new int[16];
    private int size;
    private int last = -1;

    PrimitiveKeys() {
        Arrays.fill(slots, -1);
    }

    /** Two whole numbers in one long. */
    static long pair(int high, int low) {
        return (long) high << 32 | low & 0xFFFF_FFFFL;
    }

    /** The number of a key, or -1 if it is new. Plans that follow on each other mostly ask for the same. */
    int find(long a, long b, long c) {
        if (last < 0 || !holds(last, a, b, c)) {
            last = slots[slot(a, b, c)];
        }
        return last;
    }

    /** Gives a new key the next number. */
    int add(long a, long b, long c) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        int at = slot(a, b, c);
        keys[WIDTH * size] = a;
        keys[WIDTH * size + 1] = b;
        keys[WIDTH * size + 2] = c;
        slots[at] = size;
        return size++;
    }

    /** Keys so far. */
    int size() {
        return size;
    }

    private int slot(long a, long b, long c) {
        int mask = slots.length - 1;
        int at = hash(a, b, c) & mask;
        while (slots[at] >= 0 && !holds(slots[at], a, b, c)) {
            at = at + 1 & mask;
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

    private boolean holds(int number, long a, long b, long c) {
        int at = WIDTH * number;
        return keys[at] == a && keys[at + 1] == b && keys[at + 2] == c;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        keys = Arrays.copyOf(keys, WIDTH * slots.length / 2);
        for (int i = 0; i < size; i++) {
            slots[slot(keys[WIDTH * i], keys[WIDTH * i + 1], keys[WIDTH * i + 2])] = i;
        }
    }
}
