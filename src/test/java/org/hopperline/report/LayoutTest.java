package org.hopperline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {

    private static List<String> texts(Axis axis) {
        return axis.ticks().stream()
                .filter(Axis.Tick::major)
                .map(Axis.Tick::text)
                .toList();
    }

    @Test
    void decadesCarryThePrefixOfTheirUnit() {
        assertThat(texts(Axis.log("time", "s").between(1e-6, 1e-2)))
                .containsExactly("1 \u00b5", "10 \u00b5", "100 \u00b5", "1 m", "10 m");
        assertThat(texts(Axis.log("rate", "FLOP/s").between(1e11, 1e15)))
                .containsExactly("100 G", "1 T", "10 T", "100 T", "1 P");
        assertThat(texts(Axis.log("intensity", "FLOP/byte").between(0.01, 1000)))
                .containsExactly("0.01", "0.1", "1", "10", "100", "1 k");
    }

    @Test
    void oneOrTwoDecadesHaveStepsBetween() {
        assertThat(texts(Axis.log("size", "byte").between(1, 10))).containsExactly("1", "2", "5", "10");
    }

    @Test
    void stepsAreOneTwoOrFiveAndShareThePrefixOfTheCaption() {
        Axis time = Axis.linear("time", "s").between(0, 0.3);
        assertThat(texts(time)).containsExactly("0", "50", "100", "150", "200", "250", "300");
        assertThat(time.caption()).isEqualTo("time (ms)");
        assertThat(texts(Axis.linear("days", "d").between(80, 130)))
                .containsExactly("80", "90", "100", "110", "120", "130");
        assertThat(texts(Axis.linear("share", "%").between(-2, 2))).containsExactly("-2", "-1", "0", "1", "2");
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "3e-6, 0.2", "5, 5.1", "1e9, 1e15"})
    void openEndsLeaveRoom(double low, double high) {
        for (Axis axis : List.of(
                Axis.log("a", "1").around(low, high), Axis.linear("a", "1").around(low, high))) {
            assertThat(axis.minimum()).isLessThan(low);
            assertThat(axis.maximum()).isGreaterThan(high);
            assertThat(axis.share(low)).isBetween(0.0, 1.0);
            assertThat(axis.share(axis.maximum())).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void oneValueAloneHasAnAxisAroundIt() {
        Axis axis = Axis.linear("a", "1").around(5, 5);
        assertThat(axis.minimum()).isLessThan(5);
        assertThat(axis.maximum()).isGreaterThan(5);
    }

    @Test
    void labelsOfNeighboursDoNotCoverEachOther() {
        LabelPlacer placer = new LabelPlacer(0, 0, 400, 400);
        List<LabelPlacer.Place> chosen = new ArrayList<>();
        List<LabelPlacer.Place> offers = new ArrayList<>();
        for (int dy = -60; dy <= 60; dy += 5) {
            offers.add(new LabelPlacer.Place(200, 200 + dy, 0, Math.abs(dy)));
        }
        for (int i = 0; i < 6; i++) {
            chosen.add(placer.place("a label", 11, offers));
        }
        chosen.sort(java.util.Comparator.comparingDouble(LabelPlacer.Place::y));
        for (int i = 1; i < chosen.size(); i++) {
            assertThat(chosen.get(i).y() - chosen.get(i - 1).y()).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void labelsStayInTheFrame() {
        LabelPlacer placer = new LabelPlacer(0, 0, 100, 100);
        LabelPlacer.Place place = placer.place(
                "a label", 11, List.of(new LabelPlacer.Place(80, 50, 0, 0), new LabelPlacer.Place(20, 50, 0, 30)));
        assertThat(place.x()).isEqualTo(20);
    }

    @Test
    void textIsShortenedToItsRoom() {
        assertThat(TextWidth.fit("forward", 11, 1000)).isEqualTo("forward");
        assertThat(TextWidth.fit("forward of micro-batch 12", 11, 60))
                .endsWith("\u2026")
                .startsWith("forw");
        assertThat(TextWidth.fit("forward", 11, 5)).isEmpty();
    }
}
