package org.hopperline.run.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Figure;
import org.junit.jupiter.api.Test;

class FailureModelTest {

    @Test
    void llama3CountsSumToThePublishedTotal() {
        assertThat(FailureModels.LLAMA3.causes()).hasSize(18);
        assertThat(FailureModels.LLAMA3.causes().stream()
                        .mapToInt(FailureCause::count)
                        .sum())
                .isEqualTo(419);
    }

    @Test
    void percentagesComeFromCountsAndNotFromThePrintedOnes() {
        // arXiv 2407.21783 table 5 prints 30.1 % for 148 faulty GPUs of 419 interruptions.
        assertThat(148 / 419.0).isCloseTo(0.3532, within(1e-4));
        assertThat(FailureModels.LLAMA3.share("gpu")).isCloseTo(268 / 419.0, within(1e-12));
        assertThat(FailureModels.LLAMA3.share("network")).isCloseTo(42 / 419.0, within(1e-12));
        assertThat(FailureModels.RSC1.share("gpu")).isZero();
    }

    @Test
    void meanTimesToFailureMatchThePublishedOnes() {
        assertThat(FailureModels.LLAMA3.perNodeDay().value()).isCloseTo(3.79e-3, within(5e-6));
        assertThat(FailureModels.LLAMA3.mttfSeconds(16_384) / 3600).isCloseTo(3.09, within(0.005));
        // arXiv 2410.21680 projects 1.8 h at 16,384 and 0.23 h at 131,072 GPUs from RSC-1.
        assertThat(FailureModels.RSC1.mttfSeconds(16_384) / 3600).isCloseTo(1.80, within(0.005));
        assertThat(FailureModels.RSC1.mttfSeconds(131_072) / 3600).isCloseTo(0.225, within(0.001));
    }

    @Test
    void meanTimeToFailureFallsInProportionToNodes() {
        assertThat(FailureModels.RSC2.mttfSeconds(8) / FailureModels.RSC2.mttfSeconds(80_000))
                .isCloseTo(10_000, within(1e-6));
        assertThat(FailureModels.RSC2.mttfSeconds(9)).isEqualTo(FailureModels.RSC2.mttfSeconds(16));
    }

    @Test
    void opticsAloneFailAfterTheirMeanLifeOverTheirNumber() {
        double year = 365 * 86_400.0;
        // "100,000 H100 Clusters" (SemiAnalysis, 17 June 2024): 26.28 min for five years and 100,000 links, 42.05 min
        // for
        // four years and 50,000.
        assertThat(FailureModel.firstOfMany(100_000, 5 * year) / 60).isCloseTo(26.28, within(0.005));
        assertThat(FailureModel.firstOfMany(50_000, 4 * year) / 60).isCloseTo(42.05, within(0.005));
    }

    @Test
    void firstFailureIsExponential() {
        assertThat(FailureModel.survival(100, 100)).isCloseTo(Math.exp(-1), within(1e-15));
        double median = FailureModel.firstFailureSeconds(0.5, 1824);
        assertThat(median).isCloseTo(1824 * Math.log(2), within(1e-9));
        assertThat(FailureModel.survival(median, 1824)).isCloseTo(0.5, within(1e-12));
        assertThatThrownBy(() -> FailureModel.firstFailureSeconds(1, 100))
                .hasMessage("probability is 1.0, but must lie between 0 and 1, such as 0.5");
    }

    @Test
    void badRatesAreNamed() {
        assertThatThrownBy(() -> FailureModel.of("x", Figure.assumed(0, FailureModel.UNIT, "test"), 8))
                .hasMessageContaining("failure rate is 0.0 1/(node day)");
        assertThatThrownBy(() -> FailureModel.of("x", Figure.assumed(1, "1/s", "test"), 8))
                .hasMessage("failure rate is in 1/s, but must be in 1/(node day)");
        assertThatThrownBy(() -> FailureModel.of("x", Figure.assumed(1, FailureModel.UNIT, "test"), 0))
                .hasMessage("GPUs per node is 0, but must be at least 1");
        assertThatThrownBy(() -> FailureModels.LLAMA3.mttfSeconds(0)).hasMessage("GPUs is 0, but must be at least 1");
        assertThatThrownBy(() -> FailureModel.observed(
                        "x", List.of(new FailureCause("fan", "host", 1)), 8, 8, Double.NaN, "test"))
                .hasMessageContaining("length of the observation is NaN d");
        assertThatThrownBy(() -> new FailureCause("fan", "host", 0))
                .hasMessage("count of failure cause fan is 0, but must be at least 1");
    }

    @Test
    void curedCausesLeaveTheRest() {
        // arXiv 2407.21783, table 5: 42 of 419 interruptions were of switches, cables and network interfaces.
        FailureModel cured = FailureModels.LLAMA3.without("network");
        assertThat(cured.perNodeDay().value())
                .isCloseTo(FailureModels.LLAMA3.perNodeDay().value() * (1 - 42.0 / 419), within(1e-15));
        assertThat(cured.mttfSeconds(16_384)).isGreaterThan(FailureModels.LLAMA3.mttfSeconds(16_384));
        assertThat(cured.share("network")).isZero();
        assertThat(GoodputModel.steady().withFailures(cured).best(100_000).fraction())
                .isGreaterThan(GoodputModel.steady().best(100_000).fraction());
        assertThatThrownBy(() -> FailureModels.LLAMA3.without("weather"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "groups [gpu, software, network, maintenance, host]; without \"weather\" all are left");
        assertThatThrownBy(() -> FailureModels.RSC1.without("gpu")).hasMessageContaining("none are left");
    }
}
