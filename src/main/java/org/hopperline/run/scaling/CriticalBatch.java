package org.hopperline.run.scaling;

import org.hopperline.core.Check;
import org.hopperline.text.FigureTable;

/**
 * How large a batch still pays. Steps S and tokens E that reach the same loss trade as {@code (S/Smin - 1)(E/Emin - 1) =
 * 1} (McCandlish et al., arXiv 1812.06162, eq. 2.11); {@code Bcrit = Emin/Smin} is the batch that takes twice the least
 * steps and twice the least tokens.
 */
public final class CriticalBatch {

    private static final FigureTable FIGURES = FigureTable.resource(CriticalBatch.class, "scaling.csv");

    private CriticalBatch() {}

    /**
     * Critical batch at a loss, {@code Bcrit = B* / L^(1/alphaB)} with {@code B* = 2e8} tokens and {@code alphaB = 0.21}
     * (Kaplan et al., arXiv 2001.08361, eq. 5.3). Fitted below 1.5 B parameters on WebText2; an extrapolation for today's
     * models. Zhang et al. (arXiv 2410.21676) find it to grow with the data rather than with the size of the model.
     *
     * @param loss nats a token on that text, above 0
     * @return tokens
     */
    public static double kaplanTokens(double loss) {
        return FIGURES.value("kaplan.bStar")
                / Math.pow(Check.positive(loss, "loss", "nat"), 1 / FIGURES.value("kaplan.alphaB"));
    }

    /** Steps over the least possible, {@code S/Smin = 1 + Bcrit/B}. */
    public static double stepsOverLeast(double batchTokens, double criticalTokens) {
        return 1 + ratio(criticalTokens, batchTokens);
    }

    /** Tokens over the least possible, {@code E/Emin = 1 + B/Bcrit}. */
    public static double tokensOverLeast(double batchTokens, double criticalTokens) {
        return 1 + ratio(batchTokens, criticalTokens);
    }

    /**
     * The batch that spends at most {@code extraTokens} more than the least tokens: {@code B = Bcrit * extraTokens}.
     *
     * @param extraTokens share beyond the least, above 0, such as 0.2
     */
    public static double batchFor(double extraTokens, double criticalTokens) {
        return Check.positive(extraTokens, "share of extra tokens", "1")
                * Check.positive(criticalTokens, "critical batch", "token");
    }

    /**
     * Most replicas that a batch can feed: each takes at least one micro-batch of {@code microBatch} sequences.
     *
     * @return data-parallel size, perhaps 0 if the batch does not fill one micro-batch
     */
    public static long mostReplicas(double batchTokens, int microBatch, int sequence) {
        double each = (double) Check.positive(microBatch, "micro-batch") * Check.positive(sequence, "sequence length");
        return (long) Math.floor(Check.positive(batchTokens, "batch", "token") / each);
    }

    private static double ratio(double a, double b) {
        return Check.positive(a, "batch", "token") / Check.positive(b, "batch", "token");
    }
}
