package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * Layers that look back only so far: of each {@code period} layers, the first {@code windowed} do. gpt-oss alternates
 * (1 of 2, the first layer windowed).
 *
 * @param tokens keys that a query of a windowed layer sees, itself included
 * @param windowed windowed layers of a period
 * @param period layers after which the pattern repeats
 */
public record SlidingWindow(int tokens, int windowed, int period) {

    /** Checks the counts and that a period holds its windowed layers. */
    public SlidingWindow {
        Check.positive(tokens, "tokens of the sliding window");
        Check.positive(windowed, "windowed layers of a period");
        Check.positive(period, "layers of a period");
        if (windowed > period) {
            throw new IllegalArgumentException(
                    windowed + " windowed layers do not fit a period of " + period + " layers; take at most " + period);
        }
    }

    /** A window in every {@code period}-th layer, from the first. */
    public static SlidingWindow everyNth(int tokens, int period) {
        return new SlidingWindow(tokens, 1, period);
    }

    /** True if layer {@code layer}, from 0, is windowed. */
    public boolean covers(int layer) {
        return Check.nonNegative(layer, "layer") % period < windowed;
    }

    /** Windowed layers among the first {@code layers}. */
    public int layersOf(int layers) {
        return layers / period * windowed + Math.min(layers % period, windowed);
    }

    /** One line: {@code window of 128 tokens in 1 of 2 layers}. */
    @Override
    public String toString() {
        return "window of " + tokens + " tokens in " + windowed + " of " + period + " layers";
    }
}
