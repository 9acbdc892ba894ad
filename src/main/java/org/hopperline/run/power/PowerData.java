package org.hopperline.run.power;

import org.hopperline.text.FigureTable;

/** The constants of this package, each with its birthplace. */
final class PowerData {

    static final FigureTable FIGURES = FigureTable.resource(PowerData.class, "power.csv");

    private PowerData() {}
}
