package org.hopperline.schedule;

/**
 * Interleaved 1F1B (Narayanan et al., arXiv 2104.04473, section 2.2.2): each stage holds {@code v} chunks of layers, and
 * micro-batches pass the stages {@code v} times, which divides the bubble by {@code v}.
 *
 * <p>Micro-batches go in groups: a stage runs its first chunk for a group, then its second, and so on. The paper needs
 * {@code M} to be a multiple of {@code p} and has groups of {@code p}. Other counts are dealt with as PyTorch's
 * {@code ScheduleInterleaved1F1B} does, made to fit every {@code M}: {@code R = max(1, floor(M/p))} groups whose sizes
 * differ by at most one, the larger first. A group is then never smaller than {@code p} unless {@code M} is, so that no
 * stage waits for a chunk of the same group.
 */
public final class Interleaved {

    private Interleaved() {}

    /**
     * Bubble over ideal time, {@code (p-1)/(v M)} (arXiv 2104.04473, section 2.2.2), for {@code M >= p}; with fewer
     * micro-batches than stages each chunk waits for the next, and it is {@code (v p + M - 1)/(v M) - 1}.
     *
     * @param p stages, at least 2
     * @param v virtual stages, at least 2
     * @param M micro-batches, at least 1
     */
    public static double bubbleFraction(int p, int v, int M) {
        ScheduleRules.check(PipelineSchedule.INTERLEAVED, p, v, M);
        return (slots(p, v, M) - (double) v * M) / ((double) v * M);
    }

    /** Groups of micro-batches, {@code max(1, floor(M/p))}. */
    public static int groups(int p, int M) {
        ScheduleRules.check(p, M);
        return Math.max(1, M / p);
    }

    /** Micro-batches of the largest (first) group. */
    static int largestGroup(int p, int M) {
        int groups = Math.max(1, M / p);
        return (M + groups - 1) / groups;
    }

    /** Micro-batches of the smallest (last) group. */
    static int smallestGroup(int p, int M) {
        return M / Math.max(1, M / p);
    }

    /**
     * Chunk forwards before the first backward's turn, {@code 2(p-i-1) + (v-1)G} with groups of {@code G}, and never more
     * than there are (Megatron-LM, {@code forward_backward_pipelining_with_interleaving}, where {@code G = p}).
     */
    static int warmup(int p, int v, int M, int stage) {
        return (int) Math.min((long) M * v, 2L * (p - stage - 1) + (long) (v - 1) * largestGroup(p, M));
    }

    /**
     * Most that the chunk activations of a stage hold at once, where its chunks differ in size: forwards begun whose
     * backward has not ended, task by task.
     *
     * @param p stages, at least 2
     * @param M micro-batches, at least 1
     * @param stage the stage, in {@code [0, p)}
     * @param sizes what each of its chunks holds for one micro-batch, at least 2
     * @param v how many chunks of {@code sizes} count
     */
    public static double peakInFlight(int p, int M, int stage, double[] sizes, int v) {
        ScheduleRules.check(PipelineSchedule.INTERLEAVED, p, v, M);
        ScheduleRules.checkStage(stage, p);
        int groups = groups(p, M);
        int small = M / groups;
        int larger = M % groups;
        int total = v * M;
        int warmup = warmup(p, v, M, stage);
        int begunGroup = 0;
        int begunChunk = 0;
        int begunLeft = larger > 0 ? small + 1 : small;
        int endedGroup = 0;
        int endedChunk = v - 1;
        int endedLeft = begunLeft;
        double held = 0;
        double most = 0;
        // Group by group, in a group chunk by chunk; after the last forward it only gets less.
        for (int begun = 0; begun < total; begun++) {
            held += sizes[begunChunk];
            if (--begunLeft == 0) {
                if (++begunChunk == v) {
                    begunChunk = 0;
                    begunGroup++;
                }
                begunLeft = begunGroup < larger ? small + 1 : small;
            }
            most = held > most ? held : most;
            if (begun >= warmup) {
                held -= sizes[endedChunk];
                if (--endedLeft == 0) {
                    if (--endedChunk < 0) {
                        endedChunk = v - 1;
                        endedGroup++;
                    }
                    endedLeft = endedGroup < larger ? small + 1 : small;
                }
            }
        }
        return most;
    }

    /**
     * Seconds of a step with equal chunks and no send time, {@code (v M + p - 1)(f+b)} for {@code M >= p} and
     * {@code (v p + M - 1)(f+b)} below. Exact, also where {@code p} does not divide {@code M}.
     *
     * @param p stages, at least 2
     * @param v virtual stages, at least 2
     * @param M micro-batches, at least 1
     * @param forwardSeconds one forward of one micro-batch through one chunk, f
     * @param backwardSeconds one backward, b
     */
    public static double seconds(int p, int v, int M, double forwardSeconds, double backwardSeconds) {
        ScheduleRules.check(PipelineSchedule.INTERLEAVED, p, v, M);
        double f = ScheduleRules.seconds(forwardSeconds, "forwardSeconds");
        double b = ScheduleRules.seconds(backwardSeconds, "backwardSeconds");
        return slots(p, v, M) * (f + b);
    }

    /**
     * Seconds of a step with equal chunks and sends, {@code (v M + p - 1)(f+b) + 2(p v - 1)s} where {@code p} divides
     * {@code M}: sends show while the first micro-batch passes all chunks and the last comes back, and hide in between.
     * Exact there, and with fewer micro-batches than stages; other counts have larger groups, which hide some of the sends
     * of the fill, and fall short of the true time by less than the sends of a few micro-batches.
     *
     * @param p stages, at least 2
     * @param v virtual stages, at least 2
     * @param M micro-batches, at least 1
     * @param forwardSeconds one forward of one micro-batch through one chunk, f
     * @param backwardSeconds one backward, b
     * @param sendSeconds one send between neighbouring stages, and from the last to the first, s; less than f and b
     */
    public static double seconds(
            int p, int v, int M, double forwardSeconds, double backwardSeconds, double sendSeconds) {
        double f = forwardSeconds;
        double b = backwardSeconds;
        return InterleavedEdges.seconds(p, v, M, f, b, f, b, f, b, sendSeconds);
    }

    private static double slots(int p, int v, int M) {
        return M >= p ? (double) v * M + p - 1 : (double) v * p + M - 1;
    }

    /**
     * Seconds of a step with unequal chunks. The longest of a family of paths through the dependency graph, and so not
     * above the true time.
     *
     * <p>Against the exact {@link PipelineRecurrence} on 4,000 random pipelines a row, of 2 to 16 stages, 2 to 8 virtual
     * stages and up to 8 p micro-batches, it falls short by
     *
     * <pre>{@code
     * chunks                                               median    99 %   worst
     * equal                                                     0       0       0
     * equal but first (+0..50 %) and last (+0..150 %), p | M    0       0   0.5 %
     *   the same, last stage not lighter than the first         0       0       0
     *   the same as the second, any M                           0   0.8 %   2.7 %
     *   the same, sends up to 5 % of a forward              0.1 %   1.4 %   2.2 %
     *   the same, M < p, no sends                               0   2.7 %   4.4 %
     * each within 10 %                                      0.9 %   4.7 %   7.5 %
     * each within 30 %                                      3.4 %    12 %    16 %
     * }</pre>
     *
     * <p>For each stage {@code h}: its first work arrives after the chunks before it, it does all its work, and its last
     * result passes back to stage 0. Between, it may stand idle twice: before its first backward, until the first
     * micro-batch has passed all chunks and come back, and, in mirror image, after its last forward.
     *
     * <pre>{@code t = max over h of  f_0+..+f_(h-1) + idle + M sum_c(f+b)_(c,h) + idle' + b_(h-1)+..+b_0 + sends}</pre>
     *
     * The first micro-batch has passed all forwards after the longer of its own path and the work of a whole group on
     * one stage, chunk after chunk. A slower stage {@code h} also counts where the last stage opens and closes the step:
     * the path changes over to {@code h} with a forward from the last chunk row to the next and comes back with a backward,
     * which costs {@code 2(G-p)+h+1} rounds on the last stage, with groups of {@code G}, and wins the difference of work
     * in all groups but the first and the last.
     *
     * @param p stages, at least 2
     * @param M micro-batches, at least 1
     * @param forwardSeconds forward of one micro-batch through each chunk {@code g = c*p + i}; a multiple of {@code p}
     * @param backwardSeconds backward of one micro-batch through each chunk, as many
     * @param sendSeconds one send between neighbouring stages, and from the last to the first
     */
    public static double seconds(int p, int M, double[] forwardSeconds, double[] backwardSeconds, double sendSeconds) {
        int chunks = forwardSeconds.length;
        int v = virtualStages(chunks, p);
        ScheduleRules.check(PipelineSchedule.INTERLEAVED, p, v, M);
        ScheduleRules.checkLength(backwardSeconds, chunks, "backwardSeconds");
        double s = ScheduleRules.seconds(sendSeconds, "sendSeconds");
        int first = largestGroup(p, M);
        int last = smallestGroup(p, M);
        int total = M * v;
        int finalRow = chunks - p;

        // The first micro-batch through all forwards, and in mirror image the last through all backwards: alone, or
        // reach a stage, wait there for a whole group in all chunks but the last, and pass the final row from there.
        double allF = (chunks - 1) * s;
        double allB = allF;
        double turnF = -s;
        double turnB = -s;
        double waitsF = 0;
        double waitsB = 0;
        double beforeF = 0;
        double beforeB = 0;
        boolean good = true;
        for (int i = 0; i < p; i++) {
            double f = 0;
            double b = 0;
            for (int g = i; g < finalRow; g += p) {
                good &= forwardSeconds[g] >= 0 & backwardSeconds[g] >= 0;
                f += forwardSeconds[g];
                b += backwardSeconds[g];
            }
            waitsF = Math.max(waitsF, beforeF - turnF + first * f);
            waitsB = Math.max(waitsB, beforeB - turnB + last * b);
            double lastF = forwardSeconds[finalRow + i];
            double lastB = backwardSeconds[finalRow + i];
            good &= lastF >= 0 & lastB >= 0;
            allF += f + lastF;
            allB += b + lastB;
            turnF += lastF + s;
            turnB += lastB + s;
            beforeF += forwardSeconds[i] + s;
            beforeB += backwardSeconds[i] + s;
        }
        if (!good || !((allF + allB) * M < Double.POSITIVE_INFINITY)) {
            throw Times.bad(forwardSeconds, backwardSeconds);
        }
        double throughF = Math.max(allF, waitsF - s + turnF);
        double throughB = Math.max(allB, waitsB - s + turnB);

        int middle = (groups(p, M) - 2) * last;
        // With groups of two sizes the rounds that an excursion loses may be those of any chunk.
        double lost = first == last
                ? forwardSeconds[p - 1] + backwardSeconds[p - 1]
                : slowestOf(p - 1, p, forwardSeconds) + slowestOf(p - 1, p, backwardSeconds);
        double excursion = Double.NEGATIVE_INFINITY;
        double longest = 0;
        beforeF = 0;
        beforeB = 0;
        for (int h = 0; h < p; h++) {
            double f = 0;
            double b = 0;
            for (int g = h; g < finalRow; g += p) {
                f += forwardSeconds[g];
                b += backwardSeconds[g];
            }
            double work = f + b + forwardSeconds[finalRow + h] + backwardSeconds[finalRow + h];
            turnF -= forwardSeconds[finalRow + h];
            turnB -= backwardSeconds[finalRow + h];
            int opening = (int) Math.min(total, 2L * (p - h - 1) + (long) (v - 1) * first + 1);
            int round = Math.min(total, (v - 1) * first + 1);
            int lastRound = Math.min(total, (v - 1) * last + 1);
            double openF = throughF + turnB - beforeF - workOfFirst(opening, first, f, p, h, forwardSeconds);
            int closing = h < p - 1 ? opening : lastRound;
            double openB = throughB + turnF - beforeB - workOfFirst(closing, last, b, p, h, backwardSeconds);
            double roundF = allF - turnF - beforeF - workOfFirst(round, first, f, p, h, forwardSeconds);
            double roundB = allB - turnB - beforeB - workOfFirst(lastRound, last, b, p, h, backwardSeconds);
            double idle = idle(opening == total && h < p - 1, openF, openB, roundF, roundB);
            double own = beforeF + beforeB + M * work + idle;
            longest = Math.max(longest, own);
            if (middle > 0 && h < p - 1) {
                excursion = Math.max(excursion, middle * work - (2 * (first - p) + h + 1) * lost + 2 * (h + 1) * s);
            } else if (middle > 0) {
                longest = Math.max(longest, own - middle * work + excursion);
            }
            turnF -= s;
            turnB -= s;
            beforeF += forwardSeconds[h] + s;
            beforeB += backwardSeconds[h] + s;
        }
        return longest;
    }

    /**
     * Idle time of a stage from four lower bounds of parts of it: until its first backward, after its last forward, until
     * its first forward of the last chunk, and after its last backward of that chunk.
     *
     * @param once whether all forwards come before the first backward: the first two may then be the same pause
     */
    static double idle(boolean once, double openF, double openB, double roundF, double roundB) {
        double f = Math.max(0, openF);
        double b = Math.max(0, openB);
        double rf = Math.max(0, roundF);
        double rb = Math.max(0, roundB);
        return once ? Math.max(f + rb, rf + b) : Math.max(f, rf) + Math.max(b, rb);
    }

    private static double slowestOf(int stage, int p, double[] seconds) {
        double slowest = 0;
        for (int g = stage; g < seconds.length; g += p) {
            slowest = Math.max(slowest, seconds[g]);
        }
        return slowest;
    }

    private static int virtualStages(int chunks, int p) {
        if (p < 2 || chunks % p != 0) {
            throw new IllegalArgumentException("forwardSeconds has " + chunks + " entries for " + p
                    + " stages, but must have a multiple of the stages (at least 2), one entry for each chunk");
        }
        return chunks / p;
    }

    /**
     * Seconds of the first {@code n} tasks of one direction on a stage, group by group and chunk by chunk: a whole group
     * in all chunks but the last, which together take {@code butLast} a micro-batch, and then what is left.
     */
    private static double workOfFirst(int n, int group, double butLast, int p, int stage, double[] seconds) {
        int g = seconds.length - p + stage;
        double sum = group * butLast;
        for (int left = n - (seconds.length / p - 1) * group; left > 0; left -= group) {
            sum += Math.min(group, left) * seconds[g];
            g += p;
            g = g >= seconds.length ? stage : g;
        }
        return sum;
    }
}
