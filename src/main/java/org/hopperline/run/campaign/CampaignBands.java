package org.hopperline.run.campaign;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.hopperline.core.Check;
import org.hopperline.core.Interval;

/**
 * A campaign under uncertainty: bands instead of points. Each quantity is stratified (Latin hypercube; McKay, Beckman and
 * Conover, Technometrics 21 (1979) 239-245): the n samples fall one into each nth of its distribution, in an order shuffled
 * by the seed. The same seed gives the same bands.
 */
public final class CampaignBands {

    private static final int QUANTITIES = 7;

    private final double[] finishDays;
    private final double[] gpuHours;
    private final double[] megawattHours;
    private final double[] rentDollars;
    private final double[] electricityDollars;
    private final int samples;

    private CampaignBands(double[][] columns, int finished, int samples) {
        this.samples = samples;
        finishDays = sorted(columns[0], finished);
        gpuHours = sorted(columns[1], finished);
        megawattHours = sorted(columns[2], finished);
        rentDollars = sorted(columns[3], finished);
        electricityDollars = sorted(columns[4], finished);
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
        double[][] columns = new double[5][samples];
        int finished = 0;
        for (int i = 0; i < samples; i++) {
            double work = Check.positive(uncertainty.workFactor().quantile(uniform[6][i]), "work factor", "1");
            // More work is less speed: time, GPU-hours and energy grow alike.
            CampaignResult result = campaign.run(
                    uncertainty.throughputFactor().quantile(uniform[0][i]) / work,
                    uncertainty.failureFactor().quantile(uniform[1][i]),
                    uncertainty.startDelayDays().quantile(uniform[2][i]),
                    uncertainty.machineDelayDays().quantile(uniform[3][i]));
            double perGpuHour = Check.nonNegative(
                    uncertainty.dollarsPerGpuHour().quantile(uniform[4][i]), "price of a GPU-hour", "USD");
            double perKilowattHour = Check.nonNegative(
                    uncertainty.dollarsPerKilowattHour().quantile(uniform[5][i]), "price of electricity", "USD");
            if (result.finishDay().isPresent()) {
                columns[0][finished] = result.finishDay().getAsDouble();
                columns[1][finished] = result.gpuHours();
                columns[2][finished] = result.megawattHours();
                columns[3][finished] = result.gpuHours() * perGpuHour;
                columns[4][finished] = result.megawattHours() * 1000 * perKilowattHour;
                finished++;
            }
        }
        return new CampaignBands(columns, finished, samples);
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
        Check.fraction(p, "probability");
        int rank = (int) Math.ceil(p * samples - 1e-9) - 1;
        if (rank >= finishDays.length) {
            throw new IllegalStateException("the run ends in a share " + finishedShare() + " of " + samples
                    + " samples; no date is certain to " + p);
        }
        return LocalDate.ofEpochDay((long) Math.floor(finishDays[Math.max(0, rank)]));
    }

    /** Central band of the GPU-hours of runs that end. */
    public Interval gpuHours(double coverage) {
        return band(gpuHours, coverage);
    }

    /** Central band of the energy at the meter of runs that end, MWh. */
    public Interval megawattHours(double coverage) {
        return band(megawattHours, coverage);
    }

    /** Central band of GPU-hours times their price of runs that end, US dollars of the prices' date. */
    public Interval rentDollars(double coverage) {
        return band(rentDollars, coverage);
    }

    /** Central band of the electricity bill of runs that end, US dollars of the prices' date. */
    public Interval electricityDollars(double coverage) {
        return band(electricityDollars, coverage);
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

    private Interval band(double[] values, double coverage) {
        if (values.length == 0) {
            throw new IllegalStateException("the run ends in none of " + samples + " samples, so there is no band");
        }
        if (!(coverage > 0 && coverage < 1)) {
            throw new IllegalArgumentException(
                    "coverage is " + coverage + ", but must lie between 0 and 1, such as 0.8");
        }
        Distribution observed = Distribution.empirical(values);
        return new Interval(observed.quantile((1 - coverage) / 2), observed.quantile((1 + coverage) / 2), coverage);
    }

    private static double[] sorted(double[] values, int count) {
        double[] copy = Arrays.copyOf(values, count);
        Arrays.sort(copy);
        return copy;
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
