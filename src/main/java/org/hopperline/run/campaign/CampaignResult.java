package org.hopperline.run.campaign;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.hopperline.core.Check;

/**
 * How a campaign went. Days are counted from 1 January 1970, with fractions; dates and times are UTC.
 *
 * @param flops size of the run
 * @param startDay day on which training began
 * @param finishDay day on which it ended; empty if it never does
 * @param reason why it never ends; empty if it does
 * @param curve work done by date, at every change of the machine; constant speed between two points
 * @param gpuHours GPU-hours from the first to the last step, failures included; 0 if it never ends
 * @param joules energy at the meter of the site; 0 if it never ends
 */
public record CampaignResult(
        double flops,
        double startDay,
        OptionalDouble finishDay,
        String reason,
        List<Point> curve,
        double gpuHours,
        double joules) {

    private static final double DAY_SECONDS = 86_400;

    /**
     * A corner of the curve.
     *
     * @param day days from 1 January 1970
     * @param gpus GPUs at hand up to here
     * @param flops done up to here
     */
    public record Point(double day, int gpus, double flops) {

        /** The day as a date and time, UTC. */
        public LocalDateTime time() {
            return timeOf(day);
        }
    }

    /** Copies the curve. */
    public CampaignResult {
        curve = List.copyOf(curve);
    }

    static CampaignResult finished(
            double flops, double start, double finish, List<Point> curve, double gpuHours, double joules) {
        return new CampaignResult(flops, start, OptionalDouble.of(finish), "", curve, gpuHours, joules);
    }

    static CampaignResult never(double flops, double start, String reason, List<Point> curve) {
        return new CampaignResult(flops, start, OptionalDouble.empty(), reason, curve, 0, 0);
    }

    /** When it ended, UTC; empty if it never does. */
    public Optional<LocalDateTime> finish() {
        return finishDay.isPresent() ? Optional.of(timeOf(finishDay.getAsDouble())) : Optional.empty();
    }

    /**
     * Wall time in days.
     *
     * @throws IllegalStateException if the run never ends, with the reason
     */
    public double days() {
        return finishDay.orElseThrow(() -> new IllegalStateException("the run never ends: " + reason)) - startDay;
    }

    /** Megawatt-hours at the meter of the site. */
    public double megawattHours() {
        return joules / 3.6e9;
    }

    /** True if the run is done before the end of {@code date}, UTC. */
    public boolean doneBy(LocalDate date) {
        return finishDay.isPresent() && finishDay.getAsDouble() < date.toEpochDay() + 1;
    }

    /** FLOPs done by the first moment of {@code date}, UTC. */
    public double flopsBy(LocalDate date) {
        double day = Check.notNull(date, "date").toEpochDay();
        Point before = curve.get(0);
        for (Point point : curve) {
            if (point.day() >= day) {
                double span = point.day() - before.day();
                double share = span > 0 ? Math.max(0, day - before.day()) / span : 0;
                return before.flops() + share * (point.flops() - before.flops());
            }
            before = point;
        }
        return before.flops();
    }

    /** When it ends and what it takes, or why it never ends. */
    @Override
    public String toString() {
        return finish().map(f -> String.format(
                        Locale.ROOT,
                        "%.3g FLOP from %s to %s: %.1f days, %.1f million GPU-hours, %,.0f MWh at the facility",
                        flops,
                        timeOf(startDay).toLocalDate(),
                        f.toLocalDate(),
                        days(),
                        gpuHours / 1e6,
                        megawattHours()))
                .orElseGet(() -> String.format(Locale.ROOT, "%.3g FLOP never end: %s", flops, reason));
    }

    private static LocalDateTime timeOf(double day) {
        return LocalDateTime.ofEpochSecond(Math.round(day * DAY_SECONDS), 0, ZoneOffset.UTC);
    }
}
