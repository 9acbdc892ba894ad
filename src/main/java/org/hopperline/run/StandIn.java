package org.hopperline.run;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Interval;
import org.hopperline.core.Kind;
import org.hopperline.model.Experts;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.text.FigureTable;

/**
 * A training run of which outsiders estimated the size, and nobody published the shape: a model stands in for it.
 *
 * @param model what stands in; its shape is assumed
 * @param flops estimated training compute, counted as 6 N D
 * @param low least of the estimates
 * @param high most of them
 */
public record StandIn(Transformer model, Figure flops, Figure low, Figure high) {

    private static final FigureTable FIGURES = FigureTable.resource(StandIn.class, "stand_ins.csv");

    /**
     * A run of the size of Grok-3: 3.5e26 FLOP, between 2.1e26 and 1.13e27 (Epoch AI). Its stand-in is Grok-1 at twice
     * the width and half as deep again: 12,288 wide, 96 layers, two of eight experts of 65,536.
     */
    public static final StandIn GROK3 = new StandIn(
            Models.GROK1.toBuilder()
                    .name("Grok-3-sized stand-in")
                    .layers(96)
                    .hidden(12_288)
                    .heads(96)
                    .ffnHidden(65_536)
                    .experts(Experts.of(8, 2, 65_536))
                    .origin(
                            Kind.ASSUMED,
                            "Grok-1 at twice the width and half as deep again; the shape of Grok-3 is not published")
                    .build(),
            FIGURES.get("grok3.flops"),
            FIGURES.get("grok3.low"),
            FIGURES.get("grok3.high"));

    /** @throws IllegalArgumentException unless low &le; flops &le; high, all above 0 */
    public StandIn {
        Check.notNull(model, "model");
        Check.positive(low.value(), "least estimate", "FLOP");
        Check.within(flops.value(), low.value(), high.value(), "estimate", "FLOP");
    }

    /** The run as a question. */
    public Training training() {
        return Training.of(model).flops(flops.value());
    }

    /** Work over the estimate: the bounds hold it with a chance of nine tenths, which is assumed. */
    public Distribution workFactor() {
        return Distribution.logNormal(new Interval(low.value() / flops.value(), high.value() / flops.value(), 0.9));
    }
}
