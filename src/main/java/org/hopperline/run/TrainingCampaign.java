package org.hopperline.run;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;
import org.hopperline.run.campaign.Campaign;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.GoodputFunction;
import org.hopperline.run.campaign.PowerFunction;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.campaign.Spreads;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.run.scaling.TrainingFlops;

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

    /** A run on its machine as it is, at hand whenever it begins. */
    public static TrainingCampaign of(RunPrediction run) {
        Check.notNull(run, "run");
        Ramp whole = Ramp.constant(
                run.machine().name(), LocalDate.EPOCH, run.machine().devices());
        return new TrainingCampaign(run.question(), run.machine(), whole, run);
    }

    /** The training. */
    public Training training() {
        return training;
    }

    /** The machine by date. */
    public Ramp ramp() {
        return ramp;
    }

    /** The prediction on the largest stage. */
    public RunPrediction largest() {
        return largest;
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

    /**
     * The campaign from {@code start} on. Before the first day of the machine it waits; at each size it draws what the
     * plan for that size draws, with devices that the plan leaves out standing by. The job starts once from nothing, and
     * from a checkpoint wherever the plan changes with the size.
     */
    public Campaign campaign(LocalDate start) {
        return Campaign.builder()
                .ramp(ramp)
                .start(start)
                .flops(TrainingFlops.sixND(training.model().activeParameters(), training.tokens()))
                .throughput(this::flopsPerSecond)
                .goodput(goodput())
                .power(power())
                .startUp(this::startSeconds)
                .build();
    }

    /**
     * What is not known and has a source: the step time, by {@link StepBand}, and the failure rate, between those that
     * were published ({@link Spreads#failureFactor}). Add what else is not known: start, machine, prices.
     */
    public CampaignUncertainty uncertainty() {
        return CampaignUncertainty.none()
                .withThroughputFactor(
                        Distribution.logLaplace(StepBand.of(largest.step()).throughputFactor()))
                .withFailureFactor(Spreads.failureFactor(training.goodput().failures()));
    }

    private double flopsPerSecond(int gpus) {
        return at(gpus).map(run ->
                        6 * training.model().activeParameters() * run.step().tokensPerSecond())
                .orElse(0.0);
    }

    /** From nothing, or from a checkpoint where the larger machine has another plan. */
    private double startSeconds(int gpus, int before) {
        return at(gpus).map(run -> training.startSeconds(
                        run.step(), before == 0 ? null : at(before).orElse(null)))
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

    private PowerFunction power() {
        return new PowerFunction() {
            @Override
            public FacilityPower running(int gpus) {
                RunEnergy energy = energy(gpus);
                return new FacilityPower(energy.running().facility().watts() + standby(gpus, energy));
            }

            @Override
            public FacilityPower standing(int gpus) {
                RunEnergy energy = energy(gpus);
                return new FacilityPower(energy.standing().facility().watts() + standby(gpus, energy));
            }
        };
    }

    private RunEnergy energy(int gpus) {
        return RunEnergy.of(at(gpus).orElse(largest));
    }

    /** Watts at the meter of devices that the plan leaves out. */
    private double standby(int gpus, RunEnergy energy) {
        int used = devicesUsed(gpus);
        return energy.standing().facility().watts() / used * Math.max(0, gpus - used);
    }

    private int devicesUsed(int gpus) {
        return at(gpus).orElse(largest).step().setup().cluster().devices();
    }

    private Goodput best(int gpus, double failureFactor) {
        RunPrediction run = at(gpus).orElse(largest);
        return run.failures().best(devicesUsed(gpus), failureFactor);
    }

    private static Cluster whole(Cluster machine, int gpus) {
        int each = machine.node().devices();
        return gpus < each ? machine.withDevices(gpus) : machine.withDevices(gpus / each * each);
    }
}
