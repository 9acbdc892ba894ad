package org.hopperline.kernel;

/** The constants of the product model: each a physical quantity of the kernels, fitted to measured products. */
public enum GemmConstant {
    /** Time of an empty kernel inside a CUDA graph. */
    LAUNCH("launch", "s", true, 0.5e-6, 2e-5),
    /** Matrix rate inside the main loop at the clock of the stated peak, over that peak. */
    ISSUE_EFFICIENCY("issue-efficiency", "1", false, 0.3, 1),
    /** Operand bytes a clock and compute unit that the level-2 cache supplies when all ask, after multicast. */
    OPERAND_BYTES_PER_CLOCK("operand-bytes-per-clock", "byte", false, 10, 128),
    /** Least time of one pipeline step of 128 bytes of k. */
    STEP("step", "s", true, 5e-9, 5e-7),
    /** Added share of that least time when operands come from memory, not from the cache. */
    MEMORY_STEP_STRETCH("memory-step-stretch", "1", true, 0.01, 10),
    /**
     * Bytes a second at which one compute unit writes a finished tile, and reads what it is added to, while its matrix
     * units wait: of any format, since all results are written in 16 or 32 bits.
     */
    EPILOGUE_BYTES_PER_SECOND("epilogue-bytes-per-second", "byte/s", true, 5e9, 5e11),
    /** Share of a partial wave's idle time that is paid; the rest a better tile or stream-K recovers. */
    TAIL("tail", "1", false, 0.01, 1),
    /** Memory bandwidth reached over specified. */
    MEMORY_EFFICIENCY("memory-efficiency", "1", false, 0.4, 1),
    /** Share of the level-2 cache that keeps data for the next use. */
    CACHE_SHARE("cache-share", "1", false, 0.02, 1),
    /** Fixed time of dividing k. */
    SPLIT("split", "s", true, 1e-7, 2e-5),
    /** Bytes a second at which the parts of k (4 bytes written and read for each part) are added up. */
    REDUCTION_BYTES_PER_SECOND("reduction-bytes-per-second", "byte/s", true, 2e11, 5e13),
    /** Clock under the power limit after a long time, over the clock of the stated peak (H100 SXM5). */
    SUSTAINED_CLOCK("clock.sustained", "1", true, 0.5, 1),
    /** Length of a product after which the burst has fallen to 1/e: power limit and repeats of the benchmark. */
    SETTLING("clock.settling", "s", true, 1e-5, 1);

    private final String key;
    private final String unit;
    private final boolean shared;
    private final double low;
    private final double high;

    GemmConstant(String key, String unit, boolean shared, double low, double high) {
        this.key = key;
        this.unit = unit;
        this.shared = shared;
        this.low = low;
        this.high = high;
    }

    /** Name in the file of constants, after the number format unless {@link #shared}. */
    public String key() {
        return key;
    }

    /** SI unit. */
    public String unit() {
        return unit;
    }

    /** True if one value holds for all number formats. */
    public boolean shared() {
        return shared;
    }

    /** Least value that makes physical sense: the lower bound of a fit. */
    public double low() {
        return low;
    }

    /** Greatest value that makes physical sense: the upper bound of a fit. */
    public double high() {
        return high;
    }
}
