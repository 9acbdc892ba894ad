package org.hopperline.schedule;

/**
 * {@link Interleaved} for the usual case that stages are alike but the first and the last, and so are the chunks of a stage
 * but the very first (embedding) and the very last (final norm, logits, loss): the same formula without arrays, in a time
 * that grows with neither stages nor chunks.
 */
public final class InterleavedEdges {

    private InterleavedEdges() {}

    /**
     * Seconds of a step whose chunks all take the same time but the first and the last, the same as {@link
     * Interleaved#seconds(int, int, double[], double[], double)} for such chunks.
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
        double f = forwardSeconds;
        double b = backwardSeconds;
        double lastF = lastForwardSeconds;
        double lastB = lastBackwardSeconds;
        return seconds(p, v, M, f, b, f, b, f, b, firstForwardSeconds, firstBackwardSeconds, lastF, lastB, sendSeconds);
    }

    /**
     * The same where the other chunks of the first stage and of the last stage take times of their own, too.
     *
     * <p>The stages between differ only in their place. What that formula takes the maximum of is convex in the place,
     * apart from a bend where a stage has just enough micro-batches to alternate, so their two ends and the bend are looked
     * at.
     *
     * @param p stages, at least 2
     * @param v virtual stages, at least 2
     * @param M micro-batches, at least 1
     * @param forwardSeconds one forward of one micro-batch through a chunk of a stage that is neither first nor last
     * @param backwardSeconds one backward through such a chunk
     * @param frontForwardSeconds forward through a chunk of the first stage, but for the first chunk
     * @param frontBackwardSeconds backward through such a chunk
     * @param rearForwardSeconds forward through a chunk of the last stage, but for the last chunk
     * @param rearBackwardSeconds backward through such a chunk
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
            double frontForwardSeconds,
            double frontBackwardSeconds,
            double rearForwardSeconds,
            double rearBackwardSeconds,
            double firstForwardSeconds,
            double firstBackwardSeconds,
            double lastForwardSeconds,
            double lastBackwardSeconds,
            double sendSeconds) {
        ScheduleRules.check(PipelineSchedule.INTERLEAVED, p, v, M);
        double f = ScheduleRules.seconds(forwardSeconds, "forwardSeconds");
        double b = ScheduleRules.seconds(backwardSeconds, "backwardSeconds");
        double frontF = ScheduleRules.seconds(frontForwardSeconds, "frontForwardSeconds");
        double frontB = ScheduleRules.seconds(frontBackwardSeconds, "frontBackwardSeconds");
        double rearF = ScheduleRules.seconds(rearForwardSeconds, "rearForwardSeconds");
        double rearB = ScheduleRules.seconds(rearBackwardSeconds, "rearBackwardSeconds");
        double firstF = ScheduleRules.seconds(firstForwardSeconds, "firstForwardSeconds");
        double firstB = ScheduleRules.seconds(firstBackwardSeconds, "firstBackwardSeconds");
        double lastF = ScheduleRules.seconds(lastForwardSeconds, "lastForwardSeconds");
        double lastB = ScheduleRules.seconds(lastBackwardSeconds, "lastBackwardSeconds");
        double s = ScheduleRules.seconds(sendSeconds, "sendSeconds");

        int opening = Interleaved.largestGroup(p, M);
        int closing = Interleaved.smallestGroup(p, M);
        double allF = all(p, v, f, frontF, rearF, firstF, lastF, s);
        double allB = all(p, v, b, frontB, rearB, firstB, lastB, s);
        double throughF = Math.max(allF, inGroups(p, v, opening, f, frontF, rearF, firstF, lastF, s));
        double throughB = Math.max(allB, inGroups(p, v, closing, b, frontB, rearB, firstB, lastB, s));

        // Below this stage all forwards come before the first backward.
        int bend = p - 1 - (M * v - (v - 1) * opening - 1) / 2;
        double longest = Double.NEGATIVE_INFINITY;
        double rear = longest;
        for (int h = 0; h < p; h = next(h, p, bend)) {
            boolean front = h == 0;
            boolean end = h == p - 1;
            double beforeF = front ? 0 : firstF + (h - 1) * f + h * s;
            double beforeB = front ? 0 : firstB + (h - 1) * b + h * s;
            double turnF = end ? 0 : (p - 2 - h) * f + lastF + (p - 1 - h) * s;
            double turnB = end ? 0 : (p - 2 - h) * b + lastB + (p - 1 - h) * s;
            double ownF = front ? frontF : end ? rearF : f;
            double ownB = front ? frontB : end ? rearB : b;
            double moreF = front ? firstF - frontF : end ? lastF - rearF : 0;
            double moreB = front ? firstB - frontB : end ? lastB - rearB : 0;
            int total = M * v;
            int first = Math.min(total, 2 * (p - h - 1) + (v - 1) * opening + 1);
            int round = Math.min(total, (v - 1) * opening + 1);
            int lastRound = Math.min(total, (v - 1) * closing + 1);
            double openF = throughF + turnB - beforeF - workOfFirst(first, opening, v, ownF, moreF, end);
            double openB =
                    throughB + turnF - beforeB - workOfFirst(end ? lastRound : first, closing, v, ownB, moreB, end);
            double roundF = allF - turnF - beforeF - workOfFirst(round, opening, v, ownF, moreF, end);
            double roundB = allB - turnB - beforeB - workOfFirst(lastRound, closing, v, ownB, moreB, end);
            double idle = Interleaved.idle(first == total && !end, openF, openB, roundF, roundB);
            rear = beforeF + beforeB + M * (v * (ownF + ownB) + moreF + moreB) + idle;
            longest = Math.max(longest, rear);
        }

        int between = (Interleaved.groups(p, M) - 2) * closing;
        if (between > 0) {
            double lost = opening == closing ? rearF + rearB : Math.max(rearF, lastF) + Math.max(rearB, lastB);
            double rearWork = (v - 1) * (rearF + rearB) + lastF + lastB;
            double frontGain = between * ((v - 1) * (frontF + frontB) + firstF + firstB - rearWork) + 2 * s;
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

    /** The stages that are looked at: the two at either end and those about the bend. */
    private static int next(int h, int p, int bend) {
        int after = h + 1;
        if (after < 2 || after >= p - 2) {
            return after;
        }
        return after <= bend + 1 ? Math.max(after, Math.min(bend - 1, p - 2)) : p - 2;
    }

    /** Seconds of one micro-batch alone through all chunks in one direction. */
    private static double all(int p, int v, double t, double front, double rear, double first, double last, double s) {
        return first + (v - 1) * (front + rear) + (p - 2) * v * t + last + (p * v - 1) * s;
    }

    /**
     * Seconds until the first micro-batch has passed all chunks in one direction, if on some stage it waits for a whole
     * group in all chunks but the last.
     */
    private static double inGroups(
            int p, int v, int group, double t, double front, double rear, double first, double last, double s) {
        double finalRow = front + (p - 2) * t + last + (p - 1) * s;
        double later = first - front + group * (v - 1) * (p == 2 ? rear : Math.max(t, rear));
        return finalRow + Math.max(group * ((v - 2) * front + first), later);
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
