package org.hopperline.run;

import java.util.List;
import org.hopperline.text.Csv;

/** Phases of runs that were published. */
public final class TrainingPhases {

    /**
     * Pre-training of Llama 3 405B: the batch doubles twice, then the sequences grow in six stages. Their last length and
     * about 800 billion tokens for all six are published, the lengths between and equal shares are assumed, and so is that
     * the 15.6 trillion tokens hold them. Sources stand in {@code phases.csv}.
     */
    public static final List<TrainingPhase> LLAMA31_405B = read("Llama 3.1 405B");

    private TrainingPhases() {}

    private static List<TrainingPhase> read(String run) {
        Csv csv = Csv.resource(TrainingPhases.class, "phases.csv")
                .require("run", "phase", "until_tokens", "batch_tokens", "sequence", "kind", "source");
        return csv.rows().stream()
                .filter(row -> row.text("run").equals(run))
                .map(row -> TrainingPhase.of(
                        row.text("phase"),
                        row.number("until_tokens"),
                        row.number("batch_tokens"),
                        row.whole("sequence")))
                .toList();
    }
}
