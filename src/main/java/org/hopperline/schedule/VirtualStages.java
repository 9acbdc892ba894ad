package org.hopperline.schedule;

/** How many virtual stages a run has when nobody says: a rule, assumed and to be shown as such. */
public final class VirtualStages {

    /** The rule interleaves from this many stages on (assumed). */
    public static final int FEWEST_STAGES = 4;

    /** The rule leaves at least this many layers in a chunk (assumed). */
    public static final int FEWEST_LAYERS = 2;

    private VirtualStages() {}

    /**
     * Virtual stages assumed for a model of {@code layers} layers on {@code p} stages: with {@code p >= 4} the largest
     * {@code v} for which {@code p v} chunks divide the layers, or the layers and two (embedding and logits take the place
     * of a layer each), into chunks of at least two; otherwise 1.
     *
     * <p>Assumed, not measured: recipes tuned for the H100 interleave as finely as they can, and taking {@code v = 1}
     * where a recipe does not tell makes predictions of dense models worse by half. Example: 126 layers on 16 stages give
     * 128 slots and {@code v = 4}.
     *
     * @param layers layers of the model, at least 1
     * @param p stages, at least 1
     */
    public static int assumed(int layers, int p) {
        Shape.checkLayers(layers);
        Shape.check(p, 1);
        if (p < FEWEST_STAGES) {
            return 1;
        }
        for (int v = (layers + 2) / (FEWEST_LAYERS * p); v > 1; v--) {
            if (divides(p * v, layers) || divides(p * v, layers + 2)) {
                return v;
            }
        }
        return 1;
    }

    private static boolean divides(int chunks, int slots) {
        return slots % chunks == 0 && slots / chunks >= FEWEST_LAYERS;
    }
}
