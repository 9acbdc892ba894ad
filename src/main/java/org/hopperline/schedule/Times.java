package org.hopperline.schedule;

/** Says which entry of the times is wrong, once a formula has noticed that one is. */
final class Times {

    private Times() {}

    static IllegalArgumentException bad(double[] forwardSeconds, double[] backwardSeconds) {
        if (!isGood(forwardSeconds)) {
            return badEntry(forwardSeconds, "forwardSeconds");
        }
        if (!isGood(backwardSeconds)) {
            return badEntry(backwardSeconds, "backwardSeconds");
        }
        return overflow("forwardSeconds and backwardSeconds");
    }

    static IllegalArgumentException bad(double[] forwardSeconds, double[] inputGradient, double[] weightGradient) {
        if (!isGood(forwardSeconds)) {
            return badEntry(forwardSeconds, "forwardSeconds");
        }
        if (!isGood(inputGradient)) {
            return badEntry(inputGradient, "inputGradientSeconds");
        }
        if (!isGood(weightGradient)) {
            return badEntry(weightGradient, "weightGradientSeconds");
        }
        return overflow("forwardSeconds, inputGradientSeconds and weightGradientSeconds");
    }

    static boolean isGood(double[] seconds) {
        return firstBad(seconds) < 0;
    }

    /** Names the first entry that is negative, infinite or not a number; there must be one. */
    static IllegalArgumentException badEntry(double[] seconds, String name) {
        int g = firstBad(seconds);
        return new IllegalArgumentException(
                name + "[" + g + "] is " + seconds[g] + " s, but must be finite and at least 0 s");
    }

    private static int firstBad(double[] seconds) {
        for (int g = 0; g < seconds.length; g++) {
            if (!(seconds[g] >= 0) || Double.isInfinite(seconds[g])) {
                return g;
            }
        }
        return -1;
    }

    private static IllegalArgumentException overflow(String names) {
        return new IllegalArgumentException(
                names + " overflow when summed over a step; their entries are finite, but far too large for seconds");
    }
}
