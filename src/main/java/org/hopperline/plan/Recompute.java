package org.hopperline.plan;

import org.hopperline.core.Check;

/**
 * Which activations are dropped in the forward pass and computed again in the backward pass.
 *
 * @param layerShare share of the layers whose whole forward pass runs again, 0 to 1
 * @param productShare in the other layers, share of the linear products that run again with everything between them, 0 to
 *     1 (torchtitan's selective policy keeps the output of every second product, so 0.5)
 * @param attentionCore true if, in the other layers, the scores, softmax and dropout of attention run again
 *     (selective recomputation, arXiv 2205.05198); a flash kernel does so by its nature
 */
public record Recompute(double layerShare, double productShare, boolean attentionCore) {

    /** Nothing runs twice. */
    public static final Recompute NONE = new Recompute(0, 0, false);

    /** The core of attention runs twice. */
    public static final Recompute SELECTIVE = new Recompute(0, 0, true);

    /** Every layer runs twice. */
    public static final Recompute FULL = new Recompute(1, 0, false);

    /** Every second product runs twice, and everything between products. */
    public static final Recompute ALTERNATE_PRODUCTS = new Recompute(0, 0.5, false);

    /** Checks the shares. */
    public Recompute {
        Check.within(layerShare, 0, 1, "recomputed share of layers", "1");
        Check.within(productShare, 0, 1, "recomputed share of products", "1");
    }

    /** A share of the layers runs twice. */
    public static Recompute ofLayers(double share) {
        return new Recompute(share, 0, false);
    }

    @Override
    public String toString() {
        if (layerShare == 0) {
            return productShare > 0 ? "alternate products" : attentionCore ? "selective" : "none";
        }
        return layerShare == 1 ? "full" : String.format(java.util.Locale.ROOT, "%.0f %% of layers", 100 * layerShare);
    }
}
