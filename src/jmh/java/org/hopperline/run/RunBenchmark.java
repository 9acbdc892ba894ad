package org.hopperline.run;

import java.time.LocalDate;
import java.util.concurrent.TimeUnit;
import org.hopperline.core.Interval;
import org.hopperline.run.campaign.Campaign;
import org.hopperline.run.campaign.CampaignBands;
import org.hopperline.run.campaign.CampaignResult;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.GoodputFunction;
import org.hopperline.run.campaign.Ramps;
import org.hopperline.run.goodput.Daly;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.goodput.GoodputModel;
import org.hopperline.run.power.FacilityPower;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Goodput and campaigns. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RunBenchmark {

    private final GoodputModel model = GoodputModel.steady();
    private final Campaign campaign = Campaign.builder()
            .ramp(Ramps.MEMPHIS)
            .start(LocalDate.of(2024, 8, 11))
            .flops(3.5e26)
            .throughput(gpus -> 400e12 * gpus)
            .goodput(GoodputFunction.of(model))
            .power(new FacilityPower(1500), new FacilityPower(700))
            .build();
    private final CampaignUncertainty uncertainty = CampaignUncertainty.none()
            .withThroughputFactor(Distribution.logNormal(new Interval(0.8, 1.2, 0.8)))
            .withFailureFactor(Distribution.triangular(0.6, 1, 1.7));
    private double mttfSeconds = 1824.4;

    /** The best interval and its efficiency; allocates nothing. */
    @Benchmark
    public double bestEfficiency() {
        return Daly.bestEfficiency(30, 300, mttfSeconds);
    }

    /** Goodput with its shares. */
    @Benchmark
    public Goodput goodput() {
        return model.best(100_000);
    }

    /** One campaign of three stages. */
    @Benchmark
    public CampaignResult campaign() {
        return campaign.run();
    }

    /** A thousand campaigns. */
    @Benchmark
    public CampaignBands bands() {
        return CampaignBands.of(campaign, uncertainty, 1000, 1);
    }
}
