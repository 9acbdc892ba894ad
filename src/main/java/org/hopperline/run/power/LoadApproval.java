package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;

/**
 * A utility's rule that loads above a threshold need its approval.
 *
 * @param utility who decides
 * @param above facility power above which approval is needed, W
 */
public record LoadApproval(String utility, Figure above) {

    /** Tennessee Valley Authority: above 100 MW its board decides. */
    public static final LoadApproval TVA =
            new LoadApproval("Tennessee Valley Authority", PowerData.FIGURES.get("tva.approvalAbove"));

    /** @throws IllegalArgumentException if the threshold is not above 0 */
    public LoadApproval {
        Check.notBlank(utility, "utility");
        Check.positive(above.value(), "threshold of approval", "W");
    }

    /** True if {@code load} needs approval; a load of just the threshold does not. */
    public boolean needed(FacilityPower load) {
        return load.watts() > above.value();
    }

    /** The most accelerators that need none. */
    public int mostWithout(FacilityPower each, int gpusPerNode) {
        return PowerCap.ofMegawatts(above.value() / 1e6).gpus(each, gpusPerNode);
    }
}
