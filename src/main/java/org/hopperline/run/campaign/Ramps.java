package org.hopperline.run.campaign;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.hopperline.hardware.Clusters;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.text.Csv;

/** Machines whose growth was published. */
public final class Ramps {

    private static final Csv TABLE =
            Csv.resource(Ramps.class, "memphis_grid.csv").require("date", "value", "unit", "kind", "source");

    /**
     * GPUs installed in Memphis: 25,000 on 11 August 2024, 100,000 on 2 September, 200,000 on 17 February 2025. An
     * estimate of Epoch AI; the announcement of 22 July 2024 spoke of 100,000 at once.
     */
    public static final Ramp MEMPHIS = Ramp.of(Clusters.MEMPHIS);

    private Ramps() {}

    /**
     * GPUs that the grid could feed in Memphis: 8, 50 and 150 MW. The site ran more than that from generators of its own,
     * so this is what the grid alone would have allowed.
     *
     * @param each facility power of one GPU
     */
    public static Ramp memphisGrid(FacilityPower each) {
        List<LocalDate> dates = new ArrayList<>();
        List<Double> megawatts = new ArrayList<>();
        for (Csv.Row row : TABLE.rows()) {
            dates.add(LocalDate.parse(row.text("date")));
            megawatts.add(row.number("value"));
        }
        return Ramp.fed("the grid in Memphis", dates, megawatts, each, 8);
    }
}
