package org.hopperline.collective;

import org.hopperline.core.Check;
import org.hopperline.core.Divisors;

/**
 * To which experts a token goes, as far as communication depends on it: k different experts of E, all equally likely,
 * spread evenly over ranks and nodes, and where routing is limited to a few nodes, within them.
 *
 * @param experts E, at least 1
 * @param topK k, 1 to E
 * @param nodeLimit most nodes that one token may reach; a number at or above the nodes of the group means no limit
 * @param consecutive true if a token's experts are k in a row, each token's after those of the token before it
 */
public record ExpertRouting(int experts, int topK, int nodeLimit, boolean consecutive) {

    /** @throws IllegalArgumentException if a count is below 1, or {@code topK} is above {@code experts} */
    public ExpertRouting {
        Check.positive(experts, "experts");
        Check.positive(topK, "experts of a token");
        Check.positive(nodeLimit, "nodes that a token may reach");
        if (topK > experts) {
            throw new IllegalArgumentException(
                    "a token goes to " + topK + " experts, but there are " + experts + "; take at most " + experts);
        }
    }

    /** Routing without a limit on nodes. */
    public static ExpertRouting of(int experts, int topK) {
        return new ExpertRouting(experts, topK, Integer.MAX_VALUE, false);
    }

    /** Routing within {@code limit} nodes. */
    public ExpertRouting withNodeLimit(int limit) {
        return new ExpertRouting(experts, topK, limit, consecutive);
    }

    /** Routing to experts in a row. */
    public ExpertRouting inARow() {
        return new ExpertRouting(experts, topK, nodeLimit, true);
    }

    /**
     * Expected number of different ranks that hold a token's experts.
     *
     * @param ranks ranks of the group
     * @param nodes nodes of the group
     */
    public double ranksReached(int ranks, int nodes) {
        if (consecutive) {
            return domainsInARow(ranks, experts, topK);
        }
        double reach = Math.min(1, nodeLimit / (double) nodes);
        return expectedDomains(Math.max(1, ranks * reach), Math.max(topK, experts * reach), topK);
    }

    /**
     * Expected number of different nodes that hold a token's experts: one copy goes to each.
     *
     * @param nodes nodes of the group
     */
    public double nodesReached(int nodes) {
        if (consecutive) {
            return domainsInARow(nodes, experts, topK);
        }
        double reach = Math.min(1, nodeLimit / (double) nodes);
        return expectedDomains(Math.min(nodes, nodeLimit), Math.max(topK, experts * reach), topK);
    }

    /**
     * Mean number of domains that k experts in a row touch, each token's after those of the token before it: {@code min(D, 1
     * + (k - gcd(k, e)) / e)} with e = E/D experts to a domain.
     *
     * @param domains D
     * @param experts E
     * @param visited k
     */
    public static double domainsInARow(int domains, int experts, int visited) {
        int each = Math.max(1, experts / domains);
        long shared = Divisors.greatestCommon(visited, each);
        return Math.min(domains, 1 + (visited - shared) / (double) each);
    }

    /**
     * Expected number of domains hit by k draws without replacement from E experts spread evenly over D domains:
     * {@code D (1 - product over i < k of (E - E/D - i) / (E - i))}.
     *
     * @param domains D
     * @param experts E, at least k
     * @param draws k
     */
    public static double expectedDomains(double domains, double experts, int draws) {
        double each = Math.max(1, experts / domains);
        double missed = 1;
        for (int i = 0; i < draws && missed > 0; i++) {
            missed *= Math.max(0, experts - each - i) / (experts - i);
        }
        return Math.min(domains, experts) * (1 - missed);
    }
}
