package org.hopperline.run.campaign;

/** What a campaign comes to, as a number with a spread. */
public enum CampaignOutcome {
    /** Days from the planned first day until it ends, a delayed start included. */
    DAYS("days", "d"),
    /** GPU-hours from the first to the last step, failures included. */
    GPU_HOURS("GPU-hours", "h"),
    /** Energy at the meter of the site. */
    MEGAWATT_HOURS("energy", "MWh"),
    /** GPU-hours times their price, of the prices' date. */
    RENT_DOLLARS("rent", "USD"),
    /** Electricity bill, of the prices' date. */
    ELECTRICITY_DOLLARS("electricity", "USD");

    private final String label;
    private final String unit;

    CampaignOutcome(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }

    /** In words. */
    public String label() {
        return label;
    }

    /** Unit. */
    public String unit() {
        return unit;
    }
}
