package org.hopperline.schedule;

/**
 * {@link Interleaved} for the usual case that all chunks take the same time but the first (embedding) and the last (final
 * norm, logits, loss): the same formula without arrays, in a time that grows with neither stages nor chunks.
 */
public final class InterleavedEdges {

    private InterleavedEdges() {}

    /**
     * Seconds of a step, the same as {@link Interleaved#seconds(int, int, double[], double[], double)} for such chunks.
     *
     * <p>The stages between the first and the last differ only in their place. What that formula takes the maximum of is
     * convex in the place, apart from a bend where a stage has just enough micro-batches to alternate, so their two ends
     * and the bend are looked at.
     *
     * @param p stages, at least 2
     * @param v virtual stages, at least 2
     * @param M micro-batches, at least 1
     * @param forwardSeconds one forward of one micro-batch through a chunk that is neither first nor last
     * @param backwardSeconds one backward through such a chunk
     * @param firstForwardSeconds forward through the first chunk
     * @param firstBackwardSeconds backward through the first chunk
     * @param lastForwardSeconds forward through the last chunk
     * @param lastBackwardSeconds backward through the last chunk
     * @param sendSeconds one send between neighbouring stages, and from the last to the first
     */
    public static double seconds(
            int p,
            int v,
            int M,
            double forwardSeconds,
            double backwardSeconds,
            double firstForwardSeconds,
            double firstBackwardSeconds,
            double lastForwardSeconds,
            double lastBackwardSeconds,
            double sendSeconds) {
        Shape.check(PipelineSchedule.INTERLEAVED, p, v, M);
        double f = Shape.seconds(forwardSeconds, "forwardSeconds");
        double b = Shape.seconds(backwardSeconds, "backwardSeconds");
        double firstF = Shape.seconds(firstForwardSeconds, "firstForwardSeconds");
        double firstB = Shape.seconds(firstBackwardSeconds, "firstBackwardSeconds");
        double lastF = Shape.seconds(lastForwardSeconds, "lastForwardSeconds");
        double lastB = Shape.seconds(lastBackwardSeconds, "lastBackwardSeconds");
        double s = Shape.seconds(sendSeconds, "sendSeconds");

        int opening = Interleaved.largestGroup(p, M);
        int closing = Interleaved.smallestGroup(p, M);
        double throughF = through(p, v, opening, f, firstF, lastF, s);
        double throughB = through(p, v, closing, b, firstB, lastB, s);

        // Below this stage all forwards come before the first backward.
        int bend = p - 1 - (M * v - (v - 1) * opening - 1) / 2;
        double middle = Double.NEGATIVE_INFINITY;
        if (p > 2) {
            middle = stage(1, p, v, M, f, b, firstF, firstB, lastF, lastB, s, opening, closing, throughF, throughB);
            if (p > 3) {
                double end = stage(
                        p - 2, p, v, M, f, b, firstF, firstB, lastF, lastB, s, opening, closing, throughF, throughB);
                middle = Math.max(middle, end);
            }
            for (int h = Math.max(2, bend - 1); h <= bend + 1 && h < p - 2; h++) {
                double at =
                        stage(h, p, v, M, f, b, firstF, firstB, lastF, lastB, s, opening, closing, throughF, throughB);
                middle = Math.max(middle, at);
            }
        }
        double front = stage(0, p, v, M, f, b, firstF, firstB, lastF, lastB, s, opening, closing, throughF, throughB);
        double rear =
                stage(p - 1, p, v, M, f, b, firstF, firstB, lastF, lastB, s, opening, closing, throughF, throughB);
        double longest = Math.max(middle, Math.max(front, rear));

        int between = (Interleaved.groups(p, M) - 2) * closing;
        if (between > 0) {
            double lost = opening == closing ? f + b : Math.max(f, lastF) + Math.max(b, lastB);
            double rearWork = (v - 1) * (f + b) + lastF + lastB;
            double frontGain = between * ((v - 1) * (f + b) + firstF + firstB - rearWork) + 2 * s;
            double middleGain = between * (v * (f + b) - rearWork);
            int more = 2 * (opening - p);
            longest = Math.max(longest, rear + frontGain - (more + 1) * lost);
            if (p > 2) {
                // The gain of stage h grows or falls evenly with h.
                double near = middleGain - (more + 2) * lost + 4 * s;
                double far = middleGain - (more + p - 1) * lost + 2 * (p - 1) * s;
                longest = Math.max(longest, rear + Math.max(near, far));
            }
        }
        return longest;
    }

    /** Seconds until the first micro-batch has passed all chunks in one direction. */
    private static double through(int p, int v, int group, double t, double first, double last, double s) {
        double own = first + (p * v - 2) * t + last + (p * v - 1) * s;
        double finalRow = (p - 1) * (t + s) + last;
        double waits = Math.max(group * ((v - 2) * t + first), first - t + group * (v - 1) * t);
        return Math.max(own, finalRow + waits);
    }

    private static double stage(
            int h,
            int p,
            int v,
            int M,
            double f,
            double b,
            double firstF,
            double firstB,
            double lastF,
            double lastB,
            double s,
            int first,
            int last,
            double throughF,
            double throughB) {
        int total = M * v;
        int opening = Math.min(total, 2 * (p - h - 1) + (v - 1) * first + 1);
        int round = Math.min(total, (v - 1) * first + 1);
        int lastRound = Math.min(total, (v - 1) * last + 1);
        boolean end = h == p - 1;
        double beforeF = h == 0 ? 0 : firstF + (h - 1) * f + h * s;
        double beforeB = h == 0 ? 0 : firstB + (h - 1) * b + h * s;
        double turnF = end ? 0 : (p - 2 - h) * f + lastF + (p - 1 - h) * s;
        double turnB = end ? 0 : (p - 2 - h) * b + lastB + (p - 1 - h) * s;
        double allF = firstF + (p * v - 2) * f + lastF + (p * v - 1) * s;
        double allB = firstB + (p * v - 2) * b + lastB + (p * v - 1) * s;
        double moreF = h == 0 ? firstF - f : end ? lastF - f : 0;
        double moreB = h == 0 ? firstB - b : end ? lastB - b : 0;
        double openF = throughF + turnB - beforeF - workOfFirst(opening, first, v, f, moreF, end);
        double openB = throughB + turnF - beforeB - workOfFirst(end ? lastRound : opening, last, v, b, moreB, end);
        double roundF = allF - turnF - beforeF - workOfFirst(round, first, v, f, moreF, end);
        double roundB = allB - turnB - beforeB - workOfFirst(lastRound, last, v, b, moreB, end);
        double idle = Interleaved.idle(opening == total && !end, openF, openB, roundF, roundB);
        return beforeF + beforeB + M * (v * (f + b) + moreF + moreB) + idle;
    }

    /** Seconds of the first {@code n} tasks of one direction on a stage whose first or last chunk takes {@code more}. */
    private static double workOfFirst(int n, int group, int v, double t, double more, boolean lastChunk) {
        if (more == 0) {
            return n * t;
        }
        // A stage turns before it has done two rounds of all its chunks.
        int once = n < v * group ? 0 : group;
        int rest = n < v * group ? n : n - v * group;
        int of = lastChunk ? Math.max(0, rest - (v - 1) * group) : Math.min(group, rest);
        return n * t + (once + of) * more;
    }
}
