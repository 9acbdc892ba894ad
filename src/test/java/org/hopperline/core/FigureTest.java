package org.hopperline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {

    @Test
    void theKindIsPartOfTheFigure() {
        assertThat(Figure.specified(3.35e12, "byte/s", "data sheet").kind()).isEqualTo(Kind.SPECIFIED);
        assertThat(Figure.measured(3.0e12, "byte/s", "a copy").kind()).isEqualTo(Kind.MEASURED);
        assertThat(Figure.fitted(0.9, "1", "a fit").kind()).isEqualTo(Kind.FITTED);
        assertThat(Figure.assumed(1.25, "1", "a guess").kind()).isEqualTo(Kind.ASSUMED);
        assertThat(Figure.specified(3.35e12, "byte/s", "data sheet")).hasToString("3.35 TB/s (specified)");
    }

    @Test
    void aVariationIsAnAssumptionThatNamesItsOrigin() {
        Figure varied = Figure.specified(700, "W", "data sheet").varied(500);
        assertThat(varied.value()).isEqualTo(500);
        assertThat(varied.unit()).isEqualTo("W");
        assertThat(varied.kind()).isEqualTo(Kind.ASSUMED);
        assertThat(varied.source()).isEqualTo("varied from 700 W (data sheet)");
    }

    @Test
    void aFigureWithoutBirthplaceIsRefused() {
        assertThatThrownBy(() -> Figure.measured(1, "s", " ")).hasMessageContaining("source of a figure");
        assertThatThrownBy(() -> Figure.measured(1, "", "x")).hasMessageContaining("unit of a figure");
        assertThatThrownBy(() -> Figure.measured(Double.NaN, "s", "x")).hasMessageContaining("figure is NaN s");
        assertThatThrownBy(() -> Figure.measured(Double.POSITIVE_INFINITY, "s", "x"))
                .hasMessageContaining("figure is Infinity s");
    }

    /** IEEE 754 for 64, 32 and 16 bits; arXiv 2209.05433 for 8. */
    @ParameterizedTest
    @CsvSource({"FP64, 8", "FP32, 4", "TF32, 4", "BF16, 2", "FP16, 2", "FP8, 1", "INT8, 1"})
    void bytesOfAnElement(Precision precision, int bytes) {
        assertThat(precision.bytes()).isEqualTo(bytes);
    }
}
