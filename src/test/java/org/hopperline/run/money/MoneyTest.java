package org.hopperline.run.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import org.assertj.core.data.Percentage;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;

class MoneyTest {

    private static final LocalDate DAY = LocalDate.of(2024, 7, 22);
    private static final String HEADER = "name,dollars,basis,date,kind,source\n";

    @Test
    void everyPublishedPriceHasADateAndASource() {
        assertThat(Prices.all()).hasSizeGreaterThan(20).allSatisfy(p -> {
            assertThat(p.date()).isBetween(LocalDate.of(2022, 1, 1), LocalDate.of(2026, 1, 1));
            assertThat(p.source()).isNotBlank();
        });
    }

    @Test
    void thePriceOfADateIsTheLatestBeforeIt() {
        assertThat(Prices.on("H100 on HGX board", DAY).dollars()).isEqualTo(36_000);
        assertThat(Prices.on("h100 on hgx board", LocalDate.of(2024, 6, 30)).dollars())
                .isEqualTo(33_800);
        assertThatThrownBy(() -> Prices.on("H100 on HGX board", LocalDate.of(2020, 1, 1)))
                .hasMessageContaining("on or before 2020-01-01; the earliest is of 2023-09-01");
        assertThatThrownBy(() -> Prices.on("Lamda on demand", DAY)).hasMessageContaining("Lambda on demand");
    }

    @Test
    void llama405BAtCostPrice() {
        // "H100 vs GB200 NVL72 Training Benchmarks" (SemiAnalysis, 20 August 2025): $29.1 M and $1.95 a million tokens
        // for
        // 15 T tokens at $1.42 a GPU-hour and 54 % of the dense BF16 peak, attention counted in full.
        double tokensPerSecond = 0.54 * 989.4e12 / 2.633e12;
        double gpuHours = 15e12 / tokensPerSecond / 3600;
        Money run = Cost.rented(gpuHours, Prices.on("H100 at cost", LocalDate.of(2025, 8, 20)));
        assertThat(run.dollars()).isCloseTo(29.1e6, Percentage.withPercentage(1));
        assertThat(Cost.perMillionTokens(run, 15e12).dollars()).isCloseTo(1.95, Percentage.withPercentage(1));
    }

    @Test
    void electricityOfAYear() {
        // "AI Datacenter Energy Dilemma" (SemiAnalysis, 2024): $20.7 M for 249,185 MWh.
        assertThat(Cost.electricity(
                                249_185,
                                Prices.on("SemiAnalysis electricity of the 20k cluster", LocalDate.of(2024, 12, 31)))
                        .dollars())
                .isCloseTo(20.7e6, Percentage.withPercentage(0.2));
    }

    @Test
    void capitalIsWrittenOffEvenly() {
        Money capital = Cost.capital(100_000, Price.assumed("test", 40_000, PriceBasis.PER_GPU, DAY));
        assertThat(capital.dollars()).isEqualTo(4e9);
        double fifth = 365.25 * 86_400;
        assertThat(Cost.amortised(capital, 5, fifth).dollars()).isCloseTo(0.8e9, within(1.0));
        assertThatThrownBy(() -> Cost.amortised(capital, 5, 6 * fifth))
                .hasMessageContaining("longer than the machine's life of 5.0 years");
        assertThat(Cost.servers(2, Price.assumed("test", 10, PriceBasis.PER_SERVER, DAY))
                        .dollars())
                .isEqualTo(20);
    }

    @Test
    void sumsSpanTheDatesOfTheirPrices() {
        Money a = new Money(1, DAY, DAY);
        Money b = new Money(2, DAY.minusDays(3), DAY.minusDays(1));
        assertThat(a.plus(b)).isEqualTo(b.plus(a)).isEqualTo(new Money(3, DAY.minusDays(3), DAY));
        assertThat(a.toString()).isEqualTo("$1 (prices of 2024-07-22)");
    }

    @Test
    @SuppressWarnings("NullAway") // the refusal of a missing date is what is tested
    void moneyWithoutADateIsRefused() {
        assertThatThrownBy(() ->
                        new Price("H100", 30_000, PriceBasis.PER_GPU, null, org.hopperline.core.Kind.ASSUMED, "test"))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("date of the price of H100 (money without a date means nothing) is null");
        assertThatThrownBy(() -> new Money(5, null, DAY)).hasMessageContaining("money without a date means nothing");
        assertThatThrownBy(() -> Prices.read(Csv.parse("my.csv", HEADER + "H100,30000,PER_GPU,,assumed,me\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("my.csv line 2, column \"date\"")
                .hasMessageContaining("money without a date means nothing");
    }

    @Test
    @SuppressWarnings("NullAway") // the refusal of a missing date is what is tested
    void moneyNeedsADate() {
        assertThatThrownBy(() -> Prices.on("H100 on HGX board", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("date of the price of H100 on HGX board (money without a date means nothing)");
    }

    @Test
    void badMoneyIsNamed() {
        assertThatThrownBy(() -> Price.assumed("H100", -1, PriceBasis.PER_GPU, DAY))
                .hasMessageContaining("price of H100 is -1.0 USD");
        assertThatThrownBy(() -> new Money(1, DAY, DAY.minusDays(1))).hasMessageContaining("swap them");
        assertThatThrownBy(() -> Cost.rented(1, Price.assumed("H100", 1, PriceBasis.PER_GPU, DAY)))
                .hasMessage("the price of H100 is per GPU, but must be per GPU-hour");
        assertThatThrownBy(() -> Cost.perMillionTokens(new Money(1, DAY, DAY), 0))
                .hasMessageContaining("tokens is 0.0");
        assertThatThrownBy(() -> Prices.read(Csv.parse("my.csv", HEADER + "H100,3,PER_DAY,2024-01-01,assumed,me\n")))
                .hasMessageContaining("column \"basis\"")
                .hasMessageContaining("PER_GPU_HOUR");
    }
}
