package org.hopperline.step;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.Attention;
import org.hopperline.kernel.Gemm;
import org.hopperline.kernel.GemmLayout;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.kernel.MemoryOperation;
import org.hopperline.kernel.StateSpaceScan;
import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.LossKernel;
import org.hopperline.work.AttentionCall;
import org.hopperline.work.MatrixProduct;
import org.hopperline.work.Pass;
import org.hopperline.work.ScanCall;

/** Seconds of the kernels of a layer on one chip that has long settled at its power limit. */
final class Kernels {

    /**
     * A 16-bit partial read and a 16-bit sum read and written, 6 bytes where a copy moves 4 (Transformer Engine,
     * flash_attn_fwd_out_correction: the sum has the type of the queries).
     */
    private static final double RING_SUM_COPIES = 1.5;

    /** A 16-bit partial read and a 32-bit sum read and written, 10 bytes (PyTorch's ring, whose merger works in 32 bits). */
    private static final double WIDE_RING_SUM_COPIES = 2.5;

    /** 2 bytes read and 2 x 1 written of an element, and of 128 a scale of 4 bytes in each layout: 4 + 1/16 over 4. */
    private static final double BLOCK_CAST = 1 + 1 / 64.0;

    private final Gemm[] products;
    private final Attention[] attentions;
    private final AttentionBackend[] backends;
    private final MemoryBound memory;
    private final StateSpaceScan scan;
    private final double exactAccumulation;
    private final double transposingCasts;

    private Kernels(Chip chip, StepConstants constants) {
        products = new Gemm[Precision.values().length];
        attentions = new Attention[AttentionBackend.values().length];
        backends = new AttentionBackend[AttentionBackend.values().length];
        transposingCasts = 1;
        exactAccumulation = constants.fp8ExactAccumulation();
        for (Precision precision : Precision.values()) {
            if (chip.supports(precision) && precision != Precision.INT8) {
                products[precision.ordinal()] = Gemm.on(chip, precision).sustained();
            }
        }
        for (AttentionBackend backend : AttentionBackend.values()) {
            backends[backend.ordinal()] = runs(backend, chip) ? backend : AttentionBackend.FLASH_2;
            attentions[backend.ordinal()] =
                    Attention.on(chip, backends[backend.ordinal()]).sustained();
        }
        memory = MemoryBound.on(chip);
        scan = StateSpaceScan.on(chip);
    }

    private Kernels(Kernels alone, RunConstants run) {
        products = alone.products;
        attentions = alone.attentions;
        backends = alone.backends;
        memory = alone.memory;
        scan = alone.scan;
        exactAccumulation = alone.exactAccumulation;
        transposingCasts = run.transposingCasts();
    }

    static Kernels on(Chip chip, StepConstants constants) {
        return new Kernels(chip, constants);
    }

    /** The same kernels, whose casts that turn a matrix run as in training runs. */
    Kernels inRun(RunConstants run) {
        return new Kernels(this, run);
    }

    MemoryBound memory() {
        return memory;
    }

    /** FlashAttention-3 and the fused attention of cuDNN 9 need Hopper; elsewhere FlashAttention-2 stands in. */
    private static boolean runs(AttentionBackend backend, Chip chip) {
        return chip.architecture() == Architecture.HOPPER
                || backend == AttentionBackend.TRITON_FLASH
                || backend == AttentionBackend.UNFUSED;
    }

    private Gemm gemm(MatrixProduct product, Precision precision) {
        Precision used = product.lowPrecision() || precision != Precision.FP8 ? precision : Precision.BF16;
        return products[used.ordinal()];
    }

    double forward(MatrixProduct p, Precision precision, Fp8Recipe recipe) {
        Gemm gemm = gemm(p, precision);
        double fast = p.groups() == 1
                ? gemm.seconds(GemmLayout.FORWARD, p.rows(), p.columns(), p.inner())
                : gemm.groupedSeconds(p.groups(), p.rows(), p.columns(), p.inner());
        return fast / accumulation(p, precision, recipe.accumulatesExactlyForward());
    }

    /** A forward product over a part of the rows, as an overlapped chunk runs it. */
    double forwardRows(MatrixProduct p, Precision precision, Fp8Recipe recipe, long rows) {
        return gemm(p, precision).seconds(GemmLayout.FORWARD, rows, p.columns(), p.inner())
                / accumulation(p, precision, recipe.accumulatesExactlyForward());
    }

    double dataGradient(MatrixProduct p, Precision precision, Fp8Recipe recipe) {
        Gemm gemm = gemm(p, precision);
        double fast = p.groups() == 1
                ? gemm.seconds(GemmLayout.DATA_GRADIENT, p.rows(), p.columns(), p.inner())
                : gemm.groupedSeconds(p.groups(), p.rows(), p.inner(), p.columns());
        return fast / accumulation(p, precision, recipe.accumulatesExactly());
    }

    /** Products in FP8 may add their partial sums in 32 bits at intervals: those of gradients, or of blocks all. */
    private double accumulation(MatrixProduct p, Precision precision, boolean exactly) {
        return p.lowPrecision() && precision == Precision.FP8 && exactly ? exactAccumulation : 1;
    }

    /** A data gradient over a part of the rows, as an overlapped chunk runs it. */
    double dataGradientRows(MatrixProduct p, Precision precision, Fp8Recipe recipe, long rows) {
        return gemm(p, precision).seconds(GemmLayout.DATA_GRADIENT, rows, p.columns(), p.inner())
                / accumulation(p, precision, recipe.accumulatesExactly());
    }

    double weightGradient(MatrixProduct p, Precision precision, Fp8Recipe recipe, double resultBytes) {
        double fast =
                gemm(p, precision).weightGradientSeconds(p.groups(), p.rows(), p.columns(), p.inner(), resultBytes);
        return fast / accumulation(p, precision, recipe.accumulatesExactly());
    }

    /**
     * Layers with learnt sinks run on a kernel of their own: the fused kernels that Transformer Engine called until 2025
     * could not add them where a head sees everything.
     */
    private static AttentionBackend asked(AttentionCall call, AttentionBackend backend, AttentionBackend sinks) {
        boolean usual = !call.sinks() || (sinks == AttentionBackend.UNFUSED && call.window() > 0);
        return usual ? backend : sinks;
    }

    private Attention attention(AttentionCall call, AttentionBackend backend, AttentionBackend sinks) {
        return attentions[asked(call, backend, sinks).ordinal()];
    }

    /** The kernel that a call runs on. */
    AttentionBackend backend(AttentionCall call, AttentionBackend backend, AttentionBackend sinks) {
        return backends[asked(call, backend, sinks).ordinal()];
    }

    /**
     * Context ranks meet the keys of one rank after the other, unless all are gathered before; behind a window few are
     * needed, and those are gathered.
     */
    double forward(AttentionCall a, AttentionBackend backend, AttentionBackend sinks, boolean gathered) {
        Attention kernel = attention(a, backend, sinks);
        int context = a.keys() / a.queries();
        return context == 1 || gathered || a.window() > 0
                ? kernel.balancedForwardSeconds(
                        a.batch(),
                        a.heads(),
                        a.keyValueHeads(),
                        a.queries(),
                        a.keys(),
                        a.queryDim(),
                        a.valueDim(),
                        a.window())
                : kernel.ringForwardSeconds(
                        a.batch(), a.heads(), a.keyValueHeads(), a.keys(), context, a.queryDim(), a.valueDim());
    }

    double backward(AttentionCall a, AttentionBackend backend, AttentionBackend sinks, boolean gathered) {
        Attention kernel = attention(a, backend, sinks);
        int context = a.keys() / a.queries();
        return context == 1 || gathered || a.window() > 0
                ? kernel.balancedBackwardSeconds(
                        a.batch(),
                        a.heads(),
                        a.keyValueHeads(),
                        a.queries(),
                        a.keys(),
                        a.queryDim(),
                        a.valueDim(),
                        a.window())
                : kernel.ringBackwardSeconds(
                        a.batch(), a.heads(), a.keyValueHeads(), a.keys(), context, a.queryDim(), a.valueDim());
    }

    double forward(ScanCall call) {
        return scan.forwardSeconds(
                call.tokens(), call.heads(), call.headDim(), call.groups(), call.state(), call.chunk());
    }

    double backward(ScanCall call) {
        return scan.backwardSeconds(
                call.tokens(), call.heads(), call.headDim(), call.groups(), call.state(), call.chunk());
    }

    double forward(Pass pass, ElementwiseKernels how, Fp8Recipe recipe, LossKernel loss) {
        double n = pass.forwardElements();
        boolean fused = how != ElementwiseKernels.EAGER;
        return switch (pass.operation()) {
            case RMS_NORM -> one(MemoryOperation.RMS_NORM_FORWARD, n, fused);
            case LAYER_NORM -> one(MemoryOperation.LAYER_NORM_FORWARD, n, fused);
            case RESIDUAL ->
                how == ElementwiseKernels.COMPILED
                        ? one(MemoryOperation.ADD_RMS_NORM_FORWARD, n, true)
                                - one(MemoryOperation.RMS_NORM_FORWARD, n, true)
                        : one(MemoryOperation.RESIDUAL_ADD, n, fused);
            case ROTARY -> one(MemoryOperation.ROTARY, n, fused);
            case GATED_ACTIVATION -> one(MemoryOperation.SWIGLU_FORWARD, n, fused);
            case ACTIVATION -> one(MemoryOperation.GELU_FORWARD, n, fused);
            case EAGER_SQUARED_RELU -> one(MemoryOperation.SQUARED_RELU_FORWARD, n, false);
            case CAST, CAST_PART, TRANSPOSE -> casts(pass, n, recipe, how);
            case PERMUTATION -> one(MemoryOperation.PERMUTE, n, true);
            case EXPERT_BIAS -> one(MemoryOperation.COPY, n, true);
            case CONVOLUTION -> one(MemoryOperation.COPY, n, true);
            case EMBEDDING -> one(MemoryOperation.COPY, n, true);
            case LOSS ->
                loss == LossKernel.IN_PLACE
                        ? one(MemoryOperation.CROSS_ENTROPY_FORWARD, n, true)
                                + one(MemoryOperation.CROSS_ENTROPY_BACKWARD, n, true)
                        : one(MemoryOperation.CROSS_ENTROPY_FORWARD, n, how == ElementwiseKernels.COMPILED);
            case LAYOUT -> how == ElementwiseKernels.COMPILED ? 0 : one(MemoryOperation.COPY, n, true);
            case RING_SUM -> ringSumCopies(how) * one(MemoryOperation.COPY, n, true);
            case INPUT_GRADIENTS -> 0;
        };
    }

    double backward(Pass pass, ElementwiseKernels how, Fp8Recipe recipe, LossKernel loss) {
        double n = pass.backwardElements();
        boolean fused = how != ElementwiseKernels.EAGER;
        return switch (pass.operation()) {
            case RMS_NORM -> one(MemoryOperation.RMS_NORM_BACKWARD, n, fused);
            case LAYER_NORM -> one(MemoryOperation.LAYER_NORM_BACKWARD, n, fused);
            case RESIDUAL ->
                how == ElementwiseKernels.COMPILED
                        ? one(MemoryOperation.ADD_RMS_NORM_BACKWARD, n, true)
                                - one(MemoryOperation.RMS_NORM_BACKWARD, n, true)
                        : one(MemoryOperation.RESIDUAL_ADD, n, fused);
            case ROTARY -> one(MemoryOperation.ROTARY, n, fused);
            case GATED_ACTIVATION -> one(MemoryOperation.SWIGLU_BACKWARD, n, fused);
            case ACTIVATION -> one(MemoryOperation.GELU_BACKWARD, n, fused);
            case EAGER_SQUARED_RELU -> one(MemoryOperation.SQUARED_RELU_BACKWARD, n, false);
            case CAST, CAST_PART, TRANSPOSE -> casts(pass, n, recipe, how);
            case PERMUTATION -> one(MemoryOperation.PERMUTE, n, true);
            case EXPERT_BIAS -> one(MemoryOperation.COPY, n, true);
            // Run forward again, then input and output gradient read and a gradient written: a copy and 6 bytes, 1.5
            // more.
            case CONVOLUTION -> 2.5 * one(MemoryOperation.COPY, n, true);
            // 16-bit rows added to a 32-bit gradient: 2 and 4 bytes read, 4 written, 2.5 copies.
            case EMBEDDING -> 2.5 * one(MemoryOperation.COPY, n, true);
            // In place the gradient stands since the forward pass; it is read and written once more, times that of the
            // loss.
            case LOSS ->
                one(
                        MemoryOperation.CROSS_ENTROPY_BACKWARD,
                        n,
                        loss == LossKernel.IN_PLACE || how == ElementwiseKernels.COMPILED);
            case LAYOUT -> how == ElementwiseKernels.COMPILED ? 0 : one(MemoryOperation.COPY, n, true);
            case RING_SUM -> ringSumCopies(how) * one(MemoryOperation.COPY, n, true);
            case INPUT_GRADIENTS -> one(MemoryOperation.RESIDUAL_ADD, n, fused);
        };
    }

    private static double ringSumCopies(ElementwiseKernels how) {
        return how == ElementwiseKernels.FUSED ? RING_SUM_COPIES : WIDE_RING_SUM_COPIES;
    }

    /** Operands of FP8 products; nothing runs in a direction that has no elements. */
    private double casts(Pass pass, double elements, Fp8Recipe recipe, ElementwiseKernels how) {
        if (elements == 0) {
            return 0;
        }
        return switch (pass.operation()) {
            case CAST_PART -> maximum(elements, recipe, how) + one(MemoryOperation.CAST_TO_FP8, elements, true);
            // One byte read and one written where a copy moves 2 and 2.
            case TRANSPOSE -> one(MemoryOperation.COPY, elements / 2, true) / turning(how);
            default -> {
                // One kernel casts the rows of all experts of a rank where it knows every scale beforehand.
                int further = recipe == Fp8Recipe.DELAYED && pass.ofExperts() ? 0 : pass.pieces() - 1;
                yield cast(elements, recipe, how) + further * cast(1, recipe, how);
            }
        };
    }

    private double maximum(double elements, Fp8Recipe recipe, ElementwiseKernels how) {
        MemoryOperation kernel =
                how == ElementwiseKernels.FUSED ? MemoryOperation.STREAMED_MAXIMUM : MemoryOperation.ABSOLUTE_MAXIMUM;
        return recipe == Fp8Recipe.CURRENT ? one(kernel, elements, true) : 0;
    }

    /**
     * An operand cast to FP8 in both layouts, since Hopper multiplies FP8 in one layout only. A row stays on chip between its
     * largest magnitude and its cast; a column of all tokens does not, and is read twice where it has a scale of its own. A
     * tile of blocks stays on chip both ways, so that one kernel reads it once (Transformer Engine,
     * transpose/quantize_transpose_vector_blockwise.cu).
     */
    double cast(double elements, Fp8Recipe recipe, ElementwiseKernels how) {
        return switch (recipe) {
            case DELAYED, CURRENT -> maximum(elements, recipe, how) + bothLayouts(elements, how);
            case ROW ->
                one(MemoryOperation.ABSOLUTE_MAXIMUM, elements, true)
                        + 2 * one(MemoryOperation.CAST_TO_FP8, elements, true);
            case BLOCK -> BLOCK_CAST * bothLayouts(elements, how);
        };
    }

    private double bothLayouts(double elements, ElementwiseKernels how) {
        return one(MemoryOperation.CAST_TO_FP8_TRANSPOSED, elements, true) / turning(how);
    }

    /**
     * Rate of a kernel that turns a matrix over that of a stream: as fitted for all software of fused kernels, whoever wrote
     * them (Transformer Engine, or kernels for blocks of one's own), and the same for compiled and eager software.
     */
    private double turning(ElementwiseKernels how) {
        return how == ElementwiseKernels.FUSED ? transposingCasts : 1;
    }

    private double one(MemoryOperation operation, double elements, boolean fused) {
        return memory.seconds(operation, elements, Precision.BF16, fused);
    }
}
