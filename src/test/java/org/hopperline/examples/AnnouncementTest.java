package org.hopperline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AnnouncementTest {

    private static final String TEXT = Announcement.text();

    @Test
    void everyClauseIsThere() {
        assertThat(TEXT)
                .contains("\"100,000 H100s\"", "0 GPUs ran on 2024-07-22", "25,000 from 2024-08-11")
                .contains("Aurora 63,744", "Frontier 37,632", "Eagle 14,400")
                .contains("\"the most powerful training cluster in the world\"", "assumed: no run like it is scored")
                .contains("by December", "\"at up to 150 MW\"", "(chip)", "(server)", "(critical IT)", "(facility)")
                .contains("Needed from 2024-09-02 on")
                .doesNotContain("NaN");
    }

    @Test
    void fourTimesHasItsUnit() {
        assertThat(TEXT)
                .contains("Aurora: by count 1.57, by BF16 peak 1.85")
                .contains("Frontier: by count 2.66, by BF16 peak 6.86")
                .contains("Eagle: by count 6.94, by BF16 peak 6.94")
                .contains("Meta 24k RoCE: by count 4.07, by BF16 peak 4.07")
                .contains("four times by: accelerators, FP64 peak");
        assertThat(TEXT.substring(TEXT.indexOf("Eagle: by count"))
                        .lines()
                        .skip(1)
                        .findFirst())
                .contains("      four times by: no unit");
    }

    @Test
    void itWasNotLikelyDoneByDecember() {
        Matcher chance = Pattern.compile("Done by 2024-12-31: (\\d+) %").matcher(TEXT);
        assertThat(chance.find()).isTrue();
        assertThat(Integer.parseInt(chance.group(1)))
                .isBetween(1, 50)
                .as("the same chance as on the page of the forecast")
                .isEqualTo(Math.round(100 * (float) Forecast.forecast().probabilityDoneBy(LocalDate.of(2024, 12, 31))));
    }
}
