package org.hopperline.plan;

import org.hopperline.core.AttentionBackend;

/**
 * Builds a {@link SoftwareProfile} from another one by what differs; what is not set stays. Checks are those of the profile,
 * made by {@link #build()}.
 */
public final class SoftwareProfileBuilder {

    private String name;
    private String stack;
    private AttentionBackend attention;
    private ElementwiseKernels elementwise;
    private TensorExchange tensorExchange;
    private boolean backwardOverlap;
    private boolean dataOverlap;
    private Fp8Recipe fp8Recipe;
    private int gradientBytes;
    private ExpertDispatch dispatch;
    private ExpertKernels expertKernels;
    private boolean interleaves;
    private boolean sequenceParallel;
    private Sharding sharding;
    private boolean expertsKeepTensor;
    private boolean newerLibraries;
    private LossKernel loss;
    private boolean defersLogits;
    private int shardedBytes;
    private boolean dropout;
    private RecomputeLadder recomputes;
    private boolean wholeLayerAgain;
    private StateTraffic states;
    private AttentionBackend sinkAttention;
    private boolean expertOverlap;
    private CudaGraphs graphs;
    private ContextExchange contextExchange;
    private boolean blockingLaunches;
    private boolean batchFirst;
    private boolean joinedProjections;
    private boolean runsAhead;
    private boolean eagerActivation;
    private int scanChunk;
    private boolean borrowed;
    private String source;

    SoftwareProfileBuilder(SoftwareProfile from) {
        name = from.name();
        stack = from.stack();
        attention = from.attention();
        elementwise = from.elementwise();
        tensorExchange = from.tensorExchange();
        backwardOverlap = from.backwardOverlap();
        dataOverlap = from.dataOverlap();
        fp8Recipe = from.fp8Recipe();
        gradientBytes = from.gradientBytes();
        dispatch = from.dispatch();
        expertKernels = from.expertKernels();
        interleaves = from.interleaves();
        sequenceParallel = from.sequenceParallel();
        sharding = from.sharding();
        expertsKeepTensor = from.expertsKeepTensor();
        newerLibraries = from.newerLibraries();
        loss = from.loss();
        defersLogits = from.defersLogits();
        shardedBytes = from.shardedBytes();
        dropout = from.dropout();
        recomputes = from.recomputes();
        wholeLayerAgain = from.wholeLayerAgain();
        states = from.states();
        sinkAttention = from.sinkAttention();
        expertOverlap = from.expertOverlap();
        graphs = from.graphs();
        contextExchange = from.contextExchange();
        blockingLaunches = from.blockingLaunches();
        batchFirst = from.batchFirst();
        joinedProjections = from.joinedProjections();
        runsAhead = from.runsAhead();
        eagerActivation = from.eagerActivation();
        scanChunk = from.scanChunk();
        borrowed = from.borrowed();
        source = from.source();
    }

    /** The software, with its years or versions. */
    public SoftwareProfileBuilder name(String value) {
        name = value;
        return this;
    }

    /** The software that it is a release or a mode of. */
    public SoftwareProfileBuilder stack(String value) {
        stack = value;
        return this;
    }

    /** The attention kernel. */
    public SoftwareProfileBuilder attention(AttentionBackend value) {
        attention = value;
        return this;
    }

    /** How the memory-bound operations between the products run. */
    public SoftwareProfileBuilder elementwise(ElementwiseKernels value) {
        elementwise = value;
        return this;
    }

    /** Whether tensor-parallel gathers and scatters run beside the products that use or make them, and how. */
    public SoftwareProfileBuilder tensorExchange(TensorExchange value) {
        tensorExchange = value;
        return this;
    }

    /** True if tensor-parallel traffic of the backward pass runs beside the gradients of the weights. */
    public SoftwareProfileBuilder backwardOverlap(boolean value) {
        backwardOverlap = value;
        return this;
    }

    /** True if gradient and parameter traffic runs beside the backward and forward passes. */
    public SoftwareProfileBuilder dataOverlap(boolean value) {
        dataOverlap = value;
        return this;
    }

    /** How FP8 operands are scaled. */
    public SoftwareProfileBuilder fp8Recipe(Fp8Recipe value) {
        fp8Recipe = value;
        return this;
    }

    /** Bytes of one accumulated gradient: 4 or 2. */
    public SoftwareProfileBuilder gradientBytes(int value) {
        gradientBytes = value;
        return this;
    }

    /** How tokens travel to their experts. */
    public SoftwareProfileBuilder dispatch(ExpertDispatch value) {
        dispatch = value;
        return this;
    }

    /** How the experts of a rank are computed and their rows ordered. */
    public SoftwareProfileBuilder expertKernels(ExpertKernels value) {
        expertKernels = value;
        return this;
    }

    /** True if pipeline stages are interleaved where nothing else is said. */
    public SoftwareProfileBuilder interleaves(boolean value) {
        interleaves = value;
        return this;
    }

    /** True if norms are divided along the sequence among tensor ranks where nothing else is said. */
    public SoftwareProfileBuilder sequenceParallel(boolean value) {
        sequenceParallel = value;
        return this;
    }

    /** What data-parallel ranks divide where nothing else is said. */
    public SoftwareProfileBuilder sharding(Sharding value) {
        sharding = value;
        return this;
    }

    /** True if the tensor ranks also share each expert's matrices where nothing else is said. */
    public SoftwareProfileBuilder expertsKeepTensor(boolean value) {
        expertsKeepTensor = value;
        return this;
    }

    /** True if it runs on the libraries (cuBLAS, Transformer Engine) of containers of 2024-09 or later. */
    public SoftwareProfileBuilder newerLibraries(boolean value) {
        newerLibraries = value;
        return this;
    }

    /** How the loss is computed from the logits. */
    public SoftwareProfileBuilder loss(LossKernel value) {
        loss = value;
        return this;
    }

    /** True if gradients of the output embedding's weights are made while a pipeline empties. */
    public SoftwareProfileBuilder defersLogits(boolean value) {
        defersLogits = value;
        return this;
    }

    /** Bytes of a parameter with its gradient and moments where all are sharded: 16 or 8. */
    public SoftwareProfileBuilder shardedBytes(int value) {
        shardedBytes = value;
        return this;
    }

    /** True if the model is trained with dropout, whose masks are kept. */
    public SoftwareProfileBuilder dropout(boolean value) {
        dropout = value;
        return this;
    }

    /** What it can recompute, from the least to the most. */
    public SoftwareProfileBuilder recomputes(RecomputeLadder value) {
        recomputes = value;
        return this;
    }

    /** True if a recomputed layer runs again to its end. */
    public SoftwareProfileBuilder wholeLayerAgain(boolean value) {
        wholeLayerAgain = value;
        return this;
    }

    /** How parameters and gradients move between ranks. */
    public SoftwareProfileBuilder states(StateTraffic value) {
        states = value;
        return this;
    }

    /** The attention kernel of layers with learnt sinks. */
    public SoftwareProfileBuilder sinkAttention(AttentionBackend value) {
        sinkAttention = value;
        return this;
    }

    /** True if the exchange of tokens of one micro-batch runs beside the compute of another. */
    public SoftwareProfileBuilder expertOverlap(boolean value) {
        expertOverlap = value;
        return this;
    }

    /** Parts of a step that the device replays without the host. */
    public SoftwareProfileBuilder graphs(CudaGraphs value) {
        graphs = value;
        return this;
    }

    /** How context-parallel ranks exchange keys and values. */
    public SoftwareProfileBuilder contextExchange(ContextExchange value) {
        contextExchange = value;
        return this;
    }

    /** True if the host waits for each kernel before it goes on. */
    public SoftwareProfileBuilder blockingLaunches(boolean value) {
        blockingLaunches = value;
        return this;
    }

    /** True if the first dimension of activations is the batch and not the sequence. */
    public SoftwareProfileBuilder batchFirst(boolean value) {
        batchFirst = value;
        return this;
    }

    /** True if queries, keys and values are one product, and gate and input of the feed-forward part another. */
    public SoftwareProfileBuilder joinedProjections(boolean value) {
        joinedProjections = value;
        return this;
    }

    /** True if the host issues a whole step while the device runs the one before. */
    public SoftwareProfileBuilder runsAhead(boolean value) {
        runsAhead = value;
        return this;
    }

    /** True if a squared ReLU between the matrices of a feed-forward part runs operator by operator. */
    public SoftwareProfileBuilder eagerActivation(boolean value) {
        eagerActivation = value;
        return this;
    }

    /** Tokens of a chunk of the state-space scan; 0 for the model's own. */
    public SoftwareProfileBuilder scanChunk(int value) {
        scanChunk = value;
        return this;
    }

    /** True if these are the choices of a related software or recipe, because those of its own are not known. */
    public SoftwareProfileBuilder borrowed(boolean value) {
        borrowed = value;
        return this;
    }

    /** Where the choices were read. */
    public SoftwareProfileBuilder source(String value) {
        source = value;
        return this;
    }

    /**
     * The profile.
     *
     * @throws IllegalArgumentException if something is blank, or bytes of gradients or states are kept by no software
     */
    public SoftwareProfile build() {
        return new SoftwareProfile(
                name,
                stack,
                attention,
                elementwise,
                tensorExchange,
                backwardOverlap,
                dataOverlap,
                fp8Recipe,
                gradientBytes,
                dispatch,
                expertKernels,
                interleaves,
                sequenceParallel,
                sharding,
                expertsKeepTensor,
                newerLibraries,
                loss,
                defersLogits,
                shardedBytes,
                dropout,
                recomputes,
                wholeLayerAgain,
                states,
                sinkAttention,
                expertOverlap,
                graphs,
                contextExchange,
                blockingLaunches,
                batchFirst,
                joinedProjections,
                runsAhead,
                eagerActivation,
                scanChunk,
                borrowed,
                source);
    }
}
