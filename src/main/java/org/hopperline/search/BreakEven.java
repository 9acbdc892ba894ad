package org.hopperline.search;

import java.util.Locale;
import java.util.function.Function;
import org.hopperline.core.Check;
import org.hopperline.core.Units;
import org.hopperline.hardware.Chip;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;

/**
 * From what value of a figure on a step is no longer bound by it: at the break-even, as much of it as one could wish would
 * shorten the step by no more than {@code share}.
 *
 * @param figure the figure, such as the bandwidth of a network interface
 * @param value what the machine has
 * @param breakEven the least value at which the step takes at most {@code 1 + share} times {@code limitSeconds}; 0 if it does
 *     so with a ten-thousandth of the figure, such as a step inside one node whatever the network
 * @param share what still counts as not bound
 * @param seconds of the step as it is
 * @param limitSeconds of the step with ten thousand times as much of the figure
 */
public record BreakEven(
        HardwareFigure figure, double value, double breakEven, double share, double seconds, double limitSeconds) {

    /** Seconds of a step at this multiple of a rate stand for those at an infinite rate. */
    private static final double WITHOUT_BOUND = 1e4;

    private static final double USUAL_SHARE = 0.01;
    private static final int HALVINGS = 60;

    /** From what speed of a network interface on a network of any speed would shorten the step by one per cent at most. */
    public static BreakEven ofNetwork(TrainingSetup setup) {
        return of(setup, HardwareFigure.NIC_BANDWIDTH, USUAL_SHARE);
    }

    /** The break-even of a figure of which more is never worse, with the shipped constants. */
    public static BreakEven of(TrainingSetup setup, HardwareFigure figure, double share) {
        return of(setup, figure, share, StepModel::on);
    }

    /**
     * The break-even of a figure of which more is never worse.
     *
     * @param setup the step
     * @param figure a rate
     * @param share above 0 and at most 1
     * @param model the step model of a chip
     * @throws IllegalArgumentException if no such machine can be had, such as for a share of a link above 1
     */
    public static BreakEven of(
            TrainingSetup setup, HardwareFigure figure, double share, Function<Chip, StepModel> model) {
        Check.notNull(setup, "setup");
        Check.notNull(figure, "figure");
        Check.fraction(share, "share that counts as not bound");
        double value = figure.of(setup.cluster());
        double limit = Sensitivity.seconds(setup, figure, value * WITHOUT_BOUND, model);
        if (Double.isNaN(limit)) {
            throw new IllegalArgumentException(figure.name() + " is " + Units.format(value, figure.unit())
                    + " and cannot grow without bound; take a rate, such as nic_bandwidth");
        }
        double wanted = limit * (1 + share);
        double seconds = Sensitivity.seconds(setup, figure, value, model);
        if (Sensitivity.seconds(setup, figure, value / WITHOUT_BOUND, model) <= wanted) {
            return new BreakEven(figure, value, 0, share, seconds, limit);
        }
        double low = Math.log(value / WITHOUT_BOUND);
        double high = Math.log(value * WITHOUT_BOUND);
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (Sensitivity.seconds(setup, figure, Math.exp(middle), model) <= wanted) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return new BreakEven(figure, value, Math.exp(high), share, seconds, limit);
    }

    /** True if more of the figure would shorten the step by more than the share. */
    public boolean isBound() {
        return value < breakEven;
    }

    /** One line: the value, the break-even, and what there is to gain. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %s: %s; within %.3g %% of the fastest %s; at most %.2f %% to gain",
                figure.name(),
                Units.format(value, figure.unit()),
                isBound() ? "bound by it" : "not bound by it",
                100 * share,
                breakEven == 0 ? "whatever it is" : "from " + Units.format(breakEven, figure.unit()) + " on",
                100 * (seconds / limitSeconds - 1));
    }
}
