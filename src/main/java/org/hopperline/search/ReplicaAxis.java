package org.hopperline.search;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hopperline.hardware.Cluster;

/**
 * How many replicas a plan has. At each place of this axis the ranks that share a model have one number of replicas, or
 * none:
 *
 * <ul>
 *   <li>where nothing is said there is one place, all devices, with the most replicas that come out even on them; where
 *       most devices are named, each of them is such a place;
 *   <li>under a condition on the devices, a place is a number of devices that fills nodes, the most first, and takes the
 *       replicas that use just as many;
 *   <li>where replicas are named, a place is their number, on each of the most devices that are named.
 * </ul>
 */
final class ReplicaAxis {

    /** Replicas on most devices are a multiple of the highest power of two among them over this, so that batches divide. */
    private static final int ROUND_REPLICAS = 8;

    private static final int SHOWN = 8;

    private final Cluster machine;
    private final int[] devices;
    private final int[] replicas;
    private final boolean every;
    private final Degrees allowedDevices;
    private final Degrees allowedReplicas;

    private ReplicaAxis(
            Cluster machine,
            int[] devices,
            int[] replicas,
            boolean every,
            Degrees allowedDevices,
            Degrees allowedReplicas) {
        this.machine = machine;
        this.devices = devices;
        this.replicas = replicas;
        this.every = every;
        this.allowedDevices = allowedDevices;
        this.allowedReplicas = allowedReplicas;
    }

    static ReplicaAxis of(Cluster machine, Degrees allowedDevices, Degrees allowedReplicas) {
        int[] named = allowedReplicas.named();
        int[] most = allowedDevices.named();
        boolean every = named.length == 0 && most.length == 0 && !allowedDevices.isAny();
        if (every) {
            most = allowedDevices.among(fillingNodes(machine));
            if (most.length == 0) {
                throw new IllegalArgumentException("no value of " + PlanAxis.DEVICES.label() + " is " + allowedDevices
                        + "; the search tries " + shown(fillingNodes(machine)) + ", others can be given by name");
            }
        } else if (most.length == 0) {
            most = new int[] {machine.devices()};
        }
        int each = Math.max(1, named.length);
        int[] devices = new int[most.length * each];
        int[] replicas = new int[devices.length];
        for (int place = 0; place < devices.length; place++) {
            devices[place] = Math.min(most[place / each], machine.devices());
            replicas[place] = named.length == 0 ? 0 : named[place % each];
        }
        return new ReplicaAxis(machine, devices, replicas, every, allowedDevices, allowedReplicas);
    }

    /** Whole nodes, the most first, then parts of one. */
    private static int[] fillingNodes(Cluster machine) {
        int node = machine.node().devices();
        IntStream whole = IntStream.iterate(machine.devices(), n -> n >= node, n -> n - node);
        IntStream parts = IntStream.iterate(Math.min(node - 1, machine.devices()), n -> n > 0, n -> n - 1);
        return IntStream.concat(whole, machine.devices() < node ? IntStream.empty() : parts)
                .toArray();
    }

    private static String shown(int[] values) {
        String text = Arrays.toString(Arrays.copyOf(values, Math.min(SHOWN, values.length)));
        return values.length <= SHOWN ? text : text.replace("]", ", ... " + values[values.length - 1] + "]");
    }

    int size() {
        return devices.length;
    }

    /** The replicas that are named; one 0 if none are. */
    int[] named() {
        return Arrays.stream(replicas).distinct().toArray();
    }

    /** True if every number of devices is a place. */
    boolean isEvery() {
        return every;
    }

    /**
     * Replicas at a place; 0 if there are none that fill nodes.
     *
     * @param ranks that share a model
     */
    int at(int place, long ranks, BatchTarget target) {
        int most = devices[place];
        if (every) {
            return most % ranks == 0 && allowedReplicas.allows((int) (most / ranks)) ? (int) (most / ranks) : 0;
        }
        int named = replicas[place];
        long count = named > 0 ? named : mostReplicas(most / ranks, ranks, target);
        long used = ranks * count;
        boolean allowed = allowedDevices.named().length > 0 || allowedDevices.allows((int) Math.min(used, most));
        return used <= most && fillsNodes(used) && allowed ? (int) count : 0;
    }

    /** True if an earlier place comes down to as many replicas. */
    boolean repeats(int place, long ranks, BatchTarget target) {
        if (every) {
            return false;
        }
        int here = at(place, ranks, target);
        for (int before = 0; before < place; before++) {
            if (here > 0 && at(before, ranks, target) == here) {
                return true;
            }
        }
        return false;
    }

    /** All choices of so many ranks. */
    ReplicaChoices choices(long ranks, BatchTarget target) {
        int[] places = new int[every ? (int) (machine.devices() / ranks) : devices.length];
        int[] counts = new int[places.length];
        int found = 0;
        int repeated = 0;
        if (every) {
            for (int count = places.length; count > 0; count--) {
                int place = placeOf((int) (ranks * count));
                if (place >= 0 && allowedReplicas.allows(count)) {
                    places[found] = place;
                    counts[found++] = count;
                }
            }
        } else {
            for (int place = 0; place < devices.length; place++) {
                int count = at(place, ranks, target);
                if (count > 0 && repeats(place, ranks, target)) {
                    repeated++;
                } else if (count > 0) {
                    places[found] = place;
                    counts[found++] = count;
                }
            }
        }
        return new ReplicaChoices(
                Arrays.copyOf(places, found),
                Arrays.copyOf(counts, found),
                repeated,
                devices.length - found - repeated,
                every);
    }

    /** Where so many devices stand, which fall from place to place; negative if nowhere. */
    private int placeOf(int count) {
        if (!fillsNodes(count)) {
            return -1;
        }
        int low = 0;
        int high = devices.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (devices[middle] == count) {
                return middle;
            }
            if (devices[middle] > count) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private boolean fillsNodes(long count) {
        int each = machine.node().devices();
        return count < each || count % each == 0;
    }

    /**
     * As many replicas as the devices hold and the question allows, rounded down to a round number; fewer, but more than
     * half as many, where only they fill nodes and divide the batch. 0 for none.
     */
    private int mostReplicas(long most, long ranks, BatchTarget target) {
        int all = (int) Math.min(most, Integer.MAX_VALUE);
        while (all > 0 && !allowedReplicas.allows(all)) {
            all--;
        }
        if (all == 0) {
            return 0;
        }
        int round = Math.max(1, Integer.highestOneBit(all) / ROUND_REPLICAS);
        int chosen = all / round * round;
        for (int fewer = chosen; 2L * fewer > all; fewer -= round) {
            if (allowedReplicas.allows(fewer) && fillsNodes(ranks * fewer) && target.nearest(fewer) != null) {
                return fewer;
            }
        }
        return allowedReplicas.allows(chosen) ? chosen : all;
    }
}
