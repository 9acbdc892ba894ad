package org.hopperline.run;

import org.hopperline.core.Check;
import org.hopperline.run.money.Cost;
import org.hopperline.run.money.Money;
import org.hopperline.run.money.Price;

/**
 * What a run costs, by method. Rent answers another question than capital: never add the two.
 *
 * @param run the run
 * @param energy what it consumes
 */
public record RunCost(RunPrediction run, RunEnergy energy) {

    /** Checks that both are there. */
    public RunCost {
        Check.notNull(run, "run");
        Check.notNull(energy, "energy of the run");
    }

    /** The cost of a run on its machine. */
    public static RunCost of(RunPrediction run) {
        return new RunCost(run, RunEnergy.of(run));
    }

    /** All device-hours of the run at a price per GPU-hour. */
    public Money rented(Price perGpuHour) {
        return Cost.rented(run.get(RunTerm.DEVICE_HOURS), perGpuHour);
    }

    /** Purchase of the devices at work. */
    public Money capital(Price perGpu) {
        return Cost.capital(run.step().setup().cluster().devices(), perGpu);
    }

    /** The share of that purchase that the run uses up, written off evenly over {@code lifeYears}. */
    public Money amortised(Price perGpu, double lifeYears) {
        return Cost.amortised(capital(perGpu), lifeYears, run.days() * 86_400);
    }

    /** Electricity at the meter for the devices at work. */
    public Money electricity(Price perKilowattHour) {
        return Cost.electricity(energy.megawattHours(), perKilowattHour);
    }

    /** A cost of this run for each million tokens. */
    public Money perMillionTokens(Money cost) {
        return Cost.perMillionTokens(cost, run.question().tokens());
    }
}
