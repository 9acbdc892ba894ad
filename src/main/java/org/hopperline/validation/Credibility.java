package org.hopperline.validation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.core.Check;

/**
 * Means of parts of groups, each shrunk towards its group and each group towards all as far as the data themselves say:
 * hierarchical credibility of Jewell (1975), as in Buehlmann and Gisler (2005), A Course in Credibility Theory and its
 * Applications, chapter 6.
 *
 * <p>A value is the mean of all, plus what its group adds (variance {@code tau2}), plus what its part adds (variance
 * {@code tau1}), plus what it adds alone (variance {@code sigma}). The three variances are the unbiased moment estimators of
 * section 6.6, none below zero. A part of {@code n} values tells the mean of its group with the precision {@code omega = 1 /
 * (tau1 + sigma / n)}, so that a part of many values counts for little more than one of few; its own mean has the
 * credibility {@code tau1 omega}. A group tells the mean of all with {@code 1 / (tau2 + 1 / sum of omega)}.
 */
final class Credibility {

    /** Least variance, the square of a difference that no table of residuals shows. */
    private static final double LEAST_VARIANCE = 1e-18;

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final double within;
    private final double betweenParts;
    private final double betweenGroups;
    private final double mean;

    /**
     * A value of a part of a group.
     *
     * @param group what the part belongs to
     * @param part what the value belongs to; parts of one name in two groups are two parts
     * @param value the value
     */
    record Item(String group, String part, double value) {}

    /** Values of one part. */
    private static final class Part {
        private final List<Double> values = new ArrayList<>();

        int count() {
            return values.size();
        }

        double mean() {
            return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        }

        double squares() {
            double mean = mean();
            return values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        }
    }

    /** Parts of one group, and their weighted mean once the variances are known. */
    private static final class Group {
        private final Map<String, Part> parts = new LinkedHashMap<>();
        private double precision;
        private double mean;

        int count() {
            return parts.values().stream().mapToInt(Part::count).sum();
        }

        double plainMean() {
            return parts.values().stream()
                            .mapToDouble(p -> p.count() * p.mean())
                            .sum()
                    / count();
        }

        /** Squares of counts over the count: how many values a part has, seen from a value. */
        double ownCount() {
            return parts.values().stream()
                            .mapToDouble(p -> (double) p.count() * p.count())
                            .sum()
                    / count();
        }

        void weigh(double within, double betweenParts) {
            precision = 0;
            double sum = 0;
            for (Part part : parts.values()) {
                double omega = 1 / (betweenParts + within / part.count());
                precision += omega;
                sum += omega * part.mean();
            }
            mean = sum / precision;
        }
    }

    /**
     * Estimates the variances and means.
     *
     * @throws IllegalArgumentException if no part has two values, so that nothing tells how values of a part spread
     */
    Credibility(Collection<Item> items) {
        for (Item item : items) {
            Check.finite(item.value(), "value", "1");
            groups.computeIfAbsent(item.group(), g -> new Group())
                    .parts
                    .computeIfAbsent(item.part(), p -> new Part())
                    .values
                    .add(item.value());
        }
        within = withinParts();
        betweenParts = betweenParts();
        groups.values().forEach(group -> group.weigh(within, betweenParts));
        betweenGroups = betweenGroups();
        double sum = 0;
        double weights = 0;
        for (Group group : groups.values()) {
            double weight = 1 / (betweenGroups + 1 / group.precision);
            sum += weight * group.mean;
            weights += weight;
        }
        mean = sum / weights;
    }

    /** The mean to expect of a part; of one that was never seen, that of its group. */
    double of(String group, String part) {
        double outside = of(group);
        Group known = groups.get(group);
        Part own = known == null ? null : known.parts.get(part);
        if (own == null) {
            return outside;
        }
        double credibility = betweenParts / (betweenParts + within / own.count());
        return credibility * own.mean() + (1 - credibility) * outside;
    }

    /** The mean to expect of a new part of a group; of a group that was never seen, that of all. */
    double of(String group) {
        Group known = groups.get(group);
        if (known == null) {
            return mean;
        }
        double credibility = betweenGroups / (betweenGroups + 1 / known.precision);
        return credibility * known.mean + (1 - credibility) * mean;
    }

    private double withinParts() {
        double squares = 0;
        int freedom = 0;
        for (Group group : groups.values()) {
            for (Part part : group.parts.values()) {
                squares += part.squares();
                freedom += part.count() - 1;
            }
        }
        if (freedom == 0) {
            throw new IllegalArgumentException("no part of " + groups.keySet()
                    + " has two values, so nothing tells how values of a part spread; give at least one part two");
        }
        return Math.max(squares / freedom, LEAST_VARIANCE);
    }

    private double betweenParts() {
        double squares = 0;
        double count = 0;
        for (Group group : groups.values()) {
            double plain = group.plainMean();
            for (Part part : group.parts.values()) {
                squares += part.count() * (part.mean() - plain) * (part.mean() - plain);
            }
            squares -= (group.parts.size() - 1) * within;
            count += group.count() - group.ownCount();
        }
        return count > 0 ? Math.max(squares / count, 0) : 0;
    }

    private double betweenGroups() {
        int many = groups.size();
        if (many < 2) {
            return 0;
        }
        double all = groups.values().stream().mapToDouble(g -> g.precision).sum();
        double weighted =
                groups.values().stream().mapToDouble(g -> g.precision * g.mean).sum() / all;
        double squares = 0;
        double spread = 0;
        for (Group group : groups.values()) {
            double share = group.precision / all;
            squares += share * (group.mean - weighted) * (group.mean - weighted);
            spread += share * (1 - share);
        }
        return Math.max((squares - (many - 1) / all) / spread, 0);
    }
}
