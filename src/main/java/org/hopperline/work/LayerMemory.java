package org.hopperline.work;

import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.TrainingSetup;

/**
 * Parameters of each sort of layer on one rank, and bytes that it keeps for each token: what tensor and expert degrees,
 * sequence parallelism and recomputation decide, whatever the pipeline, the replicas and the micro-batch.
 *
 * @param dense a dense layer
 * @param expert an expert layer, its parameters but for its routed experts
 * @param attention a hybrid's layer of attention
 * @param mamba a hybrid's Mamba-2 layer
 * @param experts parameters of routed experts of one layer
 * @param embedding parameters of the token embedding
 * @param logits parameters of the last norm and the output embedding
 * @param input bytes of the input of a layer for each token
 */
public record LayerMemory(
        OneLayer dense,
        OneLayer expert,
        OneLayer attention,
        OneLayer mamba,
        double experts,
        double embedding,
        double logits,
        double input) {

    /**
     * One layer.
     *
     * @param parameters its parameters
     * @param kept bytes that it keeps for each token, unless it runs again as a whole
     * @param whole bytes that it keeps for each token when nothing runs again
     * @param again bytes that stand once for each token while it runs again
     */
    public record OneLayer(double parameters, double kept, double whole, double again) {

        private static final OneLayer NONE = new OneLayer(0, 0, 0, 0);
    }

    /** The layer of a sort; one for a further token is counted as those that it is like. */
    OneLayer of(int sort) {
        return switch (LayerSort.of(sort)) {
            case DENSE -> dense;
            case EXPERT -> expert;
            case ATTENTION -> attention;
            case MAMBA -> mamba;
            case FURTHER -> OneLayer.NONE;
        };
    }

    /** The layers of a question. */
    public static LayerMemory of(TrainingSetup setup) {
        Transformer model = setup.model();
        ParallelPlan plan = setup.plan();
        return new LayerMemory(
                layer(setup, LayerSort.DENSE, RankParameters.dense(model, plan)),
                layer(setup, LayerSort.EXPERT, RankParameters.besideExperts(model, plan)),
                layer(setup, LayerSort.ATTENTION, RankParameters.attentionLayer(model, plan)),
                layer(setup, LayerSort.MAMBA, RankParameters.mambaLayer(model, plan)),
                RankParameters.experts(model, plan),
                RankParameters.embedding(model, plan),
                RankParameters.logits(model, plan),
                KeptActivationBytes.input(setup));
    }

    private static OneLayer layer(TrainingSetup setup, LayerSort sort, double parameters) {
        if (parameters == 0) {
            return OneLayer.NONE;
        }
        Recompute what = setup.plan().recompute();
        double kept = kept(setup, sort, what);
        double whole = kept(setup, sort, Recompute.NONE);
        return new OneLayer(parameters, kept, whole, again(what, whole, kept));
    }

    private static double kept(TrainingSetup setup, LayerSort sort, Recompute what) {
        return switch (sort) {
            case DENSE -> KeptActivationBytes.layer(setup, false, what);
            case EXPERT -> KeptActivationBytes.layer(setup, true, what);
            case ATTENTION -> KeptActivationBytes.attentionLayer(setup, what);
            case MAMBA -> KeptActivationBytes.mambaLayer(setup, what);
            case FURTHER -> 0;
        };
    }

    /** While a layer runs again, everything it keeps stands once. */
    private static double again(Recompute what, double whole, double kept) {
        if (what.equals(Recompute.NONE)) {
            return 0;
        }
        return what.layerShare() > 0 ? whole : whole - kept;
    }
}
