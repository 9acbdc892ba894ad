package org.hopperline.run.campaign;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hopperline.core.Check;
import org.hopperline.core.Interval;

/**
 * A campaign under uncertainty: bands instead of points. Each quantity is stratified (Latin hypercube; McKay, Beckman and
 * Conover, Technometrics 21 (1979) 239-245): the n samples fall one into each nth of its distribution, in an order shuffled
 * by the seed. The same seed gives the same bands.
 */
public final class CampaignBands {

    private static final int QUANTITIES = 7;

    private final Campaign campaign;
    private final double[][] sorted;
    private final double[][] factorsByFinish;
    private final double[] finishDays;
    private final int samples;

    private CampaignBands(Campaign campaign, double[][] outcomes, double[][] factors, double[] finish, int samples) {
        this.campaign = campaign;
        this.samples = samples;
        sorted = outcomes;
        for (double[] outcome : sorted) {
            Arrays.sort(outcome);
        }
        Integer[] order = IntStream.range(0, finish.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> finish[i]));
        factorsByFinish = Arrays.stream(order).map(i -> factors[i]).toArray(double[][]::new);
        finishDays = Arrays.stream(order).mapToDouble(i -> finish[i]).toArray();
    }

    /**
     * Runs a campaign many times.
     *
     * @param samples at least 10
     * @param seed same seed, same bands
     */
    public static CampaignBands of(Campaign campaign, CampaignUncertainty uncertainty, int samples, long seed) {
        if (samples < 10) {
            throw new IllegalArgumentException("samples is " + samples + ", but a band needs at least 10; take 1,000");
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[][] uniform = new double[QUANTITIES][];
        for (int q = 0; q < QUANTITIES; q++) {
            uniform[q] = stratified(samples, random);
        }
        double[][] outcomes = new double[CampaignOutcome.values().length][samples];
        double[][] factors = new double[samples][];
        double[] finish = new double[samples];
        int finished = 0;
        for (int i = 0; i < samples; i++) {
            double work = Check.positive(uncertainty.workFactor().quantile(uniform[6][i]), "work factor", "1");
            // More work is less speed: time, GPU-hours and energy grow alike.
            double[] drawn = {
                uncertainty.throughputFactor().quantile(uniform[0][i]) / work,
                uncertainty.failureFactor().quantile(uniform[1][i]),
                uncertainty.startDelayDays().quantile(uniform[2][i]),
                uncertainty.machineDelayDays().quantile(uniform[3][i])
            };
            double perGpuHour = Check.nonNegative(
                    uncertainty.dollarsPerGpuHour().quantile(uniform[4][i]), "price of a GPU-hour", "USD");
            double perKilowattHour = Check.nonNegative(
                    uncertainty.dollarsPerKilowattHour().quantile(uniform[5][i]), "price of electricity", "USD");
            CampaignResult result = run(campaign, drawn);
            if (result.finishDay().isPresent()) {
                double end = result.finishDay().getAsDouble();
                outcomes[CampaignOutcome.DAYS.ordinal()][finished] =
                        end - campaign.start().toEpochDay();
                outcomes[CampaignOutcome.GPU_HOURS.ordinal()][finished] = result.gpuHours();
                outcomes[CampaignOutcome.MEGAWATT_HOURS.ordinal()][finished] = result.megawattHours();
                outcomes[CampaignOutcome.RENT_DOLLARS.ordinal()][finished] = result.gpuHours() * perGpuHour;
                outcomes[CampaignOutcome.ELECTRICITY_DOLLARS.ordinal()][finished] =
                        result.megawattHours() * 1000 * perKilowattHour;
                factors[finished] = drawn;
                finish[finished] = end;
                finished++;
            }
        }
        for (int o = 0; o < outcomes.length; o++) {
            outcomes[o] = Arrays.copyOf(outcomes[o], finished);
        }
        return new CampaignBands(
                campaign, outcomes, Arrays.copyOf(factors, finished), Arrays.copyOf(finish, finished), samples);
    }

    private static CampaignResult run(Campaign campaign, double[] drawn) {
        return campaign.run(drawn[0], drawn[1], drawn[2], drawn[3]);
    }

    /** Chance that the run is done before the end of {@code date}, UTC; runs that never end count as not done. */
    public double probabilityDoneBy(LocalDate date) {
        double end = Check.notNull(date, "date").toEpochDay() + 1;
        int done = 0;
        while (done < finishDays.length && finishDays[done] < end) {
            done++;
        }
        return (double) done / samples;
    }

    /** Share of the samples that end at all. */
    public double finishedShare() {
        return (double) finishDays.length / samples;
    }

    /**
     * The day before whose end the run is done with chance {@code p}.
     *
     * @throws IllegalStateException if it ends with a lesser chance at all
     */
    public LocalDate finishQuantile(double p) {
        return LocalDate.ofEpochDay((long) Math.floor(finishDays[rank(p)]));
    }

    /**
     * The course of the sample that ends when the run is done with chance {@code p}.
     *
     * @throws IllegalStateException if it ends with a lesser chance at all
     */
    public CampaignResult course(double p) {
        return run(campaign, factorsByFinish[rank(p)]);
    }

    private int rank(double p) {
        Check.fraction(p, "probability");
        int rank = (int) Math.ceil(p * samples - 1e-9) - 1;
        if (rank >= finishDays.length) {
            throw new IllegalStateException("the run ends in a share " + finishedShare() + " of " + samples
                    + " samples; no date is certain to " + p);
        }
        return Math.max(0, rank);
    }

    /**
     * What an outcome stays below with chance {@code p}, among runs that end.
     *
     * @param p above 0 and below 1
     * @throws IllegalStateException if none ends
     */
    public double quantile(CampaignOutcome outcome, double p) {
        double[] values = sorted[outcome.ordinal()];
        if (values.length == 0) {
            throw new IllegalStateException("the run ends in none of " + samples + " samples");
        }
        return Distribution.empirical(values).quantile(p);
    }

    /**
     * Central band of an outcome, among runs that end.
     *
     * @param coverage above 0 and below 1
     */
    public Interval band(CampaignOutcome outcome, double coverage) {
        Check.fraction(coverage, "coverage");
        return new Interval(quantile(outcome, (1 - coverage) / 2), quantile(outcome, (1 + coverage) / 2), coverage);
    }

    /** Central band of the days from the planned start of runs that end. */
    public Interval days(double coverage) {
        return band(CampaignOutcome.DAYS, coverage);
    }

    /** Central band of the GPU-hours of runs that end. */
    public Interval gpuHours(double coverage) {
        return band(CampaignOutcome.GPU_HOURS, coverage);
    }

    /** Central band of the energy at the meter of runs that end, MWh. */
    public Interval megawattHours(double coverage) {
        return band(CampaignOutcome.MEGAWATT_HOURS, coverage);
    }

    /** Central band of GPU-hours times their price of runs that end, US dollars of the prices' date. */
    public Interval rentDollars(double coverage) {
        return band(CampaignOutcome.RENT_DOLLARS, coverage);
    }

    /** Central band of the electricity bill of runs that end, US dollars of the prices' date. */
    public Interval electricityDollars(double coverage) {
        return band(CampaignOutcome.ELECTRICITY_DOLLARS, coverage);
    }

    /** Median and 80 % band of the finish date. */
    @Override
    public String toString() {
        if (finishedShare() < 0.9) {
            return String.format(Locale.ROOT, "ends in %.0f %% of %,d samples", 100 * finishedShare(), samples);
        }
        return "done by " + finishQuantile(0.5) + " with even chance, " + finishQuantile(0.1) + " with 10 %, "
                + finishQuantile(0.9) + " with 90 %";
    }

    /** One uniform number in each nth of (0, 1), shuffled. */
    private static double[] stratified(int n, SplittableRandom random) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            // nextDouble may be 0, so that its complement is never 0 but may round to the very end.
            values[i] = Math.min((i + 1 - random.nextDouble()) / n, Math.nextDown(1.0));
        }
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
        return values;
    }
}
