package org.hopperline.collective;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;
import org.hopperline.text.Nearest;

/**
 * Parallel axes in rank order, the first varying fastest: {@code tp-cp-dp-pp} puts the tensor-parallel ranks side by
 * side and the pipeline stages farthest apart. Together the axes cover the cluster.
 *
 * <pre>{@code
 * RankOrder order = RankOrder.on(cluster).axis("tp", 8).axis("dp", 64).axis("pp", 16);
 * Group replicas = order.group("dp");
 * }</pre>
 */
public final class RankOrder {

    private final Cluster cluster;
    private final List<String> names;
    private final List<Integer> sizes;

    private RankOrder(Cluster cluster, List<String> names, List<Integer> sizes) {
        this.cluster = cluster;
        this.names = List.copyOf(names);
        this.sizes = List.copyOf(sizes);
    }

    /** An order without axes yet. */
    public static RankOrder on(Cluster cluster) {
        return new RankOrder(Check.notNull(cluster, "cluster"), List.of(), List.of());
    }

    /**
     * The order with one more axis, slower than those before.
     *
     * @throws IllegalArgumentException if the name stands already
     */
    public RankOrder axis(String name, int size) {
        Check.notBlank(name, "name of an axis");
        Check.positive(size, "ranks of axis " + name);
        if (names.contains(name)) {
            throw new IllegalArgumentException("axis " + name + " stands twice in the order " + this + "; keep one");
        }
        List<String> moreNames = new ArrayList<>(names);
        List<Integer> moreSizes = new ArrayList<>(sizes);
        moreNames.add(name);
        moreSizes.add(size);
        return new RankOrder(cluster, moreNames, moreSizes);
    }

    /** Ranks of all axes together. */
    public long ranks() {
        long product = 1;
        for (int size : sizes) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    /**
     * The groups of one axis.
     *
     * @throws IllegalArgumentException if there is no such axis, or the axes do not cover the cluster
     */
    public Group group(String axis) {
        return group(axis, axis);
    }

    /**
     * The groups over neighbouring axes taken together, such as data and context parallel.
     *
     * @param first the faster of the two ends
     * @param last the slower; axes between belong to the group
     * @throws IllegalArgumentException if there is no such axis, the two stand the wrong way round, or the axes do not
     *     cover the cluster
     */
    public Group group(String first, String last) {
        int from = index(first);
        int to = index(last);
        if (from > to) {
            throw new IllegalArgumentException(
                    first + " stands after " + last + " in the order " + this + "; name the faster axis first");
        }
        if (ranks() != cluster.devices()) {
            throw new IllegalArgumentException("the order " + this + " has " + ranks() + " ranks, but " + cluster.name()
                    + " has " + cluster.devices() + " devices; the product of the axes must equal the devices");
        }
        int stride = 1;
        int size = 1;
        for (int i = 0; i <= to; i++) {
            if (i < from) {
                stride *= sizes.get(i);
            } else {
                size *= sizes.get(i);
            }
        }
        return Group.of(cluster, size, stride);
    }

    private int index(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw Nearest.unknown("axis of " + this, name, names);
        }
        return index;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            text.append(i == 0 ? "" : "-").append(names.get(i)).append(' ').append(sizes.get(i));
        }
        return text.length() == 0 ? "without axes" : text.toString();
    }
}
