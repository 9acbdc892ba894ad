package org.hopperline.hardware;

import java.time.LocalDate;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;

/**
 * A stage in the growth of a machine.
 *
 * @param from first day on which so many devices run
 * @param devices how many
 * @param facilityPower what the whole site draws or may draw, W
 * @param note what stands in the source beside the numbers
 */
public record RampStage(LocalDate from, int devices, Figure facilityPower, String note) {

    /** Checks the count and the power. */
    public RampStage {
        Check.notNull(from, "first day of a stage");
        Check.positive(devices, "devices of the stage of " + from);
        Check.positive(facilityPower.value(), "facility power of the stage of " + from, "W");
        Check.notNull(note, "note of a stage");
    }

    /** One line: {@code 2024-09-02: 100000 devices, 174 MW; H100}. */
    @Override
    public String toString() {
        return from + ": " + devices + " devices, " + Units.format(facilityPower.value(), "W")
                + (note.isEmpty() ? "" : "; " + note);
    }
}
