package org.hopperline.work;

import static org.hopperline.work.LayerWork.ACTIVATION_BYTES;

import java.util.List;
import org.hopperline.core.AttentionBackend;
import org.hopperline.model.LatentAttention;
import org.hopperline.model.SlidingWindow;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ContextExchange;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;

/**
 * The attention part of a layer: norm, projections with or without latents, the core of attention with the messages of
 * its context ranks, output projection, residual stream.
 */
final class AttentionPart {

    /** Bytes of one 32-bit partial sum. */
    private static final int SUM_BYTES = 4;

    /** Query rows of one tile of a flash kernel. */
    private static final double LEAST_DOCUMENT_ROWS = 128;

    private final LayerDraft draft;
    private final Transformer model;
    private final ParallelPlan plan;
    private final SoftwareProfile software;

    /** The core of attention of a layer that sees everything before it. */
    private final AttentionCall call;

    private AttentionPart(LayerDraft draft) {
        this.draft = draft;
        this.model = draft.model;
        this.plan = draft.plan;
        this.software = draft.setup.software();
        this.call = unwindowed(draft.setup);
    }

    /** The part before the feed-forward part. */
    static void addTo(LayerDraft draft) {
        AttentionPart part = new AttentionPart(draft);
        draft.norm(draft.model.hidden());
        LatentAttention latent = draft.model.latentAttention();
        if (latent == null) {
            int column = part.projections();
            part.besideCalls();
            draft.tensorMessages(column, part.outputProjection());
        } else {
            part.latentProjections(latent);
            part.besideCalls();
            draft.rowMessages(part.outputProjection());
        }
        part.contextMessages();
        draft.endAttention(part.calls());
    }

    private static AttentionCall unwindowed(TrainingSetup setup) {
        Transformer model = setup.model();
        ParallelPlan plan = setup.plan();
        LatentAttention latent = model.latentAttention();
        int documents = documents(setup);
        int multiple = documents == 1 ? 1 : 2 * plan.context();
        int length = setup.batch().sequenceLength() / documents / multiple * multiple;
        double whole = (double) setup.batch().sequenceLength() / documents / length;
        return new AttentionCall(
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

    private int projections() {
        return draft.columnProducts(
                MatrixProduct.Part.ATTENTION_PROJECTION,
                model.hidden(),
                true,
                (long) call.heads() * call.queryDim(),
                (long) call.keyValueHeads() * call.queryDim(),
                (long) call.keyValueHeads() * call.valueDim());
    }

    /**
     * Queries, and keys with values, from their ranks (Megatron-Core, transformer/multi_latent_attention.py). The
     * projections down to the ranks are whole on every tensor rank, each for its part of the sequence where that is
     * divided; what is gathered then are the ranks, which are narrower than the residual stream, and with those of the
     * keys their rotary part.
     */
    private void latentProjections(LatentAttention latent) {
        long queryColumns = (long) call.heads() * call.queryDim();
        if (latent.queryRank() > 0) {
            down(latent.queryRank());
            draft.norm(latent.queryRank());
            up(queryColumns, latent.queryRank(), latent.queryRank());
        } else {
            up(queryColumns, model.hidden(), model.hidden());
        }
        int keyValueRank = latent.keyValueRank();
        down(keyValueRank + latent.ropeDim());
        draft.norm(keyValueRank);
        up((long) call.heads() * (latent.nopeDim() + latent.valueDim()), keyValueRank, keyValueRank + latent.ropeDim());
    }

    private void down(int rank) {
        long rows = Math.max(1, Math.round(draft.sharedTokens));
        MatrixProduct product =
                new MatrixProduct(MatrixProduct.Part.ATTENTION_PROJECTION, 1, rows, rank, model.hidden(), true);
        draft.add(product);
        draft.casts(product);
    }

    /** A column-parallel product of the ranks, of which so many columns are gathered. */
    private void up(long columns, int inner, int gathered) {
        int column = draft.columnProduct(MatrixProduct.Part.ATTENTION_PROJECTION, columns, inner, true);
        draft.columnMessages(column, gathered);
    }

    /** What stands between the projections beside the calls themselves: copies and rotary positions. */
    private void besideCalls() {
        shuffles();
        int rotatedHeads = call.heads() + call.keyValueHeads();
        if (model.learnedPositions() == 0 && model.pattern() == null) {
            draft.add(Pass.of(Pass.Operation.ROTARY, (double) rotatedHeads * call.queryDim() * draft.tokens));
        }
    }

    /**
     * The joint projection interleaves queries, keys and values; queries and values are made contiguous before
     * attention, the gradients of all three are joined after it (Megatron-Core, attention.py). Where attention meets
     * the keys of one context rank after the other, the partial outputs are added, and in the backward pass the partial
     * gradients of queries, keys and values.
     */
    private void shuffles() {
        double queries = (double) call.heads() * call.queryDim() * draft.tokens;
        double keys = (double) call.keyValueHeads() * call.queryDim() * draft.tokens;
        double values = (double) call.keyValueHeads() * call.valueDim() * draft.tokens;
        draft.add(new Pass(Pass.Operation.LAYOUT, queries + values, queries + keys + values));
        if (model.sinks() && software.sinkAttention() == AttentionBackend.FLASH_2) {
            // The output is scaled by each row's share without the sink in 32 bits and returns to 16: 12 bytes; 34
            // backward (FlexAttention in AutoModel, components/attention/flex_attention.py). A copy moves 4.
            draft.add(new Pass(Pass.Operation.LAYOUT, 3 * queries, 8.5 * queries));
        }
        if (plan.context() > 1 && software.contextExchange().meetsInTurn()) {
            double repeated = software.contextExchange().repeatsHeads()
                    ? (double) call.heads() * (call.queryDim() + call.valueDim()) * draft.tokens
                    : keys + values;
            draft.add(
                    new Pass(Pass.Operation.RING_SUM, plan.context() * queries, plan.context() * (queries + repeated)));
        }
    }

    private int outputProjection() {
        int row = draft.rowProduct(MatrixProduct.Part.ATTENTION_PROJECTION, (long) call.heads() * call.valueDim());
        draft.residual();
        return row;
    }

    /** Keys and values travel to the context ranks, their gradients back, as {@link ContextExchange} says. */
    private void contextMessages() {
        int ranks = plan.context();
        if (ranks == 1) {
            return;
        }
        double elements = (double) draft.tokens * (call.queryDim() + call.valueDim());
        double block = elements * call.keyValueHeads() * ACTIVATION_BYTES;
        switch (software.contextExchange()) {
            case RING -> context(Message.Pattern.SEND, block, ranks - 1, 2 * (ranks - 1));
            case GATHER -> {
                context(Message.Pattern.ALL_GATHER, ranks * block, 1, 1);
                context(Message.Pattern.REDUCE_SCATTER, ranks * block, 0, 1);
            }
            case GATHER_BESIDE, GATHER_AWAITED -> {
                double repeated = elements * call.heads();
                context(Message.Pattern.ALL_GATHER, ranks * repeated * ACTIVATION_BYTES, 1, 1);
                context(Message.Pattern.SEND, repeated * SUM_BYTES, 0, ranks);
            }
        }
    }

    private void context(Message.Pattern pattern, double bytes, int forward, int backward) {
        draft.add(Message.alone(Message.Axis.CONTEXT, pattern, bytes, forward, backward));
    }

    /** One call for the layers that see everything before them, one for those with a window. */
    private List<AttentionCall> calls() {
        SlidingWindow window = model.slidingWindow();
        if (window == null || window.tokens() >= call.keys()) {
            return List.of(call);
        }
        double share = (double) window.layersOf(model.layers()) / model.layers();
        return List.of(call.with(0, (1 - share) * call.layerShare()), call.with(window.tokens(), share));
    }
}
