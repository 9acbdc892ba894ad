package org.hopperline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.hopperline.examples.AccuracyDocuments;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.validation.Accuracy;
import org.junit.jupiter.api.Test;

/** What the project states of its accuracy is what it computes. */
class AccuracyDocumentsTest {

    private static final String REMEDY = "out of date; run %s";
    private static final Accuracy ACCURACY = Accuracy.of(TrainingRuns.shipped());

    @Test
    void theIntervalsAreThoseThatTheHeldOutResidualsTeach() throws IOException {
        assertThat(Files.readString(Path.of(AccuracyDocuments.INTERVALS)))
                .as(REMEDY, AccuracyDocuments.COMMAND)
                .isEqualTo(AccuracyDocuments.intervals(Path.of(".")));
    }

    @Test
    void theReadmeAndThePagesAreAsGenerated() throws IOException {
        for (Map.Entry<String, String> page :
                AccuracyDocuments.pages(Path.of("."), ACCURACY).entrySet()) {
            // Compared as a flag: a difference of thousands of lines helps nobody.
            boolean same = Files.readString(Path.of(page.getKey())).equals(page.getValue());
            assertThat(same)
                    .as("%s is " + REMEDY, page.getKey(), AccuracyDocuments.COMMAND)
                    .isTrue();
        }
    }
}
