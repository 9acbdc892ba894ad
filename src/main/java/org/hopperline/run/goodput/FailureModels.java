package org.hopperline.run.goodput;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.text.Csv;
import org.hopperline.text.FigureTable;

/**
 * Failure rates that were published. The two rates of the Research SuperCluster reproduce that paper's projections for
 * 16,384 and 131,072 GPUs; its observed 7.9 h at 1,024 GPUs does not lie on the same line (the formula gives 28.8 h), so
 * do not fit to both.
 */
public final class FailureModels {

    private static final int GPUS_PER_NODE = 8;
    private static final FigureTable FIGURES = FigureTable.resource(FailureModels.class, "goodput.csv");

    /** Pre-training of Llama 3 405B: 419 unexpected interruptions in 54 days on 16,384 H100s (arXiv 2407.21783). */
    public static final FailureModel LLAMA3 = FailureModel.observed(
            "Llama 3 405B",
            causes("llama3"),
            (int) FIGURES.value("llama3.gpus"),
            GPUS_PER_NODE,
            FIGURES.value("llama3.days"),
            "arXiv 2407.21783, table 5: counts over node-days");

    /** Meta's Research SuperCluster 1 (A100): 6.50 per 1,000 node-days (arXiv 2410.21680). */
    public static final FailureModel RSC1 =
            FailureModel.of("Meta RSC-1", FIGURES.get("rsc1.perNodeDay"), GPUS_PER_NODE);

    /** Meta's Research SuperCluster 2 (A100): 2.34 per 1,000 node-days (arXiv 2410.21680). */
    public static final FailureModel RSC2 =
            FailureModel.of("Meta RSC-2", FIGURES.get("rsc2.perNodeDay"), GPUS_PER_NODE);

    private FailureModels() {}

    /** All of them. */
    public static List<FailureModel> all() {
        return List.of(LLAMA3, RSC1, RSC2);
    }

    static FigureTable figures() {
        return FIGURES;
    }

    private static List<FailureCause> causes(String model) {
        List<FailureCause> causes = new ArrayList<>();
        Csv csv = Csv.resource(FailureModels.class, "failure_causes.csv").require("model", "cause", "group", "count");
        for (Csv.Row row : csv.rows()) {
            if (row.text("model").equals(model)) {
                causes.add(new FailureCause(row.text("cause"), row.text("group"), row.whole("count")));
            }
        }
        return causes;
    }
}
