package org.hopperline.work;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.model.Biases;
import org.hopperline.model.Experts;
import org.hopperline.model.LatentAttention;
import org.hopperline.model.Normalisation;
import org.hopperline.model.SlidingWindow;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ContextExchange;
import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.ExpertDispatch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;

/**
 * What one transformer layer, the embedding or the logits ask of one rank for one micro-batch.
 *
 * @param products linear layers
 * @param attention the core of attention, one call for each kind of layer; none for the embedding and the logits
 * @param passes memory-bound operations
 * @param messages messages inside the layer
 * @param parameters parameters of the layer on this rank that all data-parallel ranks share
 * @param expertParameters parameters of routed experts on this rank
 * @param castWeights elements of weights that are cast to FP8 once a step
 * @param attentionPart how many of the products, passes and messages come before the feed-forward part
 */
public record LayerWork(
        List<MatrixProduct> products,
        List<AttentionCall> attention,
        List<Pass> passes,
        List<Message> messages,
        double parameters,
        double expertParameters,
        double castWeights,
        Extent attentionPart) {

    /**
     * The first of each list of a layer.
     *
     * @param products how many products
     * @param passes how many passes
     * @param messages how many messages
     */
    public record Extent(int products, int passes, int messages) {

        /** Nothing. */
        static final Extent NONE = new Extent(0, 0, 0);
    }

    /** Bytes of one 16-bit activation. */
    static final int ACTIVATION_BYTES = 2;

    /** Bytes of one 32-bit partial sum. */
    private static final int SUM_BYTES = 4;

    /** Query rows of one tile of a flash kernel. */
    private static final double LEAST_DOCUMENT_ROWS = 128;

    /** Copies the lists. */
    public LayerWork {
        products = List.copyOf(products);
        attention = List.copyOf(attention);
        passes = List.copyOf(passes);
        messages = List.copyOf(messages);
    }

    /** A layer with the dense feed-forward part. */
    public static LayerWork dense(TrainingSetup setup) {
        Draft draft = new Draft(setup);
        draft.attentionPart();
        Experts experts = setup.model().experts();
        int width = experts == null ? setup.model().ffnHidden() : experts.denseFfnHidden();
        draft.feedForward(width);
        return draft.build();
    }

    /**
     * A layer with routed experts.
     *
     * @throws IllegalArgumentException if the model has none
     */
    public static LayerWork expert(TrainingSetup setup) {
        Draft draft = new Draft(setup);
        draft.attentionPart();
        draft.experts();
        return draft.build();
    }

    /** The look-up of token embeddings; with tensor parallelism each rank holds a part of the vocabulary. */
    public static LayerWork embedding(TrainingSetup setup) {
        Draft draft = new Draft(setup);
        draft.embed();
        return new LayerWork(List.of(), List.of(), draft.passes, draft.messages, draft.parameters, 0, 0, Extent.NONE);
    }

    /** The last norm, the output embedding and the loss. */
    public static LayerWork logits(TrainingSetup setup) {
        Draft draft = new Draft(setup);
        draft.logits();
        return new LayerWork(
                draft.products, List.of(), draft.passes, draft.messages, draft.parameters, 0, 0, Extent.NONE);
    }

    /**
     * A layer that predicts one more token (arXiv 2412.19437 section 2.2): the embedding of that token and the last
     * activations, each normalised, are projected from {@code 2h} to {@code h} and pass a layer like the last one and a
     * norm. Its logits are {@link #logits} once more. A pipeline's last stage keeps a copy of the embedding for it.
     *
     * @throws IllegalArgumentException if the model has none
     */
    public static LayerWork further(TrainingSetup setup) {
        Transformer model = setup.model();
        if (model.multiTokenLayers() == 0) {
            throw new IllegalArgumentException(model.name() + " predicts no further token; ask for its layers");
        }
        Draft draft = new Draft(setup);
        draft.join();
        draft.attentionPart();
        Experts experts = model.experts();
        if (model.isExpertLayer(model.layers() - 1)) {
            draft.experts();
        } else {
            draft.feedForward(experts == null ? model.ffnHidden() : experts.denseFfnHidden());
        }
        draft.norm(model.hidden());
        return draft.build();
    }

    /** FLOPs of the products in the forward pass. */
    public double forwardProductFlops() {
        double flops = 0;
        for (MatrixProduct product : products) {
            flops += product.forwardFlops();
        }
        return flops;
    }

    /** A layer in the making. */
    private static final class Draft {

        private final Transformer model;
        private final ParallelPlan plan;
        private final TrainingSetup setup;
        private final long tokens;
        private final double sharedTokens;
        private final List<MatrixProduct> products = new ArrayList<>();
        private final List<Pass> passes = new ArrayList<>();
        private final List<Message> messages = new ArrayList<>();
        private double parameters;
        private double expertParameters;
        private double castWeights;
        private AttentionCall attention;
        private Extent attentionPart = Extent.NONE;

        Draft(TrainingSetup setup) {
            this.setup = setup;
            this.model = setup.model();
            this.plan = setup.plan();
            this.tokens = Math.max(1, Math.round(plan.microBatchTokens(setup.batch())));
            this.sharedTokens = plan.sequenceParallel() ? (double) tokens / plan.tensor() : tokens;
            LatentAttention latent = model.latentAttention();
            int documents = documents(setup);
            int multiple = documents == 1 ? 1 : 2 * plan.context();
            int length = setup.batch().sequenceLength() / documents / multiple * multiple;
            double whole = (double) setup.batch().sequenceLength() / documents / length;
            this.attention = new AttentionCall(
                    plan.microBatch() * documents,
                    Math.max(1, model.heads() / plan.tensor()),
                    Math.max(1, (latent == null ? model.kvHeads() : model.heads()) / plan.tensor()),
                    length / plan.context(),
                    length,
                    latent == null ? model.headDim() : latent.nopeDim() + latent.ropeDim(),
                    latent == null ? model.headDim() : latent.valueDim(),
                    0,
                    whole * (setup.batch().attendedLength() / length),
                    model.sinks());
        }

        /**
         * A mask that keeps documents apart is priced as so many shorter sequences: as many as have at least the attended
         * length, and rows enough to fill the tiles of a kernel on each context rank. What of their scores the mask leaves
         * is the share of a call.
         */
        private static int documents(TrainingSetup setup) {
            double shortest = Math.max(
                    setup.batch().attendedLength(),
                    LEAST_DOCUMENT_ROWS * setup.plan().context());
            return (int) Math.max(1, Math.floor(setup.batch().sequenceLength() / shortest));
        }

        void attentionPart() {
            double h = model.hidden();
            norm(h);
            int first = products.size();
            LatentAttention latent = model.latentAttention();
            if (latent == null) {
                projections();
            } else {
                latentProjections(latent);
            }
            shuffles();
            int rotatedHeads = attention.heads() + attention.keyValueHeads();
            if (model.learnedPositions() == 0) {
                passes.add(Pass.of(Pass.Operation.ROTARY, (double) rotatedHeads * attention.queryDim() * tokens));
            }
            rowProduct(MatrixProduct.Part.ATTENTION_PROJECTION, (long) attention.heads() * attention.valueDim());
            residual(h);
            if (latent == null) {
                tensorMessages(first, products.size() - 1);
            } else {
                rowMessages(products.size() - 1);
            }
            contextMessages();
            attentionPart = new Extent(products.size(), passes.size(), messages.size());
        }

        /**
         * The joint projection interleaves queries, keys and values; queries and values are made contiguous before
         * attention, the gradients of all three are joined after it (Megatron-Core, attention.py). Where attention meets
         * the keys of one context rank after the other, the partial outputs are added, and in the backward pass the partial
         * gradients of queries, keys and values.
         */
        private void shuffles() {
            double queries = (double) attention.heads() * attention.queryDim() * tokens;
            double keys = (double) attention.keyValueHeads() * attention.queryDim() * tokens;
            double values = (double) attention.keyValueHeads() * attention.valueDim() * tokens;
            passes.add(new Pass(Pass.Operation.LAYOUT, queries + values, queries + keys + values));
            if (model.sinks() && setup.software().sinkAttention() == AttentionBackend.FLASH_2) {
                // The output is scaled by each row's share without the sink in 32 bits and returns to 16: 12 bytes; 34
                // backward (FlexAttention in AutoModel, components/attention/flex_attention.py). A copy moves 4.
                passes.add(new Pass(Pass.Operation.LAYOUT, 3 * queries, 8.5 * queries));
            }
            if (plan.context() > 1 && setup.software().contextExchange() != ContextExchange.GATHER) {
                passes.add(new Pass(
                        Pass.Operation.RING_SUM, plan.context() * queries, plan.context() * (queries + keys + values)));
            }
        }

        private void projections() {
            long columns = (long) attention.heads() * attention.queryDim()
                    + (long) attention.keyValueHeads() * (attention.queryDim() + attention.valueDim());
            columnProduct(MatrixProduct.Part.ATTENTION_PROJECTION, columns, model.hidden());
            inputGradients(3);
        }

        /**
         * The gradients of an input that {@code products} products share are added one by one, or all at once by compiled
         * kernels: elements of as many sums of two.
         */
        private void inputGradients(int products) {
            SoftwareProfile software = setup.software();
            if (software.joinedProjections()) {
                return;
            }
            boolean atOnce = software.elementwise() == ElementwiseKernels.COMPILED;
            double sums = atOnce ? (products + 1) / 3.0 : products - 1;
            passes.add(new Pass(Pass.Operation.INPUT_GRADIENTS, 0, sums * tokens * model.hidden()));
        }

        /**
         * Queries, and keys with values, from their ranks (Megatron-Core, transformer/multi_latent_attention.py). The
         * projections down to the ranks are whole on every tensor rank, each for its part of the sequence where that is
         * divided; what is gathered then are the ranks, which are narrower than the residual stream, and with those of the
         * keys their rotary part.
         */
        private void latentProjections(LatentAttention latent) {
            long queryColumns = (long) attention.heads() * attention.queryDim();
            if (latent.queryRank() > 0) {
                down(latent.queryRank());
                norm(latent.queryRank());
                up(queryColumns, latent.queryRank(), latent.queryRank());
            } else {
                up(queryColumns, model.hidden(), model.hidden());
            }
            int keyValueRank = latent.keyValueRank();
            down(keyValueRank + latent.ropeDim());
            norm(keyValueRank);
            up(
                    (long) attention.heads() * (latent.nopeDim() + latent.valueDim()),
                    keyValueRank,
                    keyValueRank + latent.ropeDim());
        }

        private void down(int rank) {
            long rows = Math.max(1, Math.round(sharedTokens));
            add(new MatrixProduct(MatrixProduct.Part.ATTENTION_PROJECTION, 1, rows, rank, model.hidden(), true));
        }

        /** A column-parallel product of the ranks, of which so many columns are gathered. */
        private void up(long columns, int inner, int gathered) {
            columnProduct(MatrixProduct.Part.ATTENTION_PROJECTION, columns, inner);
            columnMessages(products.size() - 1, gathered);
        }

        void feedForward(int width) {
            norm(model.hidden());
            denseMatrices(width);
            residual(model.hidden());
        }

        private void denseMatrices(int width) {
            long share = Math.max(1, width / plan.tensor());
            int gates = model.gated() ? 2 : 1;
            columnProduct(MatrixProduct.Part.FEED_FORWARD, gates * share, model.hidden());
            if (gates > 1) {
                inputGradients(gates);
            }
            passes.add(activated((double) tokens * share));
            rowProduct(MatrixProduct.Part.FEED_FORWARD, share);
            tensorMessages(products.size() - 2, products.size() - 1);
        }

        void experts() {
            Experts experts = model.experts();
            if (experts == null) {
                throw new IllegalArgumentException(model.name() + " has no experts; ask for its dense layer");
            }
            norm(model.hidden());
            long routed = Math.max(1, Math.round(sharedTokens));
            products.add(
                    new MatrixProduct(MatrixProduct.Part.ROUTER, 1, routed, experts.count(), model.hidden(), false));
            parameters += (double) experts.count() * model.hidden();
            routedExperts(experts);
            if (experts.sharedFfnHidden() > 0) {
                denseMatrices(experts.sharedFfnHidden());
            }
            residual(model.hidden());
        }

        private void routedExperts(Experts experts) {
            // Each tensor rank routes its own part of the sequence; with tensor-parallel experts the parts of the
            // expert-tensor ranks are gathered first.
            double copies = (double) tokens / plan.tensor() * experts.topK();
            double rows = copies * plan.expertTensor() * experts.routing().load();
            int local = Math.max(1, experts.count() / plan.expert());
            long share = Math.max(1, experts.ffnHidden() / plan.expertTensor());
            int gates = model.gated() ? 2 : 1;
            long each = Math.max(1, Math.round(rows / local));
            expertProduct(local, each, gates * share, model.hidden());
            expertProduct(local, each, model.hidden(), share);
            expertParameters += (double) local * share * (gates + 1) * model.hidden();
            passes.add(activated(rows * share).withinExperts());
            permute(copies, rows, local);
            if (setup.precision() == Precision.FP8 && !experts.routing().padded()) {
                // Rows of each expert are padded to a multiple of 16 and cut again (Fp8Padding in Transformer Engine).
                passes.add(Pass.of(Pass.Operation.PERMUTATION, 2 * rows * model.hidden())
                        .withinExperts());
            }
            if (model.biases() == Biases.ALL) {
                expertBiases(experts, rows, gates * share, local);
            }
            if (plan.expert() > 1) {
                messages.add(Message.alone(
                        Message.Axis.EXPERT,
                        Message.Pattern.ALL_TO_ALL,
                        copies * model.hidden() * ACTIVATION_BYTES,
                        2,
                        2));
            }
            if (plan.expertTensor() > 1) {
                double whole = rows * model.hidden() * ACTIVATION_BYTES;
                messages.add(Message.alone(Message.Axis.TENSOR, Message.Pattern.ALL_GATHER, whole, 1, 1));
                messages.add(Message.alone(Message.Axis.TENSOR, Message.Pattern.REDUCE_SCATTER, whole, 1, 1));
            }
        }

        /**
         * Rows brought into another order, out and back. Where each choice of expert travels on its own, a rank's copies
         * leave in the order of the experts; those that arrive, of all ranks that divide an expert, come into the order of
         * the local experts (permute and sort_chunks_by_idxs in Megatron-Core, transformer/moe/token_dispatcher.py).
         */
        private void permute(double copies, double rows, int local) {
            if (setup.software().dispatch() != ExpertDispatch.COPY_PER_EXPERT) {
                passes.add(Pass.of(Pass.Operation.PERMUTATION, 2 * rows * model.hidden())
                        .withinExperts());
                return;
            }
            passes.add(Pass.of(Pass.Operation.PERMUTATION, 2 * copies * model.hidden()));
            if (local > 1 && plan.expert() * plan.expertTensor() > 1) {
                passes.add(Pass.of(Pass.Operation.PERMUTATION, 2 * rows * model.hidden())
                        .withinExperts());
            }
        }

        private void join() {
            double alone = parameters;
            embed();
            parameters = plan.pipeline() > 1 ? parameters : alone;
            norm(model.hidden());
            norm(model.hidden());
            product(MatrixProduct.Part.FEED_FORWARD, Math.max(1, model.hidden() / plan.tensor()), 2L * model.hidden());
            if (plan.tensor() > 1) {
                double whole = (double) tokens * model.hidden() * ACTIVATION_BYTES;
                messages.add(Message.alone(Message.Axis.TENSOR, Message.Pattern.ALL_GATHER, whole, 1, 1));
            }
        }

        /**
         * Rows are split by expert, the bias is added, after the second product times the router's weight, and the parts are
         * joined (_apply_bias in Megatron-Core, transformer/moe/experts.py, and in AutoModel). A copy reads and writes 4
         * bytes. The first bias: sum and join, two copies; its gradient and the join of the rows' gradients, 1.5. The
         * second in 16 bits: three and three. Where the weight has 32 bits, as DeepEP carries it, so have product, sum and
         * join: 4 + 10 + 8 bytes and 6 to return to 16 bits, seven copies; backward 6 + 6 bytes to and from 32 bits, 12
         * for the gradient of the bias and 4 to join, seven, and 12 more for that of the weight unless tokens go to experts
         * in turn.
         */
        private void expertBiases(Experts experts, double rows, double width, int local) {
            double first = rows * width;
            double second = rows * model.hidden();
            boolean wide = setup.software().dispatch() == ExpertDispatch.COPY_PER_NODE;
            boolean learnt = !experts.routing().consecutive();
            double forward = wide ? 7 : 3;
            double backward = wide ? (learnt ? 10 : 7) : 3;
            passes.add(new Pass(
                    Pass.Operation.EXPERT_BIAS,
                    2 * first + forward * second,
                    1.5 * first + backward * second,
                    local,
                    true));
        }

        void embed() {
            double moved = (double) tokens * model.hidden() * ACTIVATION_BYTES;
            parameters += (double) model.vocab() / plan.tensor() * model.hidden();
            passes.add(Pass.of(Pass.Operation.EMBEDDING, (double) tokens * model.hidden()));
            if (plan.tensor() > 1) {
                messages.add(Message.alone(
                        Message.Axis.TENSOR,
                        plan.sequenceParallel() ? Message.Pattern.REDUCE_SCATTER : Message.Pattern.ALL_REDUCE,
                        moved,
                        1,
                        0));
            }
        }

        void logits() {
            norm(model.hidden());
            long columns = Math.max(1, model.vocab() / plan.tensor());
            MatrixProduct product =
                    new MatrixProduct(MatrixProduct.Part.LOGITS, 1, tokens, columns, model.hidden(), false);
            products.add(product);
            if (!model.tiedEmbeddings() || plan.pipeline() > 1) {
                parameters += product.weights();
            }
            passes.add(Pass.of(Pass.Operation.LOSS, product.outputs()));
            if (plan.tensor() > 1 && plan.sequenceParallel()) {
                double whole = (double) tokens * model.hidden() * ACTIVATION_BYTES;
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.ALL_GATHER, whole, 1, 1, 0, -1));
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.REDUCE_SCATTER, whole, 0, 1, 0, -1));
            }
        }

        private void expertProduct(int groups, long rows, long columns, long inner) {
            MatrixProduct product = new MatrixProduct(MatrixProduct.Part.EXPERTS, groups, rows, columns, inner, true);
            products.add(product);
            if (setup.precision() == Precision.FP8) {
                casts(product);
            }
        }

        private void product(MatrixProduct.Part part, long columns, long inner) {
            add(new MatrixProduct(part, 1, tokens, columns, inner, true));
        }

        /** A product that casts its operands itself. */
        private void add(MatrixProduct product) {
            products.add(product);
            parameters += product.weights();
            if (setup.precision() == Precision.FP8) {
                casts(product);
            }
        }

        private MatrixProduct whole(MatrixProduct.Part part, long columns, long inner) {
            MatrixProduct product = new MatrixProduct(part, 1, tokens, columns, inner, true);
            products.add(product);
            parameters += product.weights();
            return product;
        }

        /** A column-parallel product: its input is gathered, once more in the backward pass for the weight gradient. */
        private void columnProduct(MatrixProduct.Part part, long columns, long inner) {
            if (!gathersEightBits()) {
                product(part, columns, inner);
                return;
            }
            MatrixProduct product = whole(part, columns, inner);
            passes.add(new Pass(Pass.Operation.CAST_PART, product.inputs() / plan.tensor(), 0));
            passes.add(new Pass(Pass.Operation.TRANSPOSE, 0, product.inputs()));
            passes.add(new Pass(Pass.Operation.CAST, 0, product.outputs()));
            castWeights += product.weights();
        }

        /** A row-parallel product: the gradient of its output is gathered. */
        private void rowProduct(MatrixProduct.Part part, long inner) {
            if (!gathersEightBits()) {
                product(part, model.hidden(), inner);
                return;
            }
            MatrixProduct product = whole(part, model.hidden(), inner);
            passes.add(new Pass(Pass.Operation.CAST, product.inputs(), 0));
            passes.add(new Pass(Pass.Operation.CAST_PART, 0, product.outputs() / plan.tensor()));
            passes.add(new Pass(Pass.Operation.TRANSPOSE, 0, product.outputs()));
            castWeights += product.weights();
        }

        /**
         * With sequence parallelism a rank casts its own part, and what is gathered needs only its other layout for the
         * weight gradient (Transformer Engine, pytorch/module/linear.py at 0004dbd and grad_output_preprocess in base.py).
         */
        private boolean gathersEightBits() {
            return setup.precision() == Precision.FP8
                    && plan.tensor() > 1
                    && plan.sequenceParallel()
                    && setup.software().fp8Recipe().castsBeforeGather();
        }

        /** The input is cast in the forward pass, the gradient of the output in the backward pass. */
        private void casts(MatrixProduct product) {
            boolean ofExperts = product.part() == MatrixProduct.Part.EXPERTS;
            passes.add(new Pass(Pass.Operation.CAST, product.inputs(), product.outputs(), product.groups(), ofExperts));
            castWeights += product.weights();
        }

        private void norm(double width) {
            parameters += width;
            Pass.Operation kind =
                    model.normalisation() == Normalisation.LAYER ? Pass.Operation.LAYER_NORM : Pass.Operation.RMS_NORM;
            passes.add(Pass.of(kind, width * sharedTokens));
        }

        private void residual(double width) {
            passes.add(Pass.of(Pass.Operation.RESIDUAL, width * sharedTokens));
        }

        private Pass activated(double elements) {
            return Pass.of(model.gated() ? Pass.Operation.GATED_ACTIVATION : Pass.Operation.ACTIVATION, elements);
        }

        /** Gather before, and sum after, each half of the layer. */
        private void tensorMessages(int column, int row) {
            if (plan.tensor() == 1) {
                return;
            }
            double whole = (double) tokens * model.hidden() * ACTIVATION_BYTES;
            if (plan.sequenceParallel()) {
                // The backward pass gathers the input once more for the weight gradient.
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.ALL_GATHER, whole, 1, 2, column, row));
                messages.add(
                        new Message(Message.Axis.TENSOR, Message.Pattern.REDUCE_SCATTER, whole, 1, 1, column, row));
            } else {
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.ALL_REDUCE, whole, 1, 1, column, row));
            }
        }

        /** Gather before, and sum of the input's gradient after, a column-parallel product whose sum has another one. */
        private void columnMessages(int column, int width) {
            if (plan.tensor() == 1) {
                return;
            }
            double whole = (double) tokens * width * ACTIVATION_BYTES;
            if (plan.sequenceParallel()) {
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.ALL_GATHER, whole, 1, 1, column, -1));
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.REDUCE_SCATTER, whole, 0, 1, column, -1));
            } else {
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.ALL_REDUCE, whole, 0, 1, column, -1));
            }
        }

        /** Sum after, and gather of its gradient before, a row-parallel product without a column-parallel one. */
        private void rowMessages(int row) {
            if (plan.tensor() == 1) {
                return;
            }
            double whole = (double) tokens * model.hidden() * ACTIVATION_BYTES;
            if (plan.sequenceParallel()) {
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.REDUCE_SCATTER, whole, 1, 0, -1, row));
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.ALL_GATHER, whole, 0, 1, -1, row));
            } else {
                messages.add(new Message(Message.Axis.TENSOR, Message.Pattern.ALL_REDUCE, whole, 1, 0, -1, row));
            }
        }

        /** Keys and values travel to the context ranks, their gradients back, as {@link ContextExchange} says. */
        private void contextMessages() {
            int ranks = plan.context();
            if (ranks == 1) {
                return;
            }
            double elements = (double) tokens * (attention.queryDim() + attention.valueDim());
            double block = elements * attention.keyValueHeads() * ACTIVATION_BYTES;
            switch (setup.software().contextExchange()) {
                case RING -> context(Message.Pattern.SEND, block, ranks - 1, 2 * (ranks - 1));
                case GATHER -> {
                    context(Message.Pattern.ALL_GATHER, ranks * block, 1, 1);
                    context(Message.Pattern.REDUCE_SCATTER, ranks * block, 0, 1);
                }
                case GATHER_BESIDE -> {
                    double repeated = elements * attention.heads();
                    context(Message.Pattern.ALL_GATHER, ranks * repeated * ACTIVATION_BYTES, 1, 1);
                    context(Message.Pattern.SEND, repeated * SUM_BYTES, 0, ranks);
                }
            }
        }

        private void context(Message.Pattern pattern, double bytes, int forward, int backward) {
            messages.add(Message.alone(Message.Axis.CONTEXT, pattern, bytes, forward, backward));
        }

        /** One call for the layers that see everything before them, one for those with a window. */
        private List<AttentionCall> calls() {
            SlidingWindow window = model.slidingWindow();
            if (window == null || window.tokens() >= attention.keys()) {
                return List.of(attention);
            }
            double share = (double) window.layersOf(model.layers()) / model.layers();
            return List.of(call(0, (1 - share) * attention.layerShare()), call(window.tokens(), share));
        }

        private AttentionCall call(int window, double layerShare) {
            return new AttentionCall(
                    attention.batch(),
                    attention.heads(),
                    attention.keyValueHeads(),
                    attention.queries(),
                    attention.keys(),
                    attention.queryDim(),
                    attention.valueDim(),
                    window,
                    layerShare,
                    attention.sinks());
        }

        LayerWork build() {
            return new LayerWork(
                    products, calls(), passes, messages, parameters, expertParameters, castWeights, attentionPart);
        }
    }
}
