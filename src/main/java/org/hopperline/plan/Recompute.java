package org.hopperline.plan;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.hopperline.core.Check;

/**
 * Which activations are dropped in the forward pass and computed again in the backward pass.
 *
 * @param layerShare share of the layers whose whole forward pass runs again, 0 to 1; only their inputs are kept
 * @param productShare in the other layers, share of the linear products that run again with everything between them, 0 to
 *     1 (torchtitan's selective policy keeps the output of every second product, so 0.5)
 * @param parts in the other layers, the parts that run again
 */
public record Recompute(double layerShare, double productShare, Set<RecomputedPart> parts) {

    /** Nothing runs twice. */
    public static final Recompute NONE = new Recompute(0, 0, Set.of());

    /**
     * The core of attention runs twice (selective recomputation, arXiv 2205.05198); a flash kernel does so by its nature.
     */
    public static final Recompute SELECTIVE = ofParts(RecomputedPart.ATTENTION_CORE);

    /** Every layer runs twice. */
    public static final Recompute FULL = new Recompute(1, 0, Set.of());

    /** Every second product runs twice, and everything between products (torchtitan, selective by operation). */
    public static final Recompute ALTERNATE_PRODUCTS = new Recompute(0, 0.5, Set.of());

    /** All but products of activations with weights runs twice (JAX, checkpoint_dots_with_no_batch_dims). */
    public static final Recompute ALL_BUT_PRODUCTS =
            ofParts(RecomputedPart.NORMS, RecomputedPart.ATTENTION_CORE, RecomputedPart.ACTIVATION);

    /** All but the four products of attention runs twice (praxis, SAVE_QKV_OUT_PROJ; MaxText, save_dot_except_mlp). */
    public static final Recompute ALL_BUT_PROJECTIONS = ofParts(
            RecomputedPart.NORMS,
            RecomputedPart.ATTENTION_CORE,
            RecomputedPart.ACTIVATION,
            RecomputedPart.FEED_FORWARD);

    /** All but queries, keys and values runs twice (MaxText, remat_policy {@code save_qkv_proj}). */
    public static final Recompute ALL_BUT_QUERY_KEY_VALUE = ofParts(
            RecomputedPart.NORMS,
            RecomputedPart.ATTENTION_CORE,
            RecomputedPart.ATTENTION_OUTPUT,
            RecomputedPart.ACTIVATION,
            RecomputedPart.FEED_FORWARD);

    /** Checks the shares and copies the parts. */
    public Recompute {
        Check.within(layerShare, 0, 1, "recomputed share of layers", "1");
        Check.within(productShare, 0, 1, "recomputed share of products", "1");
        parts = Set.copyOf(Check.notNull(parts, "recomputed parts"));
        if (productShare > 0 && !parts.isEmpty()) {
            throw new IllegalArgumentException("recomputed share of products is " + productShare
                    + " beside parts that run again; state the one or the other");
        }
    }

    /** A share of the layers runs twice. */
    public static Recompute ofLayers(double share) {
        return new Recompute(share, 0, Set.of());
    }

    /**
     * Some layers of a stage run twice: {@code recompute_num_layers} of {@code layers} with Megatron's method {@code
     * block}. Its method {@code uniform} recomputes every layer and keeps the input of each group: that is {@link #FULL}.
     *
     * @param recomputed layers that run twice
     * @param layers layers of the stage
     */
    public static Recompute ofLayers(int recomputed, int layers) {
        Check.positive(layers, "layers of a stage");
        if (recomputed < 0 || recomputed > layers) {
            throw new IllegalArgumentException("recomputed layers are " + recomputed + " of " + layers
                    + " in a stage; take between 0 and " + layers);
        }
        return ofLayers((double) recomputed / layers);
    }

    /** Some parts of every layer run twice. */
    public static Recompute ofParts(RecomputedPart... parts) {
        return new Recompute(0, 0, Set.of(parts));
    }

    /**
     * True if the core of attention runs again. A flash kernel makes its scores again by its nature, so that naming the core
     * alone asks for nothing more; beside other parts its output is dropped as well, and the kernel runs twice.
     *
     * @param unfused true if attention writes its scores to memory
     */
    public boolean coreAgain(boolean unfused) {
        return again(RecomputedPart.ATTENTION_CORE) && (unfused || parts.size() > 1);
    }

    /** True if, in layers that do not run again as a whole, that part does. */
    public boolean again(RecomputedPart part) {
        return parts.contains(part);
    }

    @Override
    public String toString() {
        if (layerShare == 1) {
            return "full";
        }
        String rest = productShare > 0 ? "alternate products" : ofParts();
        if (layerShare == 0) {
            return rest.isEmpty() ? "none" : rest;
        }
        String layers = String.format(Locale.ROOT, "%.0f %% of layers", 100 * layerShare);
        return rest.isEmpty() ? layers : layers + ", " + rest;
    }

    private String ofParts() {
        if (parts.isEmpty()) {
            return "";
        }
        if (parts.size() == 1 && again(RecomputedPart.ATTENTION_CORE)) {
            return "selective";
        }
        if (parts.equals(ALL_BUT_PRODUCTS.parts)) {
            return "all but products";
        }
        if (parts.equals(ALL_BUT_PROJECTIONS.parts)) {
            return "all but attention's products";
        }
        if (parts.size() == RecomputedPart.values().length - 1 && !again(RecomputedPart.QUERY_KEY_VALUE)) {
            return "all but queries, keys and values";
        }
        return EnumSet.copyOf(parts).stream().map(RecomputedPart::label).collect(Collectors.joining(" and "));
    }
}
