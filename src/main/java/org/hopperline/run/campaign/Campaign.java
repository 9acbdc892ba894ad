package org.hopperline.run.campaign;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.hopperline.core.Check;
import org.hopperline.run.power.FacilityPower;
import org.jspecify.annotations.Nullable;

/**
 * A training run to be done on a machine that may grow.
 *
 * @param ramp size of the machine by date
 * @param start first day of training
 * @param flops model FLOPs of the whole run
 * @param throughput FLOP/s by number of GPUs while nothing fails
 * @param goodput share of the wall time that is useful
 * @param power power of the whole machine at the meter by its size
 * @param startUp time that the machine stands at the beginning and at each size on which the run goes on as a new job
 */
public record Campaign(
        Ramp ramp,
        LocalDate start,
        double flops,
        ThroughputFunction throughput,
        GoodputFunction goodput,
        PowerFunction power,
        StartUpFunction startUp) {

    /** Runs that would last longer than this are said never to end: a century. */
    public static final double LONGEST_DAYS = 36_525;

    static final double DAY_SECONDS = 86_400;

    /** @throws IllegalArgumentException if the size of the run is not above 0 */
    public Campaign {
        Check.notNull(ramp, "ramp");
        Check.notNull(start, "start date");
        Check.positive(flops, "size of the run", "FLOP");
        Check.notNull(throughput, "throughput");
        Check.notNull(goodput, "goodput");
        Check.notNull(power, "power");
        Check.notNull(startUp, "start-up");
    }

    /** Starts a campaign; what is not set has no default and is asked for, but for the time to start. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same run on another ramp. */
    public Campaign withRamp(Ramp newRamp) {
        return new Campaign(newRamp, start, flops, throughput, goodput, power, startUp);
    }

    /** The same run begun on another day. */
    public Campaign withStart(LocalDate newStart) {
        return new Campaign(ramp, newStart, flops, throughput, goodput, power, startUp);
    }

    /** Another size of run. */
    public Campaign withFlops(double newFlops) {
        return new Campaign(ramp, start, newFlops, throughput, goodput, power, startUp);
    }

    /** The same run with another throughput. */
    public Campaign withThroughput(ThroughputFunction newThroughput) {
        return new Campaign(ramp, start, flops, newThroughput, goodput, power, startUp);
    }

    /** The same run with another goodput. */
    public Campaign withGoodput(GoodputFunction newGoodput) {
        return new Campaign(ramp, start, flops, throughput, newGoodput, power, startUp);
    }

    /** Runs it with everything at its nominal value. */
    public CampaignResult run() {
        return run(1, 1, 0, 0);
    }

    /**
     * Runs it with some values varied.
     *
     * @param throughputFactor throughput over the nominal one, above 0
     * @param failureFactor failure rate over the nominal one, above 0
     * @param startDelayDays days by which training begins later; at least 0
     * @param machineDelayDays days by which every stage of the ramp comes later; at least 0
     */
    public CampaignResult run(
            double throughputFactor, double failureFactor, double startDelayDays, double machineDelayDays) {
        Check.positive(throughputFactor, "throughput factor", "1");
        Check.positive(failureFactor, "failure factor", "1");
        Check.nonNegative(startDelayDays, "start delay", "d");
        Check.nonNegative(machineDelayDays, "machine delay", "d");
        double begin = start.toEpochDay() + startDelayDays;
        CampaignCourse course = new CampaignCourse(this, begin, throughputFactor, failureFactor);
        List<Stage> stages = ramp.stages();
        for (int i = 0; i < stages.size(); i++) {
            boolean last = i + 1 == stages.size();
            double from = stages.get(i).date().toEpochDay() + machineDelayDays;
            double until =
                    last ? begin + LONGEST_DAYS : stages.get(i + 1).date().toEpochDay() + machineDelayDays;
            if (course.finishes(stages.get(i).gpus(), from, until, last)) {
                return course.finished();
            }
        }
        return course.never(reason(stages.get(stages.size() - 1), failureFactor));
    }

    /** Model FLOPs a second on so many GPUs while nothing fails. */
    double rateOf(int gpus) {
        return Check.nonNegative(throughput.flopsPerSecond(gpus), "throughput on " + gpus + " GPUs", "FLOP/s");
    }

    /** Days that so many GPUs stand before the run goes on, which had so many before. */
    double startDays(int gpus, int before) {
        return Check.nonNegative(startUp.seconds(gpus, before), "start on " + gpus + " GPUs", "s") / DAY_SECONDS;
    }

    /** Share of the wall time that is useful. */
    double goodputOf(int gpus, double failureFactor) {
        return Check.within(goodput.fraction(gpus, failureFactor), 0, 1, "goodput on " + gpus + " GPUs", "1");
    }

    /** Share of the wall time in which the machine stands. */
    double standingShareOf(int gpus, double failureFactor) {
        return Check.within(
                goodput.standingShare(gpus, failureFactor), 0, 1, "standing share on " + gpus + " GPUs", "1");
    }

    private String reason(Stage last, double failureFactor) {
        Stage most = ramp.largest();
        String size = most.gpus() + " GPUs (" + ramp.name() + " at its largest, " + most.date() + ")";
        if (most.gpus() == 0 || rateOf(most.gpus()) == 0) {
            return "the model does not run on " + size + "; the machine never reaches the needed size";
        }
        if (last.gpus() == 0 || rateOf(last.gpus()) == 0) {
            return "the model does not run on the " + last.gpus() + " GPUs that remain from " + last.date() + " on";
        }
        double useful = goodputOf(last.gpus(), failureFactor);
        if (useful < 1e-6) {
            return "the goodput on " + last.gpus() + " GPUs is " + useful + ": failures undo the work";
        }
        return String.format(
                Locale.ROOT,
                "at %.3g FLOP/s on %,d GPUs, %.3g FLOP take more than a century",
                rateOf(last.gpus()) * useful,
                last.gpus(),
                flops);
    }

    /** Collects the parts of a campaign. */
    public static final class Builder {

        private @Nullable Ramp ramp;
        private @Nullable LocalDate start;
        private double flops;
        private @Nullable ThroughputFunction throughput;
        private @Nullable GoodputFunction goodput;
        private @Nullable PowerFunction power;
        private StartUpFunction startUp = StartUpFunction.NONE;

        private Builder() {}

        /** The machine by date. */
        public Builder ramp(Ramp value) {
            ramp = value;
            return this;
        }

        /** First day of training. */
        public Builder start(LocalDate value) {
            start = value;
            return this;
        }

        /** Model FLOPs of the run. */
        public Builder flops(double value) {
            flops = value;
            return this;
        }

        /** FLOP/s by number of GPUs while nothing fails. */
        public Builder throughput(ThroughputFunction value) {
            throughput = value;
            return this;
        }

        /** Share of the wall time that is useful. */
        public Builder goodput(GoodputFunction value) {
            goodput = value;
            return this;
        }

        /** Facility power of one GPU while the job steps, and while it stands. */
        public Builder power(FacilityPower whileRunning, FacilityPower whileStanding) {
            return power(PowerFunction.each(whileRunning, whileStanding));
        }

        /** Power of the whole machine by its size. */
        public Builder power(PowerFunction value) {
            power = value;
            return this;
        }

        /** Time that the machine stands at the beginning and wherever the run goes on as a new job; none if not set. */
        public Builder startUp(StartUpFunction value) {
            startUp = value;
            return this;
        }

        /**
         * The campaign.
         *
         * @throws NullPointerException naming what is missing
         * @throws IllegalArgumentException if the size of the run is missing
         */
        public Campaign build() {
            return new Campaign(
                    given(ramp, "ramp"),
                    given(start, "start date"),
                    flops,
                    given(throughput, "throughput"),
                    given(goodput, "goodput"),
                    given(power, "power"),
                    startUp);
        }

        private static <T> T given(@Nullable T value, String name) {
            return Objects.requireNonNull(value, () -> name + " is null, but must be given");
        }
    }
}
