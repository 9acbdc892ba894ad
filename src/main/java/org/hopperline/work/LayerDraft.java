package org.hopperline.work;

import static org.hopperline.work.LayerWork.ACTIVATION_BYTES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.model.Normalisation;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.jspecify.annotations.Nullable;

/**
 * A layer in the making. Its parts ({@link AttentionPart}, {@link MambaPart}, {@link FeedForwardPart}, {@link ExpertPart},
 * {@link VocabularyPart}) add to it in the order in which they run what they ask of one rank for one micro-batch; what
 * several of them have in common stands here: products as tensor parallelism divides them, with their casts and
 * messages, norms and the residual stream.
 */
final class LayerDraft {

    final TrainingSetup setup;
    final Transformer model;
    final ParallelPlan plan;

    /** Tokens of a micro-batch on one rank. */
    final long tokens;

    /** Tokens of which one rank holds the residual stream: a part of them with sequence parallelism. */
    final double sharedTokens;

    private final List<MatrixProduct> products = new ArrayList<>();
    private final List<Pass> passes = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private double parameters;
    private double expertParameters;
    private double castWeights;
    private List<AttentionCall> attention = List.of();
    private @Nullable ScanCall scan;
    private LayerWork.Extent attentionPart = LayerWork.Extent.NONE;

    LayerDraft(TrainingSetup setup) {
        this.setup = setup;
        this.model = setup.model();
        this.plan = setup.plan();
        this.tokens = Math.max(1, Math.round(plan.microBatchTokens(setup.batch())));
        this.sharedTokens = plan.sequenceParallel() ? (double) tokens / plan.tensor() : tokens;
    }

    /** All that has been added. */
    LayerWork build() {
        return new LayerWork(
                products, attention, scan, passes, messages, parameters, expertParameters, castWeights, attentionPart);
    }

    /** What has been added so far is the part before the feed-forward part, and these are its calls. */
    void endAttention(List<AttentionCall> calls) {
        attention = calls;
        attentionPart = new LayerWork.Extent(products.size(), passes.size(), messages.size());
    }

    /** The scan of a Mamba-2 layer. */
    void scan(ScanCall call) {
        scan = call;
    }

    void add(Pass pass) {
        passes.add(pass);
    }

    void add(Message message) {
        messages.add(message);
    }

    /** Parameters that no product of {@link #product} brings. */
    void addParameters(double more) {
        parameters += more;
    }

    void addExpertParameters(double more) {
        expertParameters += more;
    }

    /**
     * A product whose weights are counted elsewhere.
     *
     * @return its place in the layer
     */
    int addWithoutWeights(MatrixProduct product) {
        products.add(product);
        return products.size() - 1;
    }

    /**
     * A product and its weights.
     *
     * @return its place in the layer
     */
    int add(MatrixProduct product) {
        parameters += product.weights();
        return addWithoutWeights(product);
    }

    /** The operands of an FP8 product are cast: its input in the forward pass, the gradient of its output backward. */
    void casts(MatrixProduct product) {
        casts(product, product.inputs());
    }

    private void casts(MatrixProduct product, double inputs) {
        if (setup.precision() == Precision.FP8) {
            boolean ofExperts = product.part() == MatrixProduct.Part.EXPERTS;
            add(new Pass(Pass.Operation.CAST, inputs, product.outputs(), product.groups(), ofExperts));
            castWeights += product.weights();
        }
    }

    /**
     * A product of all tokens that casts its operands itself.
     *
     * @return its place in the layer
     */
    int product(MatrixProduct.Part part, long columns, long inner) {
        MatrixProduct product = new MatrixProduct(part, 1, tokens, columns, inner, true);
        casts(product);
        return add(product);
    }

    /**
     * A column-parallel product: its input is gathered, once more in the backward pass for the weight gradient.
     *
     * @param normed true if its input comes from a norm that serves nothing else
     * @return its place in the layer
     */
    int columnProduct(MatrixProduct.Part part, long columns, long inner, boolean normed) {
        return columnProduct(part, columns, inner, normed, true);
    }

    /**
     * Column-parallel products of one input: one product of all columns where the software joins them, else one after the
     * other. What is gathered for the first serves all; compiled kernels also cast it once, others once for each.
     *
     * @param normed true if their input comes from a norm that serves nothing else
     * @return the place of the first in the layer
     */
    int columnProducts(MatrixProduct.Part part, long inner, boolean normed, long... columns) {
        SoftwareProfile software = setup.software();
        if (software.joinedProjections()) {
            return columnProduct(part, Arrays.stream(columns).sum(), inner, normed);
        }
        int first = columnProduct(part, columns[0], inner, normed);
        for (int i = 1; i < columns.length; i++) {
            columnProduct(part, columns[i], inner, normed, software.elementwise() != ElementwiseKernels.COMPILED);
        }
        inputGradients(columns.length);
        return first;
    }

    private int columnProduct(MatrixProduct.Part part, long columns, long inner, boolean normed, boolean castsInput) {
        MatrixProduct product = new MatrixProduct(part, 1, tokens, columns, inner, true);
        double inputs = castsInput ? product.inputs() : 0;
        if (normed && castsInNorm()) {
            add(new Pass(Pass.Operation.TRANSPOSE, 0, product.inputs()));
            add(new Pass(Pass.Operation.CAST, 0, product.outputs()));
            castWeights += product.weights();
        } else if (gathersEightBits()) {
            if (castsInput) {
                add(new Pass(Pass.Operation.CAST_PART, inputs / plan.tensor(), 0));
                add(new Pass(Pass.Operation.TRANSPOSE, 0, inputs));
            }
            add(new Pass(Pass.Operation.CAST, 0, product.outputs()));
            castWeights += product.weights();
        } else {
            casts(product, inputs);
        }
        return add(product);
    }

    /**
     * A row-parallel product into the residual stream: the gradient of its output is gathered.
     *
     * @return its place in the layer
     */
    int rowProduct(MatrixProduct.Part part, long inner) {
        if (!gathersEightBits()) {
            return product(part, model.hidden(), inner);
        }
        MatrixProduct product = new MatrixProduct(part, 1, tokens, model.hidden(), inner, true);
        add(new Pass(Pass.Operation.CAST, product.inputs(), 0));
        add(new Pass(Pass.Operation.CAST_PART, 0, product.outputs() / plan.tensor()));
        add(new Pass(Pass.Operation.TRANSPOSE, 0, product.outputs()));
        castWeights += product.weights();
        return add(product);
    }

    /**
     * A norm whose scale is known beforehand writes FP8 itself, in one layout; the other is made of it in the backward
     * pass (layernorm_fwd_fp8 and fp8_transpose in Transformer Engine, pytorch/module/layernorm_linear.py).
     */
    private boolean castsInNorm() {
        return setup.precision() == Precision.FP8
                && setup.software().fp8Recipe() == Fp8Recipe.DELAYED
                && setup.software().elementwise() == ElementwiseKernels.FUSED;
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

    void norm(double width) {
        parameters += width;
        Pass.Operation kind =
                model.normalisation() == Normalisation.LAYER ? Pass.Operation.LAYER_NORM : Pass.Operation.RMS_NORM;
        add(Pass.of(kind, width * sharedTokens));
    }

    /**
     * The gradients of an input that {@code products} products share are added one by one, or all at once by compiled
     * kernels: elements of as many sums of two.
     */
    private void inputGradients(int products) {
        boolean atOnce = setup.software().elementwise() == ElementwiseKernels.COMPILED;
        double sums = atOnce ? (products + 1) / 3.0 : products - 1;
        add(new Pass(Pass.Operation.INPUT_GRADIENTS, 0, sums * tokens * model.hidden()));
    }

    /** What a part computed is added to the residual stream. */
    void residual() {
        add(Pass.of(Pass.Operation.RESIDUAL, model.hidden() * sharedTokens));
    }

    /** The activation between two products, with its gate where the model has one: elements of what it gives. */
    Pass activated(double elements) {
        if (model.gated()) {
            return Pass.of(Pass.Operation.GATED_ACTIVATION, elements);
        }
        boolean eager = setup.software().eagerActivation();
        return Pass.of(eager ? Pass.Operation.EAGER_SQUARED_RELU : Pass.Operation.ACTIVATION, elements);
    }

    /** Gather before a column-parallel product, and sum after the row-parallel one that follows it. */
    void tensorMessages(int column, int row) {
        if (plan.sequenceParallel()) {
            // The backward pass gathers the input once more for the weight gradient.
            tensorMessage(Message.Pattern.ALL_GATHER, model.hidden(), 1, 2, column, row);
            tensorMessage(Message.Pattern.REDUCE_SCATTER, model.hidden(), 1, 1, column, row);
        } else {
            tensorMessage(Message.Pattern.ALL_REDUCE, model.hidden(), 1, 1, column, row);
        }
    }

    /**
     * Gather before, and sum of the input's gradient after, a column-parallel product whose sum has another one.
     *
     * @param width columns of what is gathered
     */
    void columnMessages(int column, int width) {
        if (plan.sequenceParallel()) {
            tensorMessage(Message.Pattern.ALL_GATHER, width, 1, 1, column, -1);
            tensorMessage(Message.Pattern.REDUCE_SCATTER, width, 0, 1, column, -1);
        } else {
            tensorMessage(Message.Pattern.ALL_REDUCE, width, 0, 1, column, -1);
        }
    }

    /** Sum after, and gather of its gradient before, a row-parallel product without a column-parallel one. */
    void rowMessages(int row) {
        if (plan.sequenceParallel()) {
            tensorMessage(Message.Pattern.REDUCE_SCATTER, model.hidden(), 1, 0, -1, row);
            tensorMessage(Message.Pattern.ALL_GATHER, model.hidden(), 0, 1, -1, row);
        } else {
            tensorMessage(Message.Pattern.ALL_REDUCE, model.hidden(), 1, 0, -1, row);
        }
    }

    /** A message of all tokens to the tensor-parallel ranks, where there are any, beside the products that it serves. */
    void tensorMessage(Message.Pattern pattern, int width, int forward, int backward, int column, int row) {
        if (plan.tensor() > 1) {
            double whole = (double) tokens * width * ACTIVATION_BYTES;
            add(new Message(Message.Axis.TENSOR, pattern, whole, forward, backward, column, row));
        }
    }
}
