package org.hopperline.run.scaling;

import org.hopperline.core.Check;

/** FLOPs of training, as they are counted. Three counts are in use; comparing one with another is a common mistake. */
public final class TrainingFlops {

    private TrainingFlops() {}

    /**
     * {@code C = 6 N D}: two FLOPs a parameter forward, four backward, attention scores left out (Kaplan et al., arXiv
     * 2001.08361, section 2.1).
     *
     * @param parameters N; of a mixture of experts, those active for one token
     * @param tokens D
     */
    public static double sixND(double parameters, double tokens) {
        return 6 * Check.positive(parameters, "parameters", "1") * Check.positive(tokens, "tokens", "1");
    }

    /**
     * FLOPs a token with attention scores, {@code 6 N + 12 L H Q T} (PaLM, arXiv 2204.02311, appendix B); {@code H Q} is
     * the width of all heads.
     *
     * @param parameters N
     * @param layers L
     * @param headsWidth H Q, number of heads times head size
     * @param sequence T, tokens of a sequence
     * @param causal true to count only the scores that a causal mask leaves, half of them
     */
    public static double perToken(double parameters, int layers, int headsWidth, int sequence, boolean causal) {
        double scores = 12.0
                * Check.positive(layers, "layers")
                * Check.positive(headsWidth, "width of all heads")
                * Check.positive(sequence, "sequence length");
        return 6 * Check.positive(parameters, "parameters", "1") + (causal ? scores / 2 : scores);
    }
}
