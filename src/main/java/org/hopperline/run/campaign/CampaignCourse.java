package org.hopperline.run.campaign;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.run.power.Energy;

/** A campaign under way, stage after stage of its machine: what is done, and what it took so far. */
final class CampaignCourse {

    private final Campaign campaign;
    private final double begin;
    private final double throughputFactor;
    private final double failureFactor;
    private final List<CampaignResult.Point> curve = new ArrayList<>();
    private double clock;
    private double done;
    private double gpuHours;
    private double joules;
    private int before;

    /**
     * At the beginning, with nothing done.
     *
     * @param begin day of the first step, from 1 January 1970
     * @param throughputFactor throughput over the nominal one
     * @param failureFactor failure rate over the nominal one
     */
    CampaignCourse(Campaign campaign, double begin, double throughputFactor, double failureFactor) {
        this.campaign = campaign;
        this.begin = begin;
        this.throughputFactor = throughputFactor;
        this.failureFactor = failureFactor;
        this.clock = begin;
        curve.add(new CampaignResult.Point(clock, 0, 0));
    }

    /**
     * Goes through a stage of the machine: a pause to start where the run goes on as a new job, then steps.
     *
     * @param fromDay first day of the stage, which may be past
     * @param untilDay day of the next stage, or the day after which a run is said never to end
     * @param last true if the machine stays as it is from here on
     * @return true if the run is done before the stage ends
     */
    boolean finishes(int gpus, double fromDay, double untilDay, boolean last) {
        double from = Math.max(clock, fromDay);
        double until = last ? untilDay : Math.max(clock, untilDay);
        if (until <= from) {
            return false;
        }
        double useful = gpus == 0 ? 0 : campaign.goodputOf(gpus, failureFactor);
        double rate = gpus == 0 ? 0 : campaign.rateOf(gpus) * throughputFactor * useful * Campaign.DAY_SECONDS;
        double pause = rate > 0 ? Math.min(until - from, campaign.startDays(gpus, before)) : 0;
        double days = rate > 0 ? Math.min(until - from, pause + (campaign.flops() - done) / rate) : until - from;
        boolean finished = rate > 0 && done + rate * (days - pause) >= campaign.flops() * (1 - 1e-12);
        if (rate > 0) {
            spend(gpus, days, pause);
        }
        if (from > clock) {
            curve.add(new CampaignResult.Point(
                    from, gpus, curve.get(curve.size() - 1).flops()));
        }
        if (pause > 0) {
            curve.add(new CampaignResult.Point(from + pause, gpus, done));
        }
        done = finished ? campaign.flops() : done + rate * (days - pause);
        clock = from + days;
        if (finished || !last) {
            curve.add(new CampaignResult.Point(clock, gpus, done));
        }
        return finished;
    }

    private void spend(int gpus, double days, double pause) {
        gpuHours += gpus * days * 24;
        double standingShare = campaign.standingShareOf(gpus, failureFactor);
        double running = (days - pause) * Campaign.DAY_SECONDS;
        joules += Energy.runJoules(
                        campaign.power().running(gpus), campaign.power().standing(gpus), running, standingShare)
                + campaign.power().standing(gpus).watts() * pause * Campaign.DAY_SECONDS;
        before = gpus;
    }

    CampaignResult finished() {
        return CampaignResult.finished(campaign.flops(), begin, clock, curve, gpuHours, joules);
    }

    CampaignResult never(String reason) {
        return CampaignResult.never(campaign.flops(), begin, reason, curve);
    }
}
