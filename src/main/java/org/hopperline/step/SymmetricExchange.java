package org.hopperline.step;

import org.hopperline.core.Precision;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.work.MatrixProduct;

/**
 * Tensor-parallel traffic in symmetric memory: products cut into one chunk a rank, whose copies the copy engines make
 * beside the other chunks (PyTorch, torch/distributed/_symmetric_memory/__init__.py). A gather first copies a rank's own
 * part to where the others find it; a scatter ends with the sum of the parts that came.
 */
final class SymmetricExchange {

    private final Kernels kernels;
    private final Precision precision;
    private final Fp8Recipe recipe;
    private final int ranks;
    private final double memoryBytesPerSecond;
    private final double productsInRun;

    SymmetricExchange(
            Kernels kernels,
            Precision precision,
            Fp8Recipe recipe,
            int ranks,
            double memoryBytesPerSecond,
            double productsInRun) {
        this.kernels = kernels;
        this.precision = precision;
        this.recipe = recipe;
        this.ranks = ranks;
        this.memoryBytesPerSecond = memoryBytesPerSecond;
        this.productsInRun = productsInRun;
    }

    /**
     * True if a gather can run beside the product that needs it: not where it is cast after it, nor for the logits, which
     * are no part of a compiled layer (torchtitan, apply_compile).
     */
    boolean gathers(MatrixProduct product) {
        boolean cast = precision == Precision.FP8 && product.lowPrecision();
        return product.part() != MatrixProduct.Part.LOGITS && (!cast || recipe.castsBeforeGather());
    }

    /**
     * What a gather adds to the products {@code first} to {@code end - 1} that need it.
     *
     * @param seconds of the gather alone
     * @param bytes of all that is gathered
     * @param forward true beside the forward products, false beside the data gradient of the one
     */
    double gather(PricedProduct[] products, int first, int end, double seconds, double bytes, boolean forward) {
        double whole = 0;
        double chunk = 0;
        for (int i = first; i < end; i++) {
            whole += forward ? products[i].forward() : products[i].dataGradient();
            chunk += chunk(products[i].shape(), forward);
        }
        return pipelined(chunk / productsInRun, whole / productsInRun, seconds)
                + 2 * bytes / ranks / memoryBytesPerSecond;
    }

    /**
     * What a scatter adds to the forward product that makes it: {@code p} parts are read and their sum written.
     *
     * @param seconds of the scatter alone
     * @param bytes of all that is scattered
     */
    double scatter(PricedProduct product, double seconds, double bytes) {
        double chunk = chunk(product.shape(), true);
        return pipelined(chunk / productsInRun, product.forward() / productsInRun, seconds)
                + (1 + 1.0 / ranks) * bytes / memoryBytesPerSecond;
    }

    /** {@code p t_chunk + (p - 1) max(0, t_hop - t_chunk) - t_whole}: a rank's own chunk needs no hop. */
    private double pipelined(double chunk, double whole, double seconds) {
        double hop = seconds / (ranks - 1);
        return Math.max(0, ranks * chunk + (ranks - 1) * Math.max(0, hop - chunk) - whole);
    }

    private double chunk(MatrixProduct shape, boolean forward) {
        long rows = Math.max(1, shape.rows() / ranks);
        return forward
                ? kernels.forwardRows(shape, precision, recipe, rows)
                : kernels.dataGradientRows(shape, precision, recipe, rows);
    }
}
