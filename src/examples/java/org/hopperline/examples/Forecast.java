package org.hopperline.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.report.Chart;
import org.hopperline.report.Report;
import org.hopperline.run.CampaignForecast;
import org.hopperline.run.StandIn;
import org.hopperline.run.Training;
import org.hopperline.run.TrainingCampaign;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.campaign.Spreads;
import org.hopperline.run.money.PriceBasis;

/**
 * A run of the size of Grok-3 on the machine in Memphis as it grew: days, megawatt-hours and dollars with bands, and what
 * they rest on, as one page of Markdown. With a folder as argument, the page and its chart go there.
 */
public final class Forecast {

    private static final LocalDate START = LocalDate.of(2024, 8, 11);
    private static final LocalDate END = LocalDate.of(2024, 12, 31);
    private static final int SAMPLES = 1000;
    private static final long SEED = 2024;

    private Forecast() {}

    /** Prints or writes the page. */
    public static void main(String[] folder) throws IOException {
        Report report = Report.of(forecast());
        Chart chart = report.chart();
        if (folder.length == 0 || chart == null) {
            System.out.print(report.toMarkdown());
            return;
        }
        Path path = Path.of(folder[0]);
        Files.createDirectories(path);
        Files.writeString(
                path.resolve("forecast.md"),
                report.toMarkdown().replaceFirst("\n\n", "\n\n![FLOPs by date](forecast.svg)\n\n"));
        chart.writeSvg(path.resolve("forecast.svg"));
    }

    /** The forecast that the page shows. */
    static CampaignForecast forecast() {
        return OfMemphis.FORECAST;
    }

    /** The stand-in in steps of 64 M tokens; the batch and the precision are assumed. */
    static Training training() {
        return StandIn.GROK3.training().batchTokens(64e6).precision(Precision.FP8);
    }

    /** The same run on Memphis fed as {@code ramp} says. */
    static CampaignForecast forecast(Ramp ramp) {
        TrainingCampaign campaign = TrainingCampaign.of(training(), Clusters.MEMPHIS, ramp);
        return CampaignForecast.of(campaign, START, notKnown(campaign), SAMPLES, SEED);
    }

    /** Made on first use: each size of the machine takes a search. */
    private static final class OfMemphis {
        static final CampaignForecast FORECAST = forecast(Ramp.of(Clusters.MEMPHIS));
    }

    private static CampaignUncertainty notKnown(TrainingCampaign campaign) {
        LocalDate begin = LocalDate.of(2024, 1, 1);
        return campaign.uncertainty()
                .withWorkFactor(StandIn.GROK3.workFactor())
                // Training was said to begin on 22 July; each stage may have come up to a month later than estimated.
                .withMachineDelayDays(Distribution.triangular(0, 1, 30))
                .withPrices(
                        Spreads.dollars(PriceBasis.PER_GPU_HOUR, begin, END),
                        Spreads.dollars(PriceBasis.PER_KILOWATT_HOUR, begin, END));
    }
}
