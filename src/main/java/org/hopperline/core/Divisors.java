package org.hopperline.core;

/** Common divisors and multiples of counts. */
public final class Divisors {

    private Divisors() {}

    /**
     * The largest count that divides both (Euclid).
     *
     * @param a at least 1
     * @param b at least 1
     */
    public static long greatestCommon(long a, long b) {
        Check.positive(a, "first of two counts");
        Check.positive(b, "second of two counts");
        long divisor = a;
        long rest = b;
        while (rest != 0) {
            long next = divisor % rest;
            divisor = rest;
            rest = next;
        }
        return divisor;
    }

    /**
     * The smallest count above 0 that both divide: {@code a / gcd(a, b) * b}.
     *
     * @param a at least 1
     * @param b at least 1
     * @throws ArithmeticException if it is above {@link Long#MAX_VALUE}
     */
    public static long leastCommonMultiple(long a, long b) {
        return Math.multiplyExact(a / greatestCommon(a, b), b);
    }
}
