package org.hopperline.run;

import java.time.LocalDate;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.run.campaign.Campaign;
import org.hopperline.run.campaign.CampaignBands;
import org.hopperline.run.campaign.CampaignResult;
import org.hopperline.run.campaign.CampaignUncertainty;

/**
 * What is to be expected of a campaign: its course with everything at its nominal value, and bands of its finish, energy
 * and cost.
 *
 * @param campaign the training and its machine
 * @param start first day of training
 * @param uncertainty what is not known
 * @param nominal the course with everything at its nominal value
 * @param bands finish, GPU-hours, energy and cost with their spread
 */
public record CampaignForecast(
        TrainingCampaign campaign,
        LocalDate start,
        CampaignUncertainty uncertainty,
        CampaignResult nominal,
        CampaignBands bands) {

    /** Checks that everything is there. */
    public CampaignForecast {
        Check.notNull(campaign, "campaign");
        Check.notNull(start, "start date");
        Check.notNull(uncertainty, "uncertainty");
        Check.notNull(nominal, "nominal course");
        Check.notNull(bands, "bands");
    }

    /**
     * Forecasts a campaign.
     *
     * @param start first day of training
     * @param uncertainty what is not known
     * @param samples at least 10
     * @param seed same seed, same bands
     */
    public static CampaignForecast of(
            TrainingCampaign campaign, LocalDate start, CampaignUncertainty uncertainty, int samples, long seed) {
        Campaign run = campaign.campaign(start);
        return new CampaignForecast(
                campaign, start, uncertainty, run.run(), CampaignBands.of(run, uncertainty, samples, seed));
    }

    /** Chance that the run is done before the end of a day. */
    public double probabilityDoneBy(LocalDate date) {
        return bands.probabilityDoneBy(date);
    }

    /** The nominal course and the bands. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s; %s", nominal, bands);
    }
}
