package org.hopperline.schedule;

/** Says which entry of the times is wrong, once a formula has noticed that one is. */
final class Times {

    private Times() {}

    static IllegalArgumentException bad(double[] forwardSeconds, double[] backwardSeconds) {
        return isGood(forwardSeconds)
                ? badEntry(backwardSeconds, "backwardSeconds")
                : badEntry(forwardSeconds, "forwardSeconds");
    }

    static IllegalArgumentException bad(double[] forwardSeconds, double[] inputGradient, double[] weightGradient) {
        if (!isGood(forwardSeconds)) {
            return badEntry(forwardSeconds, "forwardSeconds");
        }
        return isGood(inputGradient)
                ? badEntry(weightGradient, "weightGradientSeconds")
                : badEntry(inputGradient, "inputGradientSeconds");
    }

    /** Finds the entry that made a sum negative, infinite or not a number, and says so. */
    static IllegalArgumentException badEntry(double[] seconds, String name) {
        for (int g = 0; g < seconds.length; g++) {
            if (!(seconds[g] >= 0) || Double.isInfinite(seconds[g])) {
                return new IllegalArgumentException(
                        name + "[" + g + "] is " + seconds[g] + " s, but must be finite and at least 0 s");
            }
        }
        return new IllegalArgumentException(name + " overflows when summed; times of one step must be finite");
    }

    static boolean isGood(double[] seconds) {
        for (double x : seconds) {
            if (!(x >= 0) || Double.isInfinite(x)) {
                return false;
            }
        }
        return true;
    }
}
