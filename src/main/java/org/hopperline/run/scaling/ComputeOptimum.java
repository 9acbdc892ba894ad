package org.hopperline.run.scaling;

import java.util.Locale;
import org.hopperline.core.Check;

/**
 * How to spend a budget of FLOPs, by one law.
 *
 * @param law who says so
 * @param flops C, the budget
 * @param parameters N*
 * @param tokens D*; {@code 6 N* D* = C}
 * @param note what to know before believing it; empty if nothing
 */
public record ComputeOptimum(String law, double flops, double parameters, double tokens, String note) {

    /** @throws IllegalArgumentException if a number is not above 0 */
    public ComputeOptimum {
        Check.notBlank(law, "name of the law");
        Check.positive(flops, "budget", "FLOP");
        Check.positive(parameters, "parameters", "1");
        Check.positive(tokens, "tokens", "1");
        Check.notNull(note, "note");
    }

    /** {@code D* / N*}. */
    public double tokensPerParameter() {
        return tokens / parameters;
    }

    /** The optimum in words. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %.3g FLOP train %.4g parameters on %.4g tokens (%.1f tokens a parameter)%s",
                law,
                flops,
                parameters,
                tokens,
                tokensPerParameter(),
                note.isEmpty() ? "" : "; " + note);
    }
}
