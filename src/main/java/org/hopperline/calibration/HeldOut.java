package org.hopperline.calibration;

import org.hopperline.core.Check;

/**
 * A fit and how it does on rows that it never saw.
 *
 * @param name what was held out
 * @param fit the fit on the rest
 * @param errors on the rows held out
 */
public record HeldOut(String name, Fit fit, ErrorStatistics errors) {

    /** @throws IllegalArgumentException if a part is null or the name blank */
    public HeldOut {
        Check.notBlank(name, "name of what was held out");
        Check.notNull(fit, "fit");
        Check.notNull(errors, "errors");
    }

    /** One line: {@code name: 120 rows, MAPE ...}. */
    @Override
    public String toString() {
        return name + ": " + errors;
    }
}
