package org.hopperline.run;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hopperline.core.Check;
import org.hopperline.core.Interval;
import org.hopperline.hardware.Cluster;
import org.hopperline.run.campaign.Campaign;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.GoodputFunction;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.scaling.TrainingFlops;
import org.hopperline.step.StepInterval;

/**
 * A {@link Training} on a machine that grows. At each size of the machine the run is planned anew: with the plan of the
 * question if it names one, else with the fastest found. Work is counted as 6 N D. Predictions are kept, so that a size
 * is planned once. Safe for use by several threads.
 */
public final class TrainingCampaign {

    private final Training training;
    private final Cluster machine;
    private final Ramp ramp;
    private final RunPrediction largest;
    private final Map<Integer, Optional<RunPrediction>> bySize = new ConcurrentHashMap<>();

    private TrainingCampaign(Training training, Cluster machine, Ramp ramp, RunPrediction largest) {
        this.training = training;
        this.machine = machine;
        this.ramp = ramp;
        this.largest = largest;
    }

    /**
     * The training on a machine of the catalogue as it grew.
     *
     * @throws IllegalArgumentException if it did not grow by date, or cannot run on its largest stage
     */
    public static TrainingCampaign of(Training training, Cluster machine) {
        return of(training, machine, Ramp.of(machine));
    }

    /**
     * The training on a machine that grows as {@code ramp} says.
     *
     * @param machine nodes and fabric, at any size
     * @throws IllegalArgumentException if the training cannot run on the largest stage, with the reason
     */
    public static TrainingCampaign of(Training training, Cluster machine, Ramp ramp) {
        Check.notNull(training, "training");
        Cluster most = whole(machine, ramp.largest().gpus());
        return new TrainingCampaign(training, machine, ramp, training.on(most));
    }

    /** The prediction at one size of the machine; empty if no plan of the training fits so few devices. */
    public Optional<RunPrediction> at(int gpus) {
        if (gpus >= ramp.largest().gpus()) {
            return Optional.of(largest);
        }
        return bySize.computeIfAbsent(gpus, this::predict);
    }

    private Optional<RunPrediction> predict(int gpus) {
        if (gpus < machine.node().devices()) {
            return Optional.empty();
        }
        try {
            return Optional.of(training.on(whole(machine, gpus)));
        } catch (IllegalArgumentException noPlanFits) {
            // The question itself is sound, since it was answered on the largest stage.
            return Optional.empty();
        }
    }

    /** The campaign from {@code start} on, with power as on the largest stage. */
    public Campaign campaign(LocalDate start) {
        RunEnergy energy = RunEnergy.of(largest);
        double each = 1.0 / largest.step().setup().cluster().devices();
        return Campaign.builder()
                .ramp(ramp)
                .start(start)
                .flops(TrainingFlops.sixND(training.model().activeParameters(), training.tokens()))
                .throughput(this::flopsPerSecond)
                .goodput(goodput())
                .power(
                        energy.running().facility().times(each),
                        energy.standing().facility().times(each))
                .build();
    }

    /**
     * The uncertainty of the step time, as learnt from measured runs, and nothing else: add what else is not known.
     *
     * @throws IllegalArgumentException if no run on this family of chips is scored
     */
    public CampaignUncertainty uncertainty() {
        Interval slower = StepInterval.factor(largest.step().setup(), 0.8);
        Interval faster = new Interval(1 / slower.high(), 1 / slower.low(), slower.coverage());
        return CampaignUncertainty.none().withThroughputFactor(Distribution.logNormal(faster));
    }

    private double flopsPerSecond(int gpus) {
        return at(gpus).map(run ->
                        6 * training.model().activeParameters() * run.step().tokensPerSecond())
                .orElse(0.0);
    }

    private GoodputFunction goodput() {
        return new GoodputFunction() {
            @Override
            public double fraction(int gpus, double failureFactor) {
                return best(gpus, failureFactor).fraction();
            }

            @Override
            public double standingShare(int gpus, double failureFactor) {
                Goodput best = best(gpus, failureFactor);
                return best.checkpointShare() + best.recoveryShare();
            }
        };
    }

    private Goodput best(int gpus, double failureFactor) {
        int used = at(gpus).map(run -> run.step().setup().cluster().devices()).orElse(gpus);
        return training.goodput().on(machine).best(used, failureFactor);
    }

    private static Cluster whole(Cluster machine, int gpus) {
        int each = machine.node().devices();
        return gpus < each ? machine.withDevices(gpus) : machine.withDevices(gpus / each * each);
    }
}
