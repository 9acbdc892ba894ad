package org.hopperline.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hopperline.collective.Algorithm;
import org.hopperline.collective.Collective;
import org.hopperline.collective.CollectiveModel;
import org.hopperline.collective.CommunicationLoad;
import org.hopperline.collective.ExpertExchange;
import org.hopperline.collective.Group;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;

/**
 * Groups and collectives on one machine, each made and priced once. Counts of devices of the machine on which groups lie
 * alike share one of these ({@link PricedFabrics}).
 */
final class PricedFabric {

    /** Chips of few units leave a part to compute, since its blocks and those of the traffic take turns. */
    private static final double MOST_TAKEN = 0.9;

    private final int number;
    private final Cluster machine;
    private final CollectiveModel collectives;
    private final ExpertExchange exchange;
    private final PrimitiveKeys groupKeys = new PrimitiveKeys();
    private final List<Group> groups = new ArrayList<>();
    private final PrimitiveKeys priceKeys = new PrimitiveKeys();
    private double[] prices = new double[8];
    private double[] unitShares = new double[8];
    private double[] memoryShares = new double[8];
    private final double memoryBytesPerSecond;
    private Cluster used;
    private int devices;

    PricedFabric(int number, Cluster machine, int devices, double memoryBytesPerSecond) {
        this.number = number;
        this.machine = machine;
        this.devices = devices;
        this.used = machine.devices() == devices ? machine : machine.withDevices(devices);
        this.collectives = CollectiveModel.on(used);
        this.exchange = ExpertExchange.on(used);
        this.memoryBytesPerSecond = memoryBytesPerSecond;
    }

    /** Tells the fabrics of one machine apart. */
    int number() {
        return number;
    }

    /** Devices of the plan at hand. */
    int devices() {
        return devices;
    }

    /** For a plan that uses so many devices. */
    PricedFabric using(int count) {
        devices = count;
        return this;
    }

    /** As many devices of the machine as the plan at hand uses. */
    Cluster cluster() {
        if (used.devices() != devices) {
            used = machine.withDevices(devices);
        }
        return used;
    }

    /** Dispatch to experts, one copy for each node. */
    ExpertExchange exchange() {
        return exchange;
    }

    /** The group of {@code size} ranks that lie {@code stride} apart. */
    Group group(int size, int stride) {
        long key = PrimitiveKeys.pair(size, stride);
        int found = groupKeys.find(key, 0, 0);
        if (found >= 0) {
            return groups.get(found);
        }
        Group group = Group.of(cluster(), size, stride);
        groupKeys.add(key, 0, 0);
        groups.add(group);
        return group;
    }

    /** Bytes a second that large kernels reach in the memory of one device. */
    double memoryBytesPerSecond() {
        return memoryBytesPerSecond;
    }

    /** Rate of compute beside a collective over its rate alone; see {@link Contention#rate}. */
    double rateBeside(Collective collective, Group group, double bytes, double products, double passes) {
        if (nothing(group, bytes)) {
            return 1;
        }
        int number = loaded(collective, group, bytes);
        return Contention.rate(products, passes, unitShares[number], memoryShares[number]);
    }

    /** So many collectives as a part of a transfer. */
    Transfer.Part part(Collective collective, Group group, double bytes, int times) {
        if (nothing(group, bytes)) {
            return Transfer.Part.NONE;
        }
        int number = loaded(collective, group, bytes);
        return new Transfer.Part(times, prices[number], unitShares[number], memoryShares[number]);
    }

    /** Seconds of a collective over a group of this machine, by the cheapest algorithm and protocol. */
    double seconds(Collective collective, Group group, double bytes) {
        if (nothing(group, bytes)) {
            return 0;
        }
        int number = priced(collective, group, bytes);
        return prices[number];
    }

    private static boolean nothing(Group group, double bytes) {
        return group.ranks() == 1 || bytes == 0;
    }

    /** Where the price of a collective stands. */
    private int priced(Collective collective, Group group, double bytes) {
        long place = PrimitiveKeys.pair(group.ranks(), group.stride());
        long size = Double.doubleToRawLongBits(bytes);
        long kind = PrimitiveKeys.pair(group.siblings() << 4 | collective.ordinal(), group.nodes());
        int found = priceKeys.find(place, size, kind);
        if (found >= 0) {
            return found;
        }
        int number = priceKeys.add(place, size, kind);
        if (number == prices.length) {
            prices = Arrays.copyOf(prices, 2 * number);
            unitShares = Arrays.copyOf(unitShares, 2 * number);
            memoryShares = Arrays.copyOf(memoryShares, 2 * number);
        }
        prices[number] = collectives.seconds(collective, group, bytes);
        unitShares[number] = Double.NaN;
        return number;
    }

    /** The same, with the shares of multiprocessors and of memory bandwidth that the collective takes. */
    private int loaded(Collective collective, Group group, double bytes) {
        int number = priced(collective, group, bytes);
        if (Double.isNaN(unitShares[number])) {
            double seconds = prices[number];
            Algorithm algorithm = collectives.algorithm(collective, group, bytes, Precision.BF16, seconds);
            double units = CommunicationLoad.multiprocessors(collectives.constants(), collective, algorithm, group);
            double moved = CommunicationLoad.memoryBytes(collective, algorithm, group, bytes);
            unitShares[number] = Math.min(MOST_TAKEN, units / used.chip().computeUnits());
            memoryShares[number] = Math.min(MOST_TAKEN, moved / seconds / memoryBytesPerSecond);
        }
        return number;
    }
}
