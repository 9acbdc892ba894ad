package org.hopperline.hardware;

/** Families of accelerators whose kernels differ in kind, not only in rate. */
public enum Architecture {
    /** NVIDIA compute capability 9.0: H100, H200, H800, GH200. */
    HOPPER,
    /** NVIDIA compute capability 8.0: A100. */
    AMPERE,
    /** AMD MI200 series. */
    CDNA2,
    /** Intel Data Center GPU Max series. */
    XE_HPC
}
