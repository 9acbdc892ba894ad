package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hopperline.core.Interval;
import org.hopperline.step.StepInterval;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Intervals learnt from residuals made up with a known spread. */
class IntervalTableTest {

    /** Families with a mean of their own (spread 0.1) and rows about it (spread 0.03), as many rows as chance gives. */
    private static List<IntervalTable.Residual> residuals(long seed, int families) {
        Random random = new Random(seed);
        List<IntervalTable.Residual> all = new ArrayList<>();
        for (StepInterval.Regime regime : StepInterval.Regime.values()) {
            for (int f = 0; f < families; f++) {
                double mean = 0.05 + 0.1 * random.nextGaussian();
                int rows = 1 + random.nextInt(12);
                for (int r = 0; r < rows; r++) {
                    all.add(new IntervalTable.Residual(regime, regime + " " + f, mean + 0.03 * random.nextGaussian()));
                }
            }
        }
        return all;
    }

    /** Share of the families' rows inside, each family counting as one. */
    private static double coverage(Interval factor, List<IntervalTable.Residual> rows, StepInterval.Regime regime) {
        List<IntervalTable.Residual> own =
                rows.stream().filter(r -> r.regime() == regime).toList();
        return own.stream()
                .map(IntervalTable.Residual::family)
                .distinct()
                .mapToDouble(family -> own.stream()
                        .filter(r -> r.family().equals(family))
                        .mapToInt(r -> factor.contains(Math.exp(r.log())) ? 1 : 0)
                        .average()
                        .orElseThrow())
                .average()
                .orElseThrow();
    }

    /** Learnt on 40 families, scored on 400 that were never seen: the claimed coverage, within sampling. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void unseenFamiliesAreCoveredAsClaimed(long seed) {
        List<IntervalTable.Residual> unseen = residuals(1000 + seed, 400);
        for (IntervalTable.Row row : IntervalTable.learn(residuals(seed, 40))) {
            assertThat(row.families()).isEqualTo(40);
            assertThat(coverage(row.factor(), unseen, row.regime()))
                    .isCloseTo(row.factor().coverage(), within(0.12));
            assertThat(coverage(row.factor(), residuals(seed, 40), row.regime()))
                    .isGreaterThanOrEqualTo(row.factor().coverage());
        }
    }

    @Test
    void aHigherLevelIsNoNarrower() {
        List<IntervalTable.Row> rows = IntervalTable.learn(residuals(9, 30));
        assertThat(rows).hasSize(2 * StepInterval.Regime.values().length);
        for (int i = 0; i < rows.size(); i += 2) {
            Interval eighty = rows.get(i).factor();
            Interval ninety = rows.get(i + 1).factor();
            assertThat(eighty.coverage()).isEqualTo(0.8);
            assertThat(ninety.coverage()).isEqualTo(0.9);
            assertThat(ninety.low()).isLessThanOrEqualTo(eighty.low());
            assertThat(ninety.high()).isGreaterThanOrEqualTo(eighty.high());
        }
    }

    /** A family of a thousand rows weighs as much as one of a single row. */
    @Test
    void aLargeFamilyDoesNotDrownTheOthers() {
        List<IntervalTable.Residual> few = residuals(11, 20);
        List<IntervalTable.Residual> many = new ArrayList<>(few);
        IntervalTable.Residual first = few.get(0);
        long rows = few.stream().filter(r -> r.family().equals(first.family())).count();
        // Every row of the first family, a hundred times.
        List<IntervalTable.Residual> again =
                few.stream().filter(r -> r.family().equals(first.family())).toList();
        IntStream.range(0, 99).forEach(i -> many.addAll(again));
        assertThat(many).hasSize(few.size() + (int) (99 * rows));
        Interval before = IntervalTable.learn(few).get(0).factor();
        Interval after = IntervalTable.learn(many).get(0).factor();
        assertThat(after.low()).isCloseTo(before.low(), within(1e-9));
        assertThat(after.high()).isCloseTo(before.high(), within(1e-9));
    }

    @Test
    void fewFamiliesTeachNothing() {
        assertThatThrownBy(() -> IntervalTable.learn(residuals(1, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 4 families of measured runs; 5 are the fewest");
    }

    @Test
    void theTableIsReadAsItIsWritten() {
        List<IntervalTable.Row> rows = IntervalTable.learn(residuals(3, 12));
        Csv table = Csv.parse("interval.csv", IntervalTable.toCsv(rows));
        assertThat(table.rows()).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(table.rows().get(i).number("low"))
                    .isCloseTo(rows.get(i).factor().low(), within(5e-5));
            assertThat(table.rows().get(i).number("high"))
                    .isCloseTo(rows.get(i).factor().high(), within(5e-5));
            assertThat(table.rows().get(i).whole("families")).isEqualTo(12);
        }
    }
}
