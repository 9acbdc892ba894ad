package org.hopperline.work;

import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.TrainingSetup;

/**
 * Parameters of each kind of layer on one rank, and bytes that it keeps for each token: what tensor and expert degrees,
 * sequence parallelism and recomputation decide, whatever the pipeline, the replicas and the micro-batch.
 *
 * @param dense parameters of a dense layer
 * @param besideExperts parameters of an expert layer but for its routed experts
 * @param experts parameters of routed experts of one layer
 * @param embedding parameters of the token embedding
 * @param logits parameters of the last norm and the output embedding
 * @param input bytes of the input of a layer for each token
 * @param denseKept bytes that a dense layer keeps for each token, unless it runs again as a whole
 * @param expertKept the same of an expert layer
 * @param denseWhole bytes that a dense layer keeps for each token when nothing runs again
 * @param expertWhole the same of an expert layer
 * @param denseAgain bytes that stand once for each token while a dense layer runs again
 * @param expertAgain the same of an expert layer
 */
public record LayerMemory(
        double dense,
        double besideExperts,
        double experts,
        double embedding,
        double logits,
        double input,
        double denseKept,
        double expertKept,
        double denseWhole,
        double expertWhole,
        double denseAgain,
        double expertAgain) {

    /** The layers of a question. */
    public static LayerMemory of(TrainingSetup setup) {
        Transformer model = setup.model();
        ParallelPlan plan = setup.plan();
        Recompute what = plan.recompute();
        boolean experts = model.experts() != null;
        return new LayerMemory(
                RankParameters.dense(model, plan),
                RankParameters.besideExperts(model, plan),
                RankParameters.experts(model, plan),
                RankParameters.embedding(model, plan),
                RankParameters.logits(model, plan),
                KeptActivationBytes.input(setup),
                KeptActivationBytes.layer(setup, false, what),
                experts ? KeptActivationBytes.layer(setup, true, what) : 0,
                KeptActivationBytes.whole(setup, false),
                experts ? KeptActivationBytes.whole(setup, true) : 0,
                again(setup, false),
                experts ? again(setup, true) : 0);
    }

    /** While a layer runs again, everything it keeps stands once. */
    private static double again(TrainingSetup setup, boolean expertLayer) {
        Recompute what = setup.plan().recompute();
        if (what.equals(Recompute.NONE)) {
            return 0;
        }
        double whole = KeptActivationBytes.whole(setup, expertLayer);
        return what.layerShare() > 0 ? whole : whole - KeptActivationBytes.layer(setup, expertLayer, what);
    }
}
