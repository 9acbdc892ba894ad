package org.hopperline.run.scaling;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;

/**
 * The parametric loss {@code L(N, D) = E + A/N^alpha + B/D^beta} in nats a token (Hoffmann et al., arXiv 2203.15556,
 * eq. 10), with {@code C = 6 N D}.
 *
 * @param name whose fit
 * @param e E, loss that remains, nats
 * @param a A
 * @param b B
 * @param alpha &alpha;
 * @param beta &beta;
 * @param note what to know before believing it; empty if nothing
 */
public record LossLaw(String name, Figure e, Figure a, Figure b, Figure alpha, Figure beta, String note) {

    /** @throws IllegalArgumentException if a constant is not above 0 */
    public LossLaw {
        Check.notBlank(name, "name of a loss law");
        Check.positive(e.value(), "E of " + name, "nat");
        Check.positive(a.value(), "A of " + name, "1");
        Check.positive(b.value(), "B of " + name, "1");
        Check.positive(alpha.value(), "alpha of " + name, "1");
        Check.positive(beta.value(), "beta of " + name, "1");
        Check.notNull(note, "note of " + name);
    }

    /** Loss in nats a token of {@code parameters} trained on {@code tokens}. */
    public double loss(double parameters, double tokens) {
        return loss(e.value(), a.value(), b.value(), alpha.value(), beta.value(), parameters, tokens);
    }

    /** {@code E + A/N^alpha + B/D^beta}. */
    public static double loss(
            double e, double a, double b, double alpha, double beta, double parameters, double tokens) {
        return e
                + a / Math.pow(Check.positive(parameters, "parameters", "1"), alpha)
                + b / Math.pow(Check.positive(tokens, "tokens", "1"), beta);
    }

    /** {@code a = beta/(alpha + beta)}: optimal parameters grow as {@code C^a}. */
    public double parameterExponent() {
        return beta.value() / (alpha.value() + beta.value());
    }

    /**
     * Parameters and tokens of least loss within a budget: {@code N* = G (C/6)^(beta/(alpha+beta))}, {@code D* = (C/6)/N*},
     * {@code G = (alpha A / beta B)^(1/(alpha+beta))} (eq. 4).
     *
     * @param flops C, above 0
     */
    public ComputeOptimum optimum(double flops) {
        double product = Check.positive(flops, "budget", "FLOP") / 6;
        double parameters = g() * Math.pow(product, parameterExponent());
        return new ComputeOptimum(name, flops, parameters, product / parameters, note);
    }

    /** Loss of the optimum within a budget, nats a token. */
    public double optimalLoss(double flops) {
        ComputeOptimum best = optimum(flops);
        return loss(best.parameters(), best.tokens());
    }

    /**
     * The least budget that reaches a loss: {@link #optimalLoss} solved for C, {@code C = 6 (K/(L - E))^((alpha+beta)/(alpha
     * beta))} with {@code K = A G^-alpha + B G^beta}.
     *
     * @param loss L in nats a token, above E
     * @return FLOPs
     * @throws IllegalArgumentException if no budget reaches it
     */
    public double leastFlops(double loss) {
        if (!(loss > e.value()) || Double.isInfinite(loss)) {
            throw new IllegalArgumentException("loss is " + loss + " nat, but " + name + " leaves " + e.value()
                    + " nat at any budget; ask for more than that");
        }
        double k = a.value() * Math.pow(g(), -alpha.value()) + b.value() * Math.pow(g(), beta.value());
        double exponent = (alpha.value() + beta.value()) / (alpha.value() * beta.value());
        return 6 * Math.pow(k / (loss - e.value()), exponent);
    }

    /**
     * How far a model is trained beyond its compute-optimal tokens, and what that costs.
     *
     * @param parameters N
     * @param tokens D
     */
    public OverTraining overTraining(double parameters, double tokens) {
        double flops = TrainingFlops.sixND(parameters, tokens);
        double reached = loss(parameters, tokens);
        return new OverTraining(
                parameters, tokens, tokens / optimalTokens(parameters), reached, flops / leastFlops(reached));
    }

    /** Tokens for which {@code parameters} are compute-optimal. */
    public double optimalTokens(double parameters) {
        double product = Math.pow(Check.positive(parameters, "parameters", "1") / g(), 1 / parameterExponent());
        return product / parameters;
    }

    private double g() {
        return Math.pow(alpha.value() * a.value() / (beta.value() * b.value()), 1 / (alpha.value() + beta.value()));
    }
}
