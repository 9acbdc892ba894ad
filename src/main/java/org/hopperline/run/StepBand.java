package org.hopperline.run;

import org.hopperline.core.Check;
import org.hopperline.core.Interval;
import org.hopperline.core.Kind;
import org.hopperline.step.StepInterval;
import org.hopperline.step.StepPrediction;
import org.hopperline.text.FigureTable;

/**
 * How far a step may be from its prediction, on any chip and of any model: learnt from scored runs where there are such, else a wide band
 * that is assumed. The 80 % level of both.
 *
 * @param factor measured over predicted step time
 * @param kind fitted if it was learnt, assumed if not
 */
public record StepBand(Interval factor, Kind kind) {

    private static final FigureTable UNSCORED = FigureTable.resource(StepBand.class, "unscored.csv");
    private static final double COVERAGE = UNSCORED.value("coverage");

    /** Checks that both are there. */
    public StepBand {
        Check.notNull(factor, "factor");
        Check.notNull(kind, "kind");
    }

    /** The band of a prediction, narrower where a run alike anchors it. */
    public static StepBand of(StepPrediction step) {
        return StepInterval.isLearnt(step.setup())
                ? new StepBand(step.factor(COVERAGE), Kind.FITTED)
                : new StepBand(new Interval(UNSCORED.value("fast"), UNSCORED.value("slow"), COVERAGE), Kind.ASSUMED);
    }

    /** Measured over predicted throughput: the inverse of the time. */
    public Interval throughputFactor() {
        return new Interval(1 / factor.high(), 1 / factor.low(), factor.coverage());
    }
}
