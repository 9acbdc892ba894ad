package org.hopperline.step;

import java.util.Objects;
import org.hopperline.core.Precision;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TensorExchange;
import org.hopperline.work.MatrixProduct;
import org.hopperline.work.Message;
import org.jspecify.annotations.Nullable;

/**
 * What tensor-parallel traffic costs when it runs beside the products that use or make it.
 *
 * <p>With overlap (Transformer Engine's user buffers): a gather before a product is a ring exchange, the product cut into
 * as many chunks of rows as there are ranks, up to a few, its hops made by copy engines, which take no SMs; a
 * reduce-scatter after a product is cut into a few chunks, the product leaves some SMs to it, and the last chunk stands
 * alone. Without: both stand alone. In the backward pass of a column-parallel layer the gather of its input runs beside the
 * data gradient and the reduction of its result beside the weight gradient, with user buffers on a few SMs, without on
 * those that NCCL takes (Megatron-LM's asynchronous linear layer), unless a schedule postpones the weight gradients. In
 * symmetric memory: {@link SymmetricExchange}.
 */
final class TensorOverlap {

    private final Kernels kernels;
    private final StepConstants constants;
    private final Precision precision;
    private final SoftwareProfile software;
    private final int ranks;
    private final double units;
    private final double productsInRun;
    private final boolean postponed;
    private final @Nullable SymmetricExchange symmetric;

    TensorOverlap(
            Kernels kernels,
            StepConstants constants,
            Precision precision,
            SoftwareProfile software,
            int ranks,
            double units,
            double productsInRun,
            double memoryBytesPerSecond,
            boolean postponed) {
        this.kernels = kernels;
        this.constants = constants;
        this.precision = precision;
        this.software = software;
        this.ranks = ranks;
        this.units = units;
        this.productsInRun = productsInRun;
        this.postponed = postponed;
        this.symmetric = software.tensorExchange() == TensorExchange.SYMMETRIC_MEMORY
                ? new SymmetricExchange(
                        kernels, precision, software.fp8Recipe(), ranks, memoryBytesPerSecond, productsInRun)
                : null;
    }

    /**
     * Adds the exposed and hidden parts of one message of a layer, and what products lose to it.
     *
     * @param seconds of the message alone
     * @param placing seconds of the copy into or out of place that a message in one piece needs
     * @param beside rate of products beside it, over that alone, where NCCL moves it
     */
    void add(
            Message message,
            double seconds,
            double placing,
            double beside,
            PricedProduct[] products,
            LayerTimes times) {
        switch (message.pattern()) {
            case ALL_GATHER -> gather(message, seconds, placing, beside, products, times);
            case REDUCE_SCATTER -> scatter(message, seconds, placing, beside, products, times);
            default -> {
                // An all-reduce after the forward product has nothing to hide behind; that of the backward pass runs
                // beside the weight gradient.
                times.tensorForward += message.forward() * seconds;
                bulk(message.backward(), seconds, beside, product(products, message.column()), false, times);
            }
        }
    }

    /** Forward: beside the column-parallel product. Backward: of the gradient, beside the row-parallel one; of the input, in bulk. */
    private void gather(
            Message message,
            double seconds,
            double placing,
            double beside,
            PricedProduct[] products,
            LayerTimes times) {
        PricedProduct column = product(products, message.column());
        PricedProduct row = product(products, message.row());
        double alone = gatheredShare(column) * (seconds + placing);
        if (message.forward() > 0) {
            double each = symmetric != null && column != null && symmetric.gathers(column.shape())
                    ? inSymmetricMemory(message, gatheredShare(column), seconds, products, true, times)
                    : ringCost(column, seconds, alone, true, times);
            times.tensorForward += message.forward() * each;
        }
        // Of the backward pass one gather is that of the output's gradient, unless no product has that output.
        int ofOutput = column == null || row != null ? Math.min(1, message.backward()) : 0;
        if (ofOutput > 0) {
            times.tensorBackward += symmetric != null && row != null && symmetric.gathers(row.shape())
                    ? inSymmetricMemory(message, gatheredShare(row), seconds, products, false, times)
                    : ringCost(row, seconds, gatheredShare(row) * (seconds + placing), false, times);
        }
        bulk(message.backward() - ofOutput, alone, beside, column, true, times);
    }

    /** Forward beside all products of one input, which follow each other until the one whose result is summed. */
    private double inSymmetricMemory(
            Message message,
            double share,
            double seconds,
            PricedProduct[] products,
            boolean forward,
            LayerTimes times) {
        int first = forward ? message.column() : message.row();
        int end = forward && message.row() > first ? message.row() : first + 1;
        double cost = Objects.requireNonNull(symmetric)
                .gather(products, first, end, share * seconds, share * message.bytes(), forward);
        times.tensorHidden += Math.max(0, share * seconds - cost);
        return cost;
    }

    private void scatter(
            Message message,
            double seconds,
            double placing,
            double beside,
            PricedProduct[] products,
            LayerTimes times) {
        PricedProduct row = product(products, message.row());
        if (message.forward() > 0) {
            double each;
            if (symmetric != null && row != null) {
                each = symmetric.scatter(row, seconds, message.bytes());
                times.tensorHidden += Math.max(0, seconds - each);
            } else {
                each = chunkedCost(row, seconds, seconds + placing, times);
            }
            times.tensorForward += message.forward() * each;
        }
        bulk(message.backward(), seconds + placing, beside, product(products, message.column()), false, times);
    }

    /**
     * A ring exchange beside a product: {@code c t(m/c) + (c - 1) max(0, t_hop - t(m/c)) - t(m)}: the chunks, what a hop
     * takes longer than a chunk, less the product itself, all as long as products take in a run. A rank's own chunk needs no
     * hop.
     *
     * @param alone what it costs beside nothing
     */
    private double ringCost(
            @Nullable PricedProduct product, double seconds, double alone, boolean forward, LayerTimes times) {
        if (!software.tensorExchange().usesUserBuffers() || product == null) {
            return alone;
        }
        int chunks = (int) Math.min(ranks, constants.gatherChunks());
        long rows = Math.max(1, product.shape().rows() / chunks);
        double whole = (forward ? product.forward() : product.dataGradient()) / productsInRun;
        double chunk = (forward
                        ? kernels.forwardRows(product.shape(), precision, software.fp8Recipe(), rows)
                        : kernels.dataGradientRows(product.shape(), precision, software.fp8Recipe(), rows))
                / productsInRun;
        double hop = bytesShare() * seconds / chunks;
        double cost = Math.max(0, chunks * chunk + (chunks - 1) * Math.max(0, hop - chunk) - whole);
        times.tensorHidden += Math.max(0, bytesShare() * seconds - cost);
        return cost;
    }

    /**
     * A chunked reduce-scatter beside the product that makes it. The product runs on fewer SMs throughout, which it loses;
     * exposed are what outlasts it and the last chunk alone: {@code max(0, t_rs - t u/(u - s)) + t_rs/c}.
     *
     * @param alone what it costs beside nothing
     */
    private double chunkedCost(@Nullable PricedProduct product, double seconds, double alone, LayerTimes times) {
        if (!software.tensorExchange().usesUserBuffers() || product == null) {
            return alone;
        }
        double whole = product.forward() / productsInRun;
        double taken = untuned() ? constants.defaultSms() : scatterSms(constants, product.shape(), ranks);
        double slowed = whole * units / (units - taken);
        double moved = (untuned() ? 1 : bytesShare()) * seconds;
        double exposed = Math.max(0, moved - slowed) + moved / constants.scatterChunks();
        times.contentionForward += slowed - whole;
        times.tensorHidden += Math.max(0, moved - exposed);
        return exposed;
    }

    /** Traffic in one piece beside a whole product: what outlasts it, and what the product loses meanwhile. */
    private void bulk(
            int count,
            double seconds,
            double beside,
            @Nullable PricedProduct product,
            boolean besideData,
            LayerTimes times) {
        if (count == 0) {
            return;
        }
        double cover = product == null || !software.backwardOverlap() || (postponed && !besideData)
                ? 0
                : (besideData ? product.dataGradient() : product.weightGradient()) / productsInRun;
        double rate = software.tensorOverlap() ? 1 - bulkSms(product, besideData) / units : beside;
        double exposed = Contention.exposed(cover, seconds, rate);
        times.tensorBackward += count * exposed;
        times.contentionBackward += count * Contention.lost(cover, seconds, rate);
        times.tensorHidden += count * (seconds - exposed);
    }

    /**
     * Multiprocessors that a product leaves to the reduce-scatter of its result.
     *
     * @param ranks over which it is summed; the more, the longer the product that hides a scatter of the same bytes
     */
    static double scatterSms(StepConstants constants, MatrixProduct product, int ranks) {
        return product.part() == MatrixProduct.Part.ATTENTION_PROJECTION
                ? constants.projectionScatterSms()
                : constants.feedForwardScatterSms() * Math.min(1, 4.0 / ranks);
    }

    /** Multiprocessors that traffic in one piece takes beside a product. */
    private double bulkSms(@Nullable PricedProduct product, boolean besideData) {
        if (untuned()) {
            return constants.defaultSms();
        }
        return !besideData && product != null && product.shape().part() == MatrixProduct.Part.ATTENTION_PROJECTION
                ? constants.projectionBulkSms()
                : constants.bulkSms();
    }

    /** True if user buffers have no configuration of their own. */
    private boolean untuned() {
        return software.tensorExchange() == TensorExchange.USER_BUFFERS_DEFAULT;
    }

    private static @Nullable PricedProduct product(PricedProduct[] products, int place) {
        return place < 0 ? null : products[place];
    }

    /** Bytes of a gather over those in 16 bits: operands of FP8 products are cast before. */
    private double gatheredShare(@Nullable PricedProduct product) {
        boolean narrow = precision == Precision.FP8
                && software.fp8Recipe().castsBeforeGather()
                && product != null
                && product.shape().lowPrecision();
        return narrow ? 0.5 : 1;
    }

    /**
     * Gathers of FP8 operands move one byte an element instead of two, and so do the forward scatters of tuned user buffers
     * ({@code fp8_buf} in NeMo's configurations for H100).
     */
    private double bytesShare() {
        return precision == Precision.FP8 ? 0.5 : 1;
    }
}
