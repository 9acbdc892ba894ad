package org.hopperline.run.money;

import org.hopperline.core.Check;

/** What a run costs, by method. The methods answer different questions: never add rent to capital. */
public final class Cost {

    private static final double YEAR_SECONDS = 365.25 * 86_400;

    private Cost() {}

    /** Purchase of {@code gpus} accelerators at a price per accelerator. */
    public static Money capital(int gpus, Price perGpu) {
        return perGpu.require(PriceBasis.PER_GPU).times(Check.positive(gpus, "GPUs"));
    }

    /** Purchase of {@code servers} servers at a price per server. */
    public static Money servers(int servers, Price perServer) {
        return perServer.require(PriceBasis.PER_SERVER).times(Check.positive(servers, "servers"));
    }

    /** Rent of {@code gpuHours} at a price per GPU-hour. */
    public static Money rented(double gpuHours, Price perGpuHour) {
        return perGpuHour.require(PriceBasis.PER_GPU_HOUR).times(gpuHours);
    }

    /** Electricity of {@code megawattHours} at the meter. */
    public static Money electricity(double megawattHours, Price perKilowattHour) {
        return perKilowattHour.require(PriceBasis.PER_KILOWATT_HOUR).times(1000 * megawattHours);
    }

    /**
     * The part of a purchase that a run uses up, written off evenly: {@code capital * wall time / life}.
     *
     * @param capital what was bought
     * @param lifeYears years until it is written off, above 0
     * @param wallSeconds length of the run, at least 0 and at most the life
     * @throws IllegalArgumentException if the run outlasts the machine
     */
    public static Money amortised(Money capital, double lifeYears, double wallSeconds) {
        double life = Check.positive(lifeYears, "life of the machine", "years") * YEAR_SECONDS;
        if (Check.nonNegative(wallSeconds, "wall time", "s") > life) {
            throw new IllegalArgumentException("the run lasts " + wallSeconds / YEAR_SECONDS
                    + " years, longer than the machine's life of " + lifeYears + " years");
        }
        return capital.times(wallSeconds / life);
    }

    /** Cost for each million tokens. */
    public static Money perMillionTokens(Money cost, double tokens) {
        return cost.times(1e6 / Check.positive(tokens, "tokens", "1"));
    }
}
