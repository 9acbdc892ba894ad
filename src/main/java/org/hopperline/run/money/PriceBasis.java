package org.hopperline.run.money;

/** What a price is for. */
public enum PriceBasis {
    /** One accelerator, bought. */
    PER_GPU("GPU"),
    /** One server, bought. */
    PER_SERVER("server"),
    /** One accelerator for one hour, rented or at cost. */
    PER_GPU_HOUR("GPU-hour"),
    /** One kilowatt-hour at the meter. */
    PER_KILOWATT_HOUR("kWh");

    private final String unit;

    PriceBasis(String unit) {
        this.unit = unit;
    }

    /** What one price buys. */
    public String unit() {
        return unit;
    }
}
