package org.hopperline.run.scaling;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.text.FigureTable;

/**
 * A power law for the compute-optimal tokens alone, {@code D* = A C^alpha}, with {@code N* = C / (6 D*)}.
 *
 * <p>Llama 3 (arXiv 2407.21783, section 3.2.1) is an example of why two printed digits are not enough. Its text gives
 * (&alpha;, A) = (0.53, 0.29), which yields 10.5 T tokens at 3.8e25 FLOP, while the same paragraph reads 402 B parameters
 * on 16.55 T tokens off the fit. The label of its figure 3, (0.537, 0.299), yields 16.3 T and agrees within 2 %. And 402 B
 * times 16.55 T times six is 3.99e25 FLOP, 5 % above the budget named. All three are here: the rule as printed, the rule
 * of the figure, and the point.
 *
 * @param name whose rule
 * @param a A
 * @param alpha &alpha;
 * @param note what to know before believing it; empty if nothing
 */
public record TokenRule(String name, Figure a, Figure alpha, String note) {

    private static final FigureTable FIGURES = FigureTable.resource(TokenRule.class, "scaling.csv");

    /** Llama 3's rule with the digits of the text. */
    public static final TokenRule LLAMA3_PRINTED = new TokenRule(
            "Llama 3 rule as printed",
            FIGURES.get("llama3.printed.a"),
            FIGURES.get("llama3.printed.alpha"),
            "rounded so far that it gives 10.5 T tokens where the paper reads 16.55 T off its fit (3.8e25 FLOP)");

    /** Llama 3's rule with the digits of figure 3; agrees with the model that was chosen within 2 %. */
    public static final TokenRule LLAMA3_FIGURE = new TokenRule(
            "Llama 3 rule of figure 3", FIGURES.get("llama3.figure.a"), FIGURES.get("llama3.figure.alpha"), "");

    /** @throws IllegalArgumentException if a constant is not above 0, or the exponent not below 1 */
    public TokenRule {
        Check.notBlank(name, "name of a token rule");
        Check.positive(a.value(), "A of " + name, "1");
        if (!(alpha.value() > 0 && alpha.value() < 1)) {
            throw new IllegalArgumentException("alpha of " + name + " is " + alpha.value()
                    + ", but must lie between 0 and 1: else either tokens or parameters would shrink");
        }
        Check.notNull(note, "note of " + name);
    }

    /** The point that Llama 3's authors read off their fit: 402 B parameters on 16.55 T tokens at 3.8e25 FLOP. */
    public static ComputeOptimum llama3Point() {
        return new ComputeOptimum(
                "Llama 3 as read off its fit",
                FIGURES.value("llama3.point.flops"),
                FIGURES.value("llama3.point.parameters"),
                FIGURES.value("llama3.point.tokens"),
                "6 N D of this point is 5 % above the budget named");
    }

    /** Parameters and tokens within a budget of {@code flops}. */
    public ComputeOptimum optimum(double flops) {
        double tokens = a.value() * Math.pow(Check.positive(flops, "budget", "FLOP"), alpha.value());
        return new ComputeOptimum(name, flops, flops / (6 * tokens), tokens, note);
    }

    /** Tokens of this rule over those of {@code published} at the same budget: 1 where the two agree. */
    public double tokensOver(ComputeOptimum published) {
        return optimum(published.flops()).tokens() / published.tokens();
    }
}
