package org.hopperline.run.goodput;

import org.hopperline.core.Check;

/**
 * How often one cause stopped a run. Percentages are computed from the counts, never stored.
 *
 * @param name what failed
 * @param group what kind of thing it is: gpu, network, host, software or maintenance
 * @param count interruptions, at least 1
 */
public record FailureCause(String name, String group, int count) {

    /** @throws IllegalArgumentException if a name is blank or the count is not above 0 */
    public FailureCause {
        Check.notBlank(name, "name of a failure cause");
        Check.notBlank(group, "group of failure cause " + name);
        Check.positive(count, "count of failure cause " + name);
    }
}
