package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Interval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Intervals of runs that they were not learnt from. */
class LeftOutIntervalTest {

    private static final List<HeldOutResidual> SHIPPED = HeldOutResidual.shipped();

    private static HeldOutResidual scaled(HeldOutResidual r, double factor) {
        return new HeldOutResidual(
                r.id(),
                r.regime(),
                r.software(),
                r.family(),
                r.like(),
                factor * r.log(),
                factor * r.logWithoutRelease(),
                factor * r.logWithoutSoftware(),
                factor * r.logAsUnknown());
    }

    private static List<Interval> of(List<LeftOutInterval> all, String software) {
        return all.stream()
                .filter(i -> i.run().software().equals(software))
                .map(LeftOutInterval::factor)
                .toList();
    }

    /** Errors of a software ten times as large leave its own interval as it was, and widen that of the others. */
    @Test
    void theIntervalNeverSawWhatIsLeftOut() {
        List<HeldOutResidual> worse = SHIPPED.stream()
                .map(r -> r.software().equals("torchtitan") ? scaled(r, 10) : r)
                .toList();
        List<LeftOutInterval> before = LeftOutInterval.ofSoftwares(SHIPPED, 0.8);
        List<LeftOutInterval> after = LeftOutInterval.ofSoftwares(worse, 0.8);
        assertThat(of(after, "torchtitan")).isEqualTo(of(before, "torchtitan"));
        assertThat(of(after, "llm-foundry").get(0).width())
                .isGreaterThan(of(before, "llm-foundry").get(0).width());
    }

    /** The same for a release: its own errors do not count, and those of another of its software do. */
    @Test
    void theIntervalOfAReleaseNeverSawIt() {
        List<HeldOutResidual> worse = SHIPPED.stream()
                .map(r -> r.profile().equals("NeMo 24.07") ? scaled(r, 10) : r)
                .toList();
        List<LeftOutInterval> before = LeftOutInterval.ofReleases(SHIPPED, 0.8);
        List<LeftOutInterval> after = LeftOutInterval.ofReleases(worse, 0.8);
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i).run().profile().equals("NeMo 24.07")) {
                assertThat(after.get(i).factor()).isEqualTo(before.get(i).factor());
                assertThat(before.get(i).ratio())
                        .isEqualTo(Math.exp(before.get(i).run().logWithoutRelease()));
            } else if (before.get(i).run().profile().equals("NeMo before 24.07")) {
                assertThat(after.get(i).factor().width())
                        .isGreaterThan(before.get(i).factor().width());
            }
        }
    }

    @Test
    void thereIsOneForEachRun() {
        assertThat(LeftOutInterval.ofFamilies(SHIPPED, 0.9))
                .extracting(i -> i.run().id())
                .isEqualTo(SHIPPED.stream().map(HeldOutResidual::id).toList());
    }

    /** Each family has one vote; as many are held as is claimed, within the binomial error twice. */
    @ParameterizedTest
    @ValueSource(doubles = {0.8, 0.9})
    void familiesLeftOutAreCoveredAsClaimed(double coverage) {
        List<LeftOutInterval> all = LeftOutInterval.ofFamilies(SHIPPED, coverage);
        List<String> families =
                all.stream().map(i -> i.run().family()).distinct().toList();
        double inside = families.stream()
                .mapToDouble(family -> all.stream()
                        .filter(i -> i.run().family().equals(family))
                        .mapToInt(i -> i.factor().contains(i.ratio()) ? 1 : 0)
                        .average()
                        .orElseThrow())
                .average()
                .orElseThrow();
        assertThat(inside).isCloseTo(coverage, within(2 * Math.sqrt(coverage * (1 - coverage) / families.size())));
    }

    /** The score of an interval by class is better than that of one width for all. */
    @ParameterizedTest
    @ValueSource(doubles = {0.8, 0.9})
    void classesAndSoftwaresAreWorthMoreThanOneWidth(double coverage) {
        List<LeftOutInterval> all = LeftOutInterval.ofFamilies(SHIPPED, coverage);
        assertThat(all.stream().mapToDouble(i -> i.factor().score(i.ratio())).sum())
                .isLessThan(all.stream()
                        .mapToDouble(i -> i.oneWidth().score(i.ratio()))
                        .sum());
    }

    /** Order statistics of 0.1, 0.2 to 1.0, by hand. */
    @Test
    void oneWidthIsTheQuantiles() {
        Interval one = LeftOutInterval.oneWidth(new double[] {1, .9, .8, .7, .6, .5, .4, .3, .2, .1, 0}, 0.8);
        assertThat(one.low()).isCloseTo(0.1, within(1e-12));
        assertThat(one.high()).isCloseTo(0.9, within(1e-12));
    }
}
