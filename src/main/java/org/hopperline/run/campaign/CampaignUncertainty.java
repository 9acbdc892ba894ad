package org.hopperline.run.campaign;

import org.hopperline.core.Check;

/**
 * What is not known about a campaign. The quantities are drawn independently.
 *
 * @param throughputFactor throughput over the nominal one; where an interval of the step time is known, its inverse
 * @param failureFactor failure rate over the nominal one
 * @param workFactor size of the run over the nominal one
 * @param startDelayDays days by which training begins later
 * @param machineDelayDays days by which every stage of the machine comes later
 * @param dollarsPerGpuHour price of a GPU-hour; 0 leaves it out
 * @param dollarsPerKilowattHour price of electricity; 0 leaves it out
 */
public record CampaignUncertainty(
        Distribution throughputFactor,
        Distribution failureFactor,
        Distribution workFactor,
        Distribution startDelayDays,
        Distribution machineDelayDays,
        Distribution dollarsPerGpuHour,
        Distribution dollarsPerKilowattHour) {

    /** @throws NullPointerException if a distribution is missing */
    public CampaignUncertainty {
        Check.notNull(throughputFactor, "throughput factor");
        Check.notNull(failureFactor, "failure factor");
        Check.notNull(workFactor, "work factor");
        Check.notNull(startDelayDays, "start delay");
        Check.notNull(machineDelayDays, "machine delay");
        Check.notNull(dollarsPerGpuHour, "price of a GPU-hour");
        Check.notNull(dollarsPerKilowattHour, "price of electricity");
    }

    /** Everything known, nothing priced: vary from here. */
    public static CampaignUncertainty none() {
        Distribution one = Distribution.fixed(1);
        Distribution zero = Distribution.fixed(0);
        return new CampaignUncertainty(one, one, one, zero, zero, zero, zero);
    }

    /** The same with another throughput factor. */
    public CampaignUncertainty withThroughputFactor(Distribution value) {
        return new CampaignUncertainty(
                value,
                failureFactor,
                workFactor,
                startDelayDays,
                machineDelayDays,
                dollarsPerGpuHour,
                dollarsPerKilowattHour);
    }

    /** The same with another failure factor. */
    public CampaignUncertainty withFailureFactor(Distribution value) {
        return new CampaignUncertainty(
                throughputFactor,
                value,
                workFactor,
                startDelayDays,
                machineDelayDays,
                dollarsPerGpuHour,
                dollarsPerKilowattHour);
    }

    /** The same with another size of the run. */
    public CampaignUncertainty withWorkFactor(Distribution value) {
        return new CampaignUncertainty(
                throughputFactor,
                failureFactor,
                value,
                startDelayDays,
                machineDelayDays,
                dollarsPerGpuHour,
                dollarsPerKilowattHour);
    }

    /** The same with another start delay. */
    public CampaignUncertainty withStartDelayDays(Distribution value) {
        return new CampaignUncertainty(
                throughputFactor,
                failureFactor,
                workFactor,
                value,
                machineDelayDays,
                dollarsPerGpuHour,
                dollarsPerKilowattHour);
    }

    /** The same with another delay of the machine. */
    public CampaignUncertainty withMachineDelayDays(Distribution value) {
        return new CampaignUncertainty(
                throughputFactor,
                failureFactor,
                workFactor,
                startDelayDays,
                value,
                dollarsPerGpuHour,
                dollarsPerKilowattHour);
    }

    /** The same with prices of a GPU-hour and of a kilowatt-hour in dollars. */
    public CampaignUncertainty withPrices(Distribution gpuHour, Distribution kilowattHour) {
        return new CampaignUncertainty(
                throughputFactor, failureFactor, workFactor, startDelayDays, machineDelayDays, gpuHour, kilowattHour);
    }
}
