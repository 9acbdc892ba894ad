package org.hopperline.run.goodput;

import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;

/**
 * Failures as a Poisson process: each node stops the whole job at a constant rate.
 *
 * @param name who observed it
 * @param perNodeDay interruptions of the job per node and day, with their birthplace
 * @param gpusPerNode accelerators in one node
 * @param causes the observed counts by cause; empty where the source gives none
 */
public record FailureModel(String name, Figure perNodeDay, int gpusPerNode, List<FailureCause> causes) {

    /** Unit of {@link #perNodeDay}. */
    public static final String UNIT = "1/(node day)";

    private static final double DAY_SECONDS = 86_400;

    /** @throws IllegalArgumentException if the rate is not above 0 or not per node and day, or no GPU is in a node */
    public FailureModel {
        Check.notBlank(name, "name of a failure model");
        Check.notNull(perNodeDay, "failure rate");
        Check.positive(perNodeDay.value(), "failure rate", UNIT);
        if (!UNIT.equals(perNodeDay.unit())) {
            throw new IllegalArgumentException("failure rate is in " + perNodeDay.unit() + ", but must be in " + UNIT);
        }
        Check.positive(gpusPerNode, "GPUs per node");
        causes = List.copyOf(causes);
    }

    /** A rate from elsewhere, without counts by cause. */
    public static FailureModel of(String name, Figure perNodeDay, int gpusPerNode) {
        return new FailureModel(name, perNodeDay, gpusPerNode, List.of());
    }

    /**
     * The rate of an observed run: interruptions over node-days.
     *
     * @param causes what stopped it
     * @param gpus size of the run
     * @param gpusPerNode accelerators in one node
     * @param days length of the observation
     * @param source where the counts stand
     */
    public static FailureModel observed(
            String name, List<FailureCause> causes, int gpus, int gpusPerNode, double days, String source) {
        int count = causes.stream().mapToInt(FailureCause::count).sum();
        double nodeDays = nodes(gpus, gpusPerNode) * Check.positive(days, "length of the observation", "d");
        return new FailureModel(name, Figure.measured(count / nodeDays, UNIT, source), gpusPerNode, causes);
    }

    /** The same model with another rate, for variations. */
    public FailureModel withPerNodeDay(Figure newPerNodeDay) {
        return new FailureModel(name, newPerNodeDay, gpusPerNode, causes);
    }

    /**
     * What is left if the causes of one group were cured: the rate falls by their share of the observed interruptions.
     *
     * @param group such as network, gpu, software
     * @throws IllegalArgumentException if no cause of that group was observed, or none other
     */
    public FailureModel without(String group) {
        List<FailureCause> rest =
                causes.stream().filter(c -> !c.group().equals(group)).toList();
        if (rest.size() == causes.size() || rest.isEmpty()) {
            throw new IllegalArgumentException("causes of " + name + " are of the groups "
                    + causes.stream().map(FailureCause::group).distinct().toList() + "; without \"" + group + "\" "
                    + (rest.isEmpty() ? "none are left" : "all are left"));
        }
        Figure less = perNodeDay.varied(perNodeDay.value() * (1 - share(group)));
        return new FailureModel(name + " without " + group, less, gpusPerNode, rest);
    }

    /**
     * Mean time to failure of a job on {@code gpus} GPUs, {@code M = 86,400 s / (nodes * rate)}.
     *
     * @return seconds, above 0
     */
    public double mttfSeconds(int gpus) {
        return mttfSeconds(nodes(gpus, gpusPerNode), perNodeDay.value());
    }

    /** {@code 86,400 s / (nodes * perNodeDay)}. */
    public static double mttfSeconds(int nodes, double perNodeDay) {
        return DAY_SECONDS / (Check.positive(nodes, "nodes") * Check.positive(perNodeDay, "failure rate", UNIT));
    }

    /**
     * Mean time to the first failure among {@code parts} equal parts, each with a mean life of {@code partMttfSeconds}:
     * their quotient.
     */
    public static double firstOfMany(int parts, double partMttfSeconds) {
        return Check.positive(partMttfSeconds, "mean life of a part", "s") / Check.positive(parts, "number of parts");
    }

    /** The chance that nothing fails within {@code seconds}, {@code e^(-t/M)}. */
    public static double survival(double seconds, double mttfSeconds) {
        return Math.exp(
                -Check.nonNegative(seconds, "time", "s") / Check.positive(mttfSeconds, "mean time to failure", "s"));
    }

    /** The time within which a first failure has come with chance {@code probability}, {@code -M ln(1 - p)}. */
    public static double firstFailureSeconds(double probability, double mttfSeconds) {
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException(
                    "probability is " + probability + ", but must lie between 0 and 1, such as 0.5");
        }
        return -Check.positive(mttfSeconds, "mean time to failure", "s") * Math.log1p(-probability);
    }

    /** The share of interruptions that causes of {@code group} brought; 0 if no count is known. */
    public double share(String group) {
        int all = causes.stream().mapToInt(FailureCause::count).sum();
        int some = causes.stream()
                .filter(c -> c.group().equals(group))
                .mapToInt(FailureCause::count)
                .sum();
        return all == 0 ? 0 : (double) some / all;
    }

    /** Nodes that hold {@code gpus} GPUs, the last one perhaps in part. */
    static int nodes(int gpus, int gpusPerNode) {
        return (Check.positive(gpus, "GPUs") - 1) / Check.positive(gpusPerNode, "GPUs per node") + 1;
    }
}
