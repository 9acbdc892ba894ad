package org.hopperline.run.campaign;

import java.time.LocalDate;
import org.hopperline.core.Check;

/**
 * From a date on, a machine has so many GPUs.
 *
 * @param date first day
 * @param gpus at least 0
 */
public record Stage(LocalDate date, int gpus) {

    /** @throws IllegalArgumentException if the count is below 0 */
    public Stage {
        Check.notNull(date, "date of a stage");
        Check.nonNegative(gpus, "GPUs on " + date);
    }
}
