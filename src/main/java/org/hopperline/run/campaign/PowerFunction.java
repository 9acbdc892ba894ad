package org.hopperline.run.campaign;

import org.hopperline.core.Check;
import org.hopperline.run.power.FacilityPower;

/** Power of a whole machine at the meter by its size. */
public interface PowerFunction {

    /**
     * Power while the job steps.
     *
     * @param gpus GPUs at hand, at least 1
     */
    FacilityPower running(int gpus);

    /**
     * Power while it stands, in checkpoints and recovery.
     *
     * @param gpus GPUs at hand, at least 1
     */
    FacilityPower standing(int gpus);

    /** The same power for each GPU, whatever the size. */
    static PowerFunction each(FacilityPower whileRunning, FacilityPower whileStanding) {
        Check.notNull(whileRunning, "running power");
        Check.notNull(whileStanding, "standing power");
        return new PowerFunction() {
            @Override
            public FacilityPower running(int gpus) {
                return whileRunning.times(gpus);
            }

            @Override
            public FacilityPower standing(int gpus) {
                return whileStanding.times(gpus);
            }
        };
    }
}
