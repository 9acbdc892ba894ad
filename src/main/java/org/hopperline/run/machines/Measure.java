package org.hopperline.run.machines;

/** A unit in which machines can be compared. */
public enum Measure {
    /** Accelerator packages: what is counted as one GPU in a press release. */
    ACCELERATORS("accelerators", "1"),
    /** Specified dense FP64 peak of all devices. */
    FP64_PEAK("FP64 peak", "FLOP/s"),
    /** Specified dense FP32 peak of all devices. */
    FP32_PEAK("FP32 peak", "FLOP/s"),
    /** Specified dense TF32 peak of all devices. */
    TF32_PEAK("TF32 peak", "FLOP/s"),
    /** Specified dense FP16 peak of all devices. */
    FP16_PEAK("FP16 peak", "FLOP/s"),
    /** Specified dense BF16 peak of all devices. */
    BF16_PEAK("BF16 peak", "FLOP/s"),
    /** Specified dense FP8 peak of all devices. */
    FP8_PEAK("FP8 peak", "FLOP/s"),
    /** Specified dense INT8 peak of all devices; integer operations, counted as the others. */
    INT8_PEAK("INT8 peak", "FLOP/s"),
    /** Highest measured BF16 matrix product, times all devices. */
    BF16_MEASURED("BF16 measured", "FLOP/s"),
    /** High-Performance Linpack as listed, on the nodes that ran it. */
    HPL("HPL", "FLOP/s"),
    /** High-Performance Linpack on the same nodes, predicted by {@link Linpack}. */
    HPL_PREDICTED("HPL predicted", "FLOP/s"),
    /** High-Performance Linpack over the accelerators of the nodes that ran it. */
    HPL_PER_ACCELERATOR("HPL per accelerator", "FLOP/s"),
    /** Specified memory of all devices. */
    MEMORY("memory", "byte"),
    /** Power of the computing equipment when every device draws its share. */
    IT_POWER("critical IT power", "W"),
    /** Facility power when every device draws its share. */
    FACILITY_POWER("facility power", "W"),
    /** Training throughput of one model, by a prediction of the caller. */
    TRAINING("training", "FLOP/s");

    private final String label;
    private final String unit;

    Measure(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }

    /** In words. */
    public String label() {
        return label;
    }

    /** SI unit. */
    public String unit() {
        return unit;
    }
}
