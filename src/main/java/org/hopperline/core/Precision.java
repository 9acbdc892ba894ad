package org.hopperline.core;

/** Number formats of matrix products, with the bytes one element takes in memory. */
public enum Precision {
    /** IEEE 754 double, 8 bytes. */
    FP64(8),
    /** IEEE 754 single on the vector units, 4 bytes. */
    FP32(4),
    /** 19-bit products of 32-bit operands on the matrix units; stored as 4 bytes. */
    TF32(4),
    /** bfloat16: 8 exponent and 7 fraction bits, 2 bytes. */
    BF16(2),
    /** IEEE 754 half, 2 bytes. */
    FP16(2),
    /** 8-bit floating point, E4M3 or E5M2 (arXiv 2209.05433), 1 byte. */
    FP8(1),
    /** 8-bit integer, 1 byte. */
    INT8(1);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one stored element. */
    public int bytes() {
        return bytes;
    }
}
