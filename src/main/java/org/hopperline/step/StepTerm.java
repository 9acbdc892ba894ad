package org.hopperline.step;

import org.hopperline.core.Slot;

/**
 * The terms of one optimizer step. Those on the critical path add up to {@link #STEP}; they are taken along the stage
 * that has most to do.
 */
public enum StepTerm implements Slot {
    /** Products of the linear layers, forward and both backward. */
    LINEAR(
            "linear layers",
            "s",
            "M L (t(T,n,k) + t(T,k,n) + t(n,k,T)) / c_run",
            "kernel.Gemm, step.RunConstants",
            Role.CRITICAL),
    /** Products of routed experts. */
    EXPERTS(
            "routed experts",
            "s",
            "M L t(E/ep groups of rows x n x k) / c_run",
            "kernel.Gemm, step.RunConstants",
            Role.CRITICAL),
    /** The core of attention. */
    ATTENTION(
            "attention",
            "s",
            "M L (t_fwd(s) + t_bwd(s)) / c_run",
            "kernel.Attention, step.RunConstants",
            Role.CRITICAL),
    /** The state-space scan of Mamba-2 layers. */
    SCAN(
            "state-space scan",
            "s",
            "M L (n t0 + bytes/B + FLOPs/R), forward and backward",
            "kernel.StateSpaceScan",
            Role.CRITICAL),
    /** Norms, residuals, rotary embedding, activations, permutations, embedding. */
    PASSES(
            "memory-bound operations",
            "s",
            "M L c_run sum(t0 + bytes/B)",
            "kernel.MemoryBound, step.RunConstants",
            Role.CRITICAL),
    /** Casts to FP8. */
    CASTS("casts to FP8", "s", "M L sum(t0 + bytes/B) + L t_weights", "kernel.MemoryBound", Role.CRITICAL),
    /** Output embedding and loss on the last stage. */
    LOGITS("logits and loss", "s", "M (3 t(T,V/tp,h) + b T V/(tp B))", "kernel.Gemm, MemoryBound", Role.CRITICAL),
    /** Forward passes run again. */
    RECOMPUTE("recomputation", "s", "share M L t_fwd", "arXiv 2205.05198", Role.CRITICAL),
    /** Copies of parameters and gradients around their collectives, and gradients added to sums over micro-batches. */
    COPIES(
            "copies of parameters and gradients",
            "s",
            "M P (bytes copied and added)/B",
            "step.StateCopies",
            Role.CRITICAL),
    /** What compute loses to traffic of any kind beside it: multiprocessors and memory bandwidth. */
    CONTENTION(
            "compute slowed by traffic",
            "s",
            "M L min((1 - r) t_comm, C/r - C), r = (k + p)/(k/(1 - s) + p/(1 - b))",
            "step.Contention, collective.CommunicationLoad",
            Role.CRITICAL),
    /** Tensor-parallel traffic that nothing hides, and what products beside it lose in chunks. */
    TENSOR_EXPOSED(
            "tensor parallel, exposed",
            "s",
            "M L (sum t_comm - hidden + losses)",
            "collective, step.TensorOverlap",
            Role.CRITICAL),
    /** Context-parallel traffic that attention does not hide. */
    CONTEXT_EXPOSED(
            "context parallel, exposed",
            "s",
            "M L (cp-1) ([t - t_fwd/(r cp)]+ + 2 [t - t_bwd/(2 r cp)]+)",
            "arXiv 2310.01889",
            Role.CRITICAL),
    /** Dispatch to experts and back. */
    EXPERT_EXPOSED(
            "expert parallel, exposed",
            "s",
            "M L 4 c_run t_all-to-all",
            "collective, step.RunConstants",
            Role.CRITICAL),
    /** Parameter gathers and gradient scatters of fully sharded layers that compute does not hide. */
    SHARD_EXPOSED(
            "sharded parameters, exposed",
            "s",
            "M ((L-1) max(0, t_ag - F/r) + (L-1) max(0, t_ag + t_rs - B/r) + t_ag + t_rs)",
            "arXiv 2304.11277",
            Role.CRITICAL),
    /** Idle pipeline stages, and sends between stages; less the gradients of the output embedding made in the flush. */
    BUBBLE("pipeline bubble", "s", "t_schedule - M (F + B) of the slowest stage", "arXiv 2104.04473", Role.CRITICAL),
    /**
     * Gradient and parameter traffic of the data-parallel group that compute does not hide, of the stages last to be done
     * with it: less their lag behind the first.
     */
    DATA_EXPOSED(
            "data parallel, exposed", "s", "max(t_comm/buckets, t_comm - window/r) - lag", "collective", Role.CRITICAL),
    /** Optimizer update. */
    OPTIMIZER("optimizer", "s", "bytes per parameter x parameters/(shards B)", "step.StateCopies", Role.CRITICAL),
    /** The host: kernels that wait to be launched, data, synchronization. */
    HOST("host", "s", "t_0 H(n) + M L (t_wait + [t_host - t_gpu]+)", "step.RunConstants", Role.CRITICAL),
    /** Waiting for the slowest of all ranks. */
    STRAGGLER(
            "waiting for the slowest rank",
            "s",
            "(compute + bubble) x spread x E[max of n normals]",
            "collective.ArrivalSpread",
            Role.CRITICAL),
    /** The step. */
    STEP("step", "s", "sum of the critical path", "step.StepModel", Role.TOTAL),
    /** Tensor-parallel traffic hidden behind products. */
    TENSOR_HIDDEN("tensor parallel", "s", "sum t_comm - exposed", "collective", Role.HIDDEN),
    /** Context-parallel traffic hidden behind attention. */
    CONTEXT_HIDDEN("context parallel", "s", "sum t_comm - exposed", "collective", Role.HIDDEN),
    /** Dispatch and combine hidden behind the compute of another micro-batch. */
    EXPERT_HIDDEN("expert parallel", "s", "sum t_comm - exposed", "collective", Role.HIDDEN),
    /** Sharded-parameter traffic hidden behind compute. */
    SHARD_HIDDEN("sharded parameters", "s", "sum t_comm - exposed", "collective", Role.HIDDEN),
    /** Data-parallel traffic hidden behind compute. */
    DATA_HIDDEN("data parallel", "s", "t_comm - exposed", "collective", Role.HIDDEN),
    /** Micro-batches of one replica. */
    MICRO_BATCHES("micro-batches", "1", "gbs/(dp mbs)", "plan.ParallelPlan", Role.DETAIL),
    /** Seconds of compute kernels on the slowest stage, with all that recomputation runs again. */
    COMPUTE(
            "compute kernels",
            "s",
            "linear + experts + attention + scan + passes + casts + logits + recomputation + copies",
            "step.StepModel",
            Role.DETAIL),
    /** All traffic of one rank, hidden or not. */
    TRAFFIC("traffic, hidden or not", "s", "sum t_comm", "collective", Role.DETAIL);

    private final Entry entry;

    StepTerm(String label, String unit, String formula, String source, Role role) {
        this.entry = new Entry(label, unit, formula, source, role);
    }

    @Override
    public Entry entry() {
        return entry;
    }
}
