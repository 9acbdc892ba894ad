package org.hopperline.search;

import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Ledger;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.step.StepTerm;

/** The objectives that follow from a step alone; energy and cost need the power and the prices of a run. */
public enum Objectives implements Objective {
    /** Seconds of a step for each token of it, the inverse of the token rate of all devices. */
    TIME("time", "s/token") {
        @Override
        public double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
            return leastDeviceSeconds / mostDevices;
        }

        @Override
        double of(ParallelPlan plan, Batch batch, double bytes, double seconds) {
            return seconds / batch.tokens();
        }
    },
    /** Device-seconds for each token: the best use of what is paid by the device-hour. */
    DEVICE_TIME("device time", "s/token") {
        @Override
        public double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
            return leastDeviceSeconds;
        }

        @Override
        double of(ParallelPlan plan, Batch batch, double bytes, double seconds) {
            return plan.devices() * seconds / batch.tokens();
        }
    },
    /** Memory of the fullest rank. */
    MEMORY("memory", "byte") {
        @Override
        double of(ParallelPlan plan, Batch batch, double bytes, double seconds) {
            return bytes;
        }
    },
    /** How many devices work. */
    DEVICES("devices", "1") {
        @Override
        public double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
            return leastDevices;
        }

        @Override
        double of(ParallelPlan plan, Batch batch, double bytes, double seconds) {
            return plan.devices();
        }
    };

    private final String label;
    private final String unit;

    Objectives(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }

    /** The cost, which rises with bytes and with seconds; the bound rests on that. */
    abstract double of(ParallelPlan plan, Batch batch, double bytes, double seconds);

    @Override
    public String label() {
        return label;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public double cost(ParallelPlan plan, Batch batch, double memoryBytes, Ledger<StepTerm> step) {
        return of(plan, batch, memoryBytes, step.get(StepTerm.STEP));
    }

    @Override
    public double atLeast(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
        return of(plan, batch, leastBytes, leastSeconds);
    }

    /**
     * The fewest devices that train {@code tokens} in time, every step at full speed; plans that are too slow will not do.
     * Where devices are equal in number, the faster plan wins.
     *
     * @param tokens of the whole run
     * @param seconds of steps that the deadline leaves
     */
    public static Objective deadline(double tokens, double seconds) {
        return new Deadline(tokens, seconds);
    }

    private record Deadline(double tokens, double seconds) implements Objective {

        private static final double DAY = 86_400;

        Deadline {
            Check.positive(tokens, "tokens", "token");
            Check.positive(seconds, "time until the deadline", "s");
        }

        @Override
        public String label() {
            return String.format(Locale.ROOT, "devices for %.4g tokens in %s", tokens, span(seconds));
        }

        @Override
        public String reached(double tokensPerSecond) {
            return String.format(
                    Locale.ROOT, "takes %s, at %,.0f tokens a second", span(tokens / tokensPerSecond), tokensPerSecond);
        }

        /** From a day on in days, as deadlines are set. */
        private static String span(double seconds) {
            return seconds < DAY
                    ? String.format(Locale.ROOT, "%.4g s", seconds)
                    : String.format(Locale.ROOT, "%.4g days", seconds / DAY);
        }

        @Override
        public String unit() {
            return "1";
        }

        @Override
        public double cost(ParallelPlan plan, Batch batch, double memoryBytes, Ledger<StepTerm> step) {
            return atLeast(plan, batch, memoryBytes, step.get(StepTerm.STEP));
        }

        /** Devices, and the share of the deadline that is used up as a fraction of one device. */
        @Override
        public double atLeast(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
            double used = tokens / batch.tokens() * leastSeconds / seconds;
            return used > 1 ? Double.POSITIVE_INFINITY : plan.devices() - 1 + used;
        }

        @Override
        public double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
            double needed = Math.max(leastDevices, tokens * leastDeviceSeconds / seconds);
            return needed > mostDevices ? Double.POSITIVE_INFINITY : Math.ceil(needed) - 1;
        }
    }
}
