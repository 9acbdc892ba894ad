package org.hopperline.validation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.core.Check;

/**
 * How large errors to expect of runs, by a tree: all runs, classes of them, softwares of a class, releases of a software.
 *
 * <p>Errors of a release follow Laplace's law, so that their sizes are exponential with a mean {@code b} of the release.
 * Nobody knows {@code b}: about the mean {@code m} of the software it is spread by an inverse gamma law of the shape
 * {@code kappa + 1}. After {@code n} families of sizes that sum to {@code S}, {@code b} is expected to be {@code (kappa m +
 * S) / (kappa + n)}, the credibility of Buehlmann, exact here (Jewell 1974, "Credible means are exact Bayesian for
 * exponential families"), and the next size follows Lomax's law, {@code P(x > t) = (1 + t / (kappa m + S))^-(kappa + 1 +
 * n)}: the fewer the families, the heavier its tail. {@code kappa}, how many families weigh as much as what is known of the
 * software, is that of the largest likelihood of all sizes, from 2, at which releases spread about their software by as much
 * as its mean, {@code m / sqrt(kappa - 1)}, to 100, at which they spread by a tenth of it: beyond, what 80 or 90 % of new
 * releases stay below moves by no more than 0.2 %. Fewer than two releases, or none of two families, tell nothing of how
 * releases spread; then {@code kappa} is 2, of the heaviest tail.
 *
 * <p>The means above the releases follow from those below, as in Buehlmann and Gisler (2005), A Course in Credibility Theory
 * and its Applications, chapter 6. With the variance of releases about their software as the unit, a release of {@code n}
 * families tells that mean with the precision {@code w = n / (n + kappa)}, so that one of many families counts for little
 * more than one of few. Softwares about their class, and classes about all, are taken to spread as releases about their
 * software do: a node whose children have the weights {@code w} counts for {@code N / (N + 1)} with {@code N} their sum, and
 * as much of its mean is its own. Only means follow from this, not tails: what is expected of new software has the tail of a
 * new release about a mean taken to be known, which leaves out how far softwares spread about their class. Sizes with whole
 * softwares left out make up for this in scale, not in shape.
 */
final class ErrorScales {

    private static final double LEAST_FAMILIES = 2;

    private static final double MOST_FAMILIES = 100;

    private static final int STEPS = 200;

    /**
     * The size of the errors of one family.
     *
     * @param path the names from the class to the release, as many for every family
     * @param value mean of the sizes
     */
    record Size(List<String> path, double value) {

        /** Copies the path. */
        Size {
            path = List.copyOf(path);
            Check.nonNegative(value, "size of errors", "1");
        }
    }

    /** All, a class, a software or a release. */
    private static final class Node {
        private final Map<String, Node> children = new LinkedHashMap<>();
        private int families;
        private double sum;
        private double mean;
        private double weight;
        private double expected;

        void add(List<String> path, double value) {
            if (path.isEmpty()) {
                families++;
                sum += value;
            } else {
                children.computeIfAbsent(path.get(0), name -> new Node()).add(path.subList(1, path.size()), value);
            }
        }

        int releases() {
            return children.isEmpty()
                    ? 1
                    : children.values().stream().mapToInt(Node::releases).sum();
        }

        /** Families of the release that has the most. */
        int mostFamilies() {
            return children.values().stream().mapToInt(Node::mostFamilies).reduce(families, Math::max);
        }

        /** Means and weights, from the releases up. */
        void gather(double kappa) {
            if (children.isEmpty()) {
                mean = sum / families;
                weight = families / (families + kappa);
                return;
            }
            double weights = 0;
            double weighted = 0;
            for (Node child : children.values()) {
                child.gather(kappa);
                weights += child.weight;
                weighted += child.weight * child.mean;
            }
            mean = weighted / weights;
            weight = weights / (weights + 1);
        }

        /** Expected means, from all down. */
        void expect(double above) {
            expected = weight * mean + (1 - weight) * above;
            children.values().forEach(child -> child.expect(expected));
        }

        /** Logarithm of the likelihood of the sizes of every release below, each given the mean of its software. */
        double likelihood(double kappa, double above) {
            if (children.isEmpty()) {
                double logarithm = (kappa + 1) * Math.log(kappa * above);
                for (int i = 0; i < families; i++) {
                    logarithm += Math.log(kappa + 1 + i);
                }
                return logarithm - (kappa + 1 + families) * Math.log(kappa * above + sum);
            }
            double logarithm = 0;
            for (Node child : children.values()) {
                logarithm += child.likelihood(kappa, expected);
            }
            return logarithm;
        }
    }

    private final Node all = new Node();
    private final double kappa;

    /**
     * Learns from sizes of families.
     *
     * @throws IllegalArgumentException if there are none, all are zero, or their paths differ in length
     */
    ErrorScales(Collection<Size> sizes) {
        for (Size size : sizes) {
            int names = sizes.iterator().next().path().size();
            if (size.path().size() != names || names == 0) {
                throw new IllegalArgumentException("a size of errors is of " + size.path() + ", the first of " + names
                        + " names; give each as many, and at least one");
            }
            all.add(size.path(), size.value());
        }
        if (sizes.stream().noneMatch(size -> size.value() > 0)) {
            throw new IllegalArgumentException("of " + sizes.size()
                    + " sizes of errors none is above zero, so nothing tells how large to expect them");
        }
        kappa = likeliest();
        settle(kappa);
    }

    private double likeliest() {
        if (all.releases() < 2 || all.mostFamilies() < 2) {
            return LEAST_FAMILIES;
        }
        double best = Double.NEGATIVE_INFINITY;
        double likeliest = LEAST_FAMILIES;
        for (int i = 0; i <= STEPS; i++) {
            double tried = LEAST_FAMILIES * Math.pow(MOST_FAMILIES / LEAST_FAMILIES, (double) i / STEPS);
            settle(tried);
            double likelihood = all.likelihood(tried, all.expected);
            if (likelihood > best) {
                best = likelihood;
                likeliest = tried;
            }
        }
        return likeliest;
    }

    private void settle(double tried) {
        all.gather(tried);
        all.expect(all.mean);
    }

    /** How many families weigh as much as what is known of their software, from 2 to 100. */
    double kappa() {
        return kappa;
    }

    /**
     * The mean size to expect of the next family, {@code (kappa m + S) / (kappa + n)}.
     *
     * @param path from the class down; what was never seen, or is not named, is new below what was
     */
    double mean(String... path) {
        return node(path).expected;
    }

    /**
     * What the size of the next error stays below with the probability {@code coverage}, {@code (kappa m + S) ((1 -
     * coverage)^(-1 / (kappa + 1 + n)) - 1)}.
     *
     * @param coverage above 0 and at most 1, at which there is no bound
     * @param path as for {@link #mean}
     */
    double quantile(double coverage, String... path) {
        Check.fraction(coverage, "coverage");
        Node node = node(path);
        return lomax(coverage, (kappa + node.families) * node.expected, kappa + 1 + node.families);
    }

    private Node node(String... path) {
        Node node = all;
        for (String name : path) {
            Node next = node.children.get(name);
            if (next == null) {
                break;
            }
            node = next;
        }
        return node;
    }

    /** The quantile of Lomax's law, {@code scale ((1 - p)^(-1 / shape) - 1)}. */
    static double lomax(double p, double scale, double shape) {
        return scale * Math.expm1(-Math.log1p(-p) / shape);
    }
}
