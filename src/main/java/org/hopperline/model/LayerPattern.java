package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * The layers of a hybrid model in their order, a symbol each: {@code M} Mamba-2, {@code *} attention, {@code -} dense
 * feed-forward part, {@code E} experts.
 *
 * @param symbols the pattern as it is published, such as {@code M-M-M-M*-}
 */
public record LayerPattern(String symbols) {

    /** Checks that each symbol is known. */
    public LayerPattern {
        Check.notBlank(symbols, "pattern of layers");
        for (int i = 0; i < symbols.length(); i++) {
            if ("M*-E".indexOf(symbols.charAt(i)) < 0) {
                throw new IllegalArgumentException("layer " + i + " of the pattern " + symbols + " is \""
                        + symbols.charAt(i)
                        + "\", but a layer is M (Mamba-2), * (attention), - (feed-forward) or E (experts)");
            }
        }
    }

    /** So many layers of one kind. */
    public static LayerPattern all(LayerKind kind, int layers) {
        return new LayerPattern(String.valueOf(kind.symbol()).repeat(Check.positive(layers, "layers")));
    }

    /** Layers in all. */
    public int layers() {
        return symbols.length();
    }

    /** What layer {@code layer}, from 0, is. */
    public boolean is(LayerKind kind, int layer) {
        return symbols.charAt(layer) == kind.symbol();
    }

    /** Layers of a kind. */
    public int count(LayerKind kind) {
        return countBefore(kind, symbols.length());
    }

    /** Layers of a kind among the first {@code layers}. */
    public int countBefore(LayerKind kind, int layers) {
        int count = 0;
        for (int i = 0; i < layers; i++) {
            count += is(kind, i) ? 1 : 0;
        }
        return count;
    }

    /** True if there is a layer of a kind. */
    public boolean has(LayerKind kind) {
        return symbols.indexOf(kind.symbol()) >= 0;
    }

    /** The pattern. */
    @Override
    public String toString() {
        return symbols;
    }
}
