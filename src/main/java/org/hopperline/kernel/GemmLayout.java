package org.hopperline.kernel;

/**
 * The three products of a linear layer {@code Y[m,n] = X[m,k] W[n,k]^T} with m tokens, k inputs and n outputs. Shapes
 * are always given as those of the forward product.
 */
public enum GemmLayout {
    /** {@code Y = X W^T}: both operands run along k (NT, the layout of the measured tables). */
    FORWARD(true),
    /** {@code dX[m,k] = dY[m,n] W[n,k]} (NN). No public table times it: priced as a forward product of its shape. */
    DATA_GRADIENT(false),
    /**
     * {@code dW[n,k] += dY^T X} (TN), added to a gradient kept in 32 bits: 4 bytes read and 4 written for each element
     * of the output instead of 2 written. No public table times it.
     */
    WEIGHT_GRADIENT(false);

    private final boolean scored;

    GemmLayout(boolean scored) {
        this.scored = scored;
    }

    /** True if the model of this layout has been scored against measurements. */
    public boolean scored() {
        return scored;
    }
}
