package org.hopperline.work;

import static org.hopperline.work.LayerWork.ACTIVATION_BYTES;

import org.hopperline.model.Mamba2;
import org.hopperline.plan.ParallelPlan;

/**
 * A Mamba-2 layer (Megatron-Core, ssm/mamba_mixer.py): norm, the projection to gate, x, B, C and step sizes, causal
 * convolution, state-space scan, norm of the gated output, projection back, residual stream. Tensor ranks divide heads and
 * groups. Context ranks, which hold parts of each sequence, exchange these for parts of the heads around convolution and
 * scan (ssm/mamba_context_parallel.py): B and C of a group are repeated where a group has more ranks than one. In 8 bits
 * only the two projections run.
 */
final class MambaPart {

    private final LayerDraft draft;
    private final ParallelPlan plan;
    private final Mamba2 mamba;

    /** Heads of a tensor rank. */
    private final int heads;

    /** Groups of a tensor rank. */
    private final int groups;

    private MambaPart(LayerDraft draft, Mamba2 mamba) {
        this.draft = draft;
        this.plan = draft.plan;
        this.mamba = mamba;
        this.heads = Math.max(1, mamba.heads() / plan.tensor());
        this.groups = Math.max(1, mamba.groups() / plan.tensor());
    }

    /**
     * The layer.
     *
     * @throws IllegalArgumentException if the model has no such layer
     */
    static void addTo(LayerDraft draft) {
        Mamba2 mamba = draft.model.mamba();
        if (mamba == null) {
            throw new IllegalArgumentException(draft.model.name() + " has no Mamba-2 layer; ask for its other layers");
        }
        new MambaPart(draft, mamba).add();
    }

    private void add() {
        draft.norm(draft.model.hidden());
        double inner = (double) heads * mamba.headDim();
        double convolved = inner + 2.0 * groups * mamba.state();
        long columns = Math.round(inner + convolved + heads);
        int column =
                draft.columnProduct(MatrixProduct.Part.STATE_SPACE_PROJECTION, columns, draft.model.hidden(), true);
        int ranks = plan.context();
        int localGroups = Math.max(1, groups / ranks);
        double everyToken = (double) draft.tokens * ranks;
        double localInner = inner / ranks;
        double localConvolved = localInner + 2.0 * localGroups * mamba.state();
        copies(columns, inner);
        exchange(inner, localGroups);
        draft.add(Pass.of(Pass.Operation.CONVOLUTION, everyToken * localConvolved));
        draft.scan(new ScanCall(
                everyToken,
                Math.max(1, heads / ranks),
                mamba.headDim(),
                localGroups,
                mamba.state(),
                Math.min(chunk(), draft.setup.batch().sequenceLength())));
        draft.add(Pass.of(Pass.Operation.RMS_NORM, draft.tokens * inner));
        draft.addParameters((mamba.convolution() + 1.0) * convolved + 3.0 * heads + inner);
        int row = draft.rowProduct(MatrixProduct.Part.STATE_SPACE_PROJECTION, Math.round(inner));
        draft.residual();
        draft.tensorMessages(column, row);
    }

    /** Tokens of a chunk, which change nothing in what the scan computes: the software's where it has its own. */
    private int chunk() {
        int ofSoftware = draft.setup.software().scanChunk();
        return ofSoftware > 0 ? ofSoftware : mamba.chunk();
    }

    /**
     * Sequences of a micro-batch lie across each other, token by token, and are brought one after the other for the scan,
     * unless there is but one or the software keeps them so.
     */
    private void copies(double columns, double inner) {
        if (plan.microBatch() > 1 && !draft.setup.software().batchFirst()) {
            draft.add(Pass.of(Pass.Operation.LAYOUT, draft.tokens * (columns + inner)));
        }
    }

    /** Parts of sequences for parts of heads, and back: what is sent is brought into order before and joined after. */
    private void exchange(double inner, int localGroups) {
        int ranks = plan.context();
        if (ranks == 1) {
            return;
        }
        double sent = draft.tokens * (2 * inner + 2.0 * localGroups * ranks * mamba.state() + heads);
        double returned = draft.tokens * inner;
        draft.add(Pass.of(Pass.Operation.LAYOUT, 2 * (sent + returned)));
        allToAll(sent);
        allToAll(returned);
    }

    private void allToAll(double elements) {
        draft.add(Message.alone(Message.Axis.CONTEXT, Message.Pattern.ALL_TO_ALL, elements * ACTIVATION_BYTES, 1, 1));
    }
}
