package org.hopperline.schedule;

import org.hopperline.core.Check;

/** How many virtual stages a run has when nobody says: a rule, assumed and to be shown as such. */
public final class VirtualStages {

    /**
     * The rule interleaves until the bubble {@code (p - 1) / (v M)} of an even pipeline is no more than this (assumed: of
     * 115 published runs for the H100 and A100 that state their virtual stages it finds 72, half a percent 52, two 45, as
     * finely as the layers allow 48).
     */
    public static final double BUBBLE = 0.01;

    private VirtualStages() {}

    /**
     * Virtual stages assumed for a model of {@code layers} layers on {@code p} stages with {@code M} micro-batches: the
     * fewest that bring the bubble {@code (p - 1) / (v M)} (arXiv 2104.04473 section 2.2.2) to {@link #BUBBLE}, or else the
     * most, of those for which {@code p v} chunks divide the layers, or the layers and two (embedding and logits take the
     * place of a layer each). 1 where the stages do not divide the micro-batches: interleaving asks for that.
     *
     * <p>Assumed, not measured. Examples: 96 layers on 8 stages with 16 micro-batches take 12, one layer to a chunk, and with
     * 512 only 2; 126 layers on 16 stages with 16 micro-batches give 128 places and 8.
     *
     * @param layers layers of the model, at least 1
     * @param p stages, at least 1
     * @param M micro-batches of a step, at least 1
     */
    public static int assumed(int layers, int p, int M) {
        return assumed(layers, 0, p, M);
    }

    /**
     * The same for a model with layers that predict further tokens, each of which takes a place as embedding and logits do.
     *
     * @param layers layers of the model, at least 1
     * @param further layers for further tokens, at least 0
     * @param p stages, at least 1
     * @param M micro-batches of a step, at least 1
     */
    public static int assumed(int layers, int further, int p, int M) {
        ScheduleRules.checkLayers(layers);
        Check.nonNegative(further, "layers for further tokens");
        ScheduleRules.check(p, M);
        if (p == 1 || M % p != 0) {
            return 1;
        }
        int places = layers + further + 2;
        int most = 1;
        for (int v = 1; v <= places / p; v++) {
            if (layers % (p * v) == 0 || places % (p * v) == 0) {
                most = v;
                if (p - 1 <= BUBBLE * v * M) {
                    return v;
                }
            }
        }
        return most;
    }
}
