package org.hopperline.plan;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;

/**
 * The choices that a training software makes and that change the time of a step. A profile carries choices, no rates.
 *
 * @param name the software, with its years or versions
 * @param stack the software that it is a release or a mode of, whose runs are scored and left out together; its own name
 *     where it stands for itself: no other profile is of that software (Meta Llama 3), or it has changed too much since to be
 *     judged by the earlier ones (Megatron-LM 2024 runs on Megatron-Core and Transformer Engine, Megatron-LM 2022 does not)
 * @param attention the attention kernel
 * @param elementwise how the memory-bound operations between the products run
 * @param tensorExchange whether tensor-parallel gathers and scatters run beside the products that use or make them, and
 *     how
 * @param backwardOverlap true if tensor-parallel traffic of the backward pass runs beside the gradients of the weights
 *     (Megatron-LM's asynchronous linear layer)
 * @param dataOverlap true if gradient and parameter traffic runs beside the backward and forward passes
 * @param fp8Recipe how FP8 operands are scaled
 * @param gradientBytes bytes of one accumulated gradient: 4 or 2
 * @param dispatch how tokens travel to their experts
 * @param expertKernels how the experts of a rank are computed and their rows ordered
 * @param interleaves true if pipeline stages are interleaved where nothing else is said
 * @param sequenceParallel true if norms are divided along the sequence among tensor ranks where nothing else is said
 * @param sharding what data-parallel ranks divide where nothing else is said
 * @param expertsKeepTensor true if the tensor ranks also share each expert's matrices where nothing else is said
 * @param newerLibraries true if it runs on the libraries of containers of 2024-09 or later: matrix products (cuBLAS,
 *     Transformer Engine) and cuDNN's attention have other rates than before, and routed experts keep no outputs for the
 *     backward pass, which Megatron-Core has spared since 2025-04 and which is taken to hold for all of these
 * @param loss how the loss is computed from the logits
 * @param defersLogits true if the last stage of a pipeline of a dense model makes gradients of the output embedding's
 *     weights while the pipeline empties (Megatron-Core's defer_embedding_wgrad_compute); of as many micro-batches as memory
 *     allows, taken to be enough, since this stage keeps the activations of fewer than the others
 * @param shardedBytes bytes of a parameter whose states are all sharded, with its gradient and its two moments: 16 in 32
 *     bits, 8 in 16 bits; without parameter sharding {@code 2 + gradientBytes + 12} are held instead
 * @param dropout true if the model is trained with dropout, whose masks are kept
 * @param recomputes what it can recompute, from the least to the most
 * @param wholeLayerAgain true if a recomputed layer runs again to its end; false if it stops at the last activation that
 *     the backward pass needs, so that the layer's last product does not run again
 * @param states how parameters and gradients move between ranks
 * @param sinkAttention the attention kernel of layers with learnt sinks; where it is unfused, layers with a window keep
 *     the usual one
 * @param expertOverlap true if the exchange of tokens of one micro-batch runs beside the compute of another (Megatron-Core's
 *     overlap_moe_expert_parallel_comm)
 * @param graphs parts of a step that the device replays without the host
 * @param contextExchange how context-parallel ranks exchange keys and values
 * @param blockingLaunches true if the host waits for each kernel before it goes on (CUDA_LAUNCH_BLOCKING=1), so that host
 *     and device take turns
 * @param batchFirst true if the first dimension of activations is the batch and not the sequence, so that what is gathered
 *     or scattered along the sequence is copied into or out of its place, except by an overlapped exchange
 * @param joinedProjections true if queries, keys and values are one product, and gate and input of the feed-forward part
 *     another; false if each has its own, so that the gradients of their common input are added up
 * @param runsAhead true if the host issues a whole step while the device runs the one before (JAX's asynchronous dispatch
 *     of one compiled program), so that what delays the host does not delay the device
 * @param eagerActivation true if the function between the matrices of a feed-forward part without a gate is a squared ReLU
 *     that runs operator by operator, whatever the {@code elementwise} operations do
 * @param scanChunk tokens of a chunk of the state-space scan, whatever the model was published with; 0 for the model's own
 * @param borrowed true if these are the choices of a related software or of a related model's recipe, because those of its
 *     own are not known: predictions on it are less sure
 * @param source where the choices were read
 */
public record SoftwareProfile(
        String name,
        String stack,
        AttentionBackend attention,
        ElementwiseKernels elementwise,
        TensorExchange tensorExchange,
        boolean backwardOverlap,
        boolean dataOverlap,
        Fp8Recipe fp8Recipe,
        int gradientBytes,
        ExpertDispatch dispatch,
        ExpertKernels expertKernels,
        boolean interleaves,
        boolean sequenceParallel,
        Sharding sharding,
        boolean expertsKeepTensor,
        boolean newerLibraries,
        LossKernel loss,
        boolean defersLogits,
        int shardedBytes,
        boolean dropout,
        RecomputeLadder recomputes,
        boolean wholeLayerAgain,
        StateTraffic states,
        AttentionBackend sinkAttention,
        boolean expertOverlap,
        CudaGraphs graphs,
        ContextExchange contextExchange,
        boolean blockingLaunches,
        boolean batchFirst,
        boolean joinedProjections,
        boolean runsAhead,
        boolean eagerActivation,
        int scanChunk,
        boolean borrowed,
        String source) {

    /**
     * Checks that nothing is missing, that gradients are kept in 2 or 4 bytes and sharded states in 8 or 16, and that the chunk
     * of the scan is not negative.
     */
    public SoftwareProfile {
        Check.notBlank(name, "name of a software profile");
        Check.notBlank(stack, "software of a profile");
        Check.notNull(attention, "attention kernel");
        Check.notNull(tensorExchange, "tensor exchange");
        Check.notNull(sinkAttention, "attention kernel of layers with sinks");
        Check.notNull(elementwise, "elementwise kernels");
        Check.notNull(fp8Recipe, "FP8 recipe");
        Check.notNull(dispatch, "expert dispatch");
        Check.notNull(expertKernels, "kernels of experts");
        Check.notNull(graphs, "CUDA graphs");
        Check.notNull(contextExchange, "exchange between context-parallel ranks");
        Check.notNull(sharding, "sharding of a software profile");
        Check.notNull(loss, "loss kernel");
        if (shardedBytes != 16 && shardedBytes != 8) {
            throw new IllegalArgumentException("states of " + shardedBytes
                    + " bytes a sharded parameter are kept by no software; take 16 (32 bits each) or 8 (16 bits each)");
        }
        Check.notNull(recomputes, "recomputation that the software offers");
        Check.notNull(states, "movement of parameters and gradients");
        if (gradientBytes != 2 && gradientBytes != 4) {
            throw new IllegalArgumentException(
                    "gradients of " + gradientBytes + " bytes are kept by no software; take 2 or 4");
        }
        Check.notBlank(source, "source of a software profile");
        Check.nonNegative(scanChunk, "chunk of the state-space scan", "token");
    }

    /** True if tensor-parallel gathers and scatters run chunk by chunk beside the products that use or make them. */
    public boolean tensorOverlap() {
        return tensorExchange != TensorExchange.ALONE;
    }

    /** True if the other makes every choice as this one does, whatever both are called and wherever that was read. */
    public boolean choosesAs(SoftwareProfile other) {
        return equals(other.toBuilder()
                .name(name)
                .stack(stack)
                .borrowed(borrowed)
                .source(source)
                .build());
    }

    /** The same software with other CUDA graphs. */
    public SoftwareProfile withGraphs(CudaGraphs others) {
        return toBuilder().graphs(others).build();
    }

    /**
     * A builder that starts from the choices of this profile: the way to describe one's own software by what it does
     * otherwise, {@code SoftwareProfiles.MEGATRON.toBuilder().name("ours").tensorExchange(TensorExchange.ALONE).build()}.
     * The {@linkplain #stack() stack} stays unless it is set. With the name of a profile that ships, other choices are those of
     * a new release of that software; with another name they are new software, and the interval of a prediction is as wide as
     * for such.
     */
    public SoftwareProfileBuilder toBuilder() {
        return new SoftwareProfileBuilder(this);
    }
}
