package org.hopperline.plan;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The values nearest to a refused one that would do, in words. */
final class NearestDegrees {

    private NearestDegrees() {}

    /** The values next below and next above {@code near} that would do, from 1, which does, to {@code most}. */
    static String of(int near, int most, IntPredicate wouldDo) {
        return Arrays.stream(near(near, most, wouldDo))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" or "));
    }

    /** The divisors of {@code number} next below and next above {@code near}. */
    static String divisors(int number, int near) {
        return of(near, number, divisor -> number % divisor == 0);
    }

    /** Stages, and the virtual stages with which they have so many chunks; one stage alone has no virtual ones. */
    static String stages(int chunks, int near) {
        return Arrays.stream(near(near, chunks, stages -> chunks % stages == 0))
                .map(stages -> stages == 1 ? chunks : stages)
                .distinct()
                .mapToObj(stages -> stages + " x " + chunks / stages)
                .collect(Collectors.joining(" or "));
    }

    /** The same values as numbers: one, or the two on either side. */
    private static int[] near(int near, int most, IntPredicate wouldDo) {
        int below = Math.min(near, most);
        while (!wouldDo.test(below)) {
            below--;
        }
        int above = Math.min(near, most);
        while (above <= most && !wouldDo.test(above)) {
            above++;
        }
        return below == above || above > most ? new int[] {below} : new int[] {below, above};
    }
}
