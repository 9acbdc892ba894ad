package org.hopperline.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Tier;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.kernel.MemoryPattern;
import org.jspecify.annotations.Nullable;

/**
 * A machine of which plans use more or fewer devices. How groups lie on the fabric depends on the count only through the
 * domains (a node, what a leaf joins, and so on) that hold all of the devices, so one {@link PricedFabric} serves all
 * counts with as many such domains; parts of a node have one each.
 */
final class PricedFabrics {

    private final Cluster machine;
    private final double memoryBytesPerSecond;
    private int[] signatures = new int[4];
    private final List<PricedFabric> fabrics = new ArrayList<>();
    private @Nullable PricedFabric last;

    /**
     * @param memory memory-bound kernels of the machine's chip, whose rate traffic shares
     */
    PricedFabrics(Cluster machine, MemoryBound memory) {
        this.machine = machine;
        this.memoryBytesPerSecond = memory.bytesPerSecond(MemoryPattern.STREAM);
    }

    /** The fabric of a plan of so many devices. */
    PricedFabric using(int devices) {
        if (last != null && last.devices() == devices) {
            return last;
        }
        PricedFabric found = find(devices);
        last = found;
        return found;
    }

    private PricedFabric find(int devices) {
        int signature = signature(devices);
        for (int i = 0; i < fabrics.size(); i++) {
            if (signatures[i] == signature) {
                return fabrics.get(i).using(devices);
            }
        }
        PricedFabric fabric = new PricedFabric(fabrics.size(), machine, devices, memoryBytesPerSecond);
        if (fabrics.size() == signatures.length) {
            signatures = Arrays.copyOf(signatures, 2 * signatures.length);
        }
        signatures[fabrics.size()] = signature;
        fabrics.add(fabric);
        return fabric;
    }

    /** Negative for a part of a node, its devices; otherwise the domains that hold all devices. */
    int signature(int devices) {
        int each = machine.node().devices();
        if (devices < each) {
            return -devices;
        }
        List<Tier> tiers = machine.fabric().tiers();
        int around = devices == each ? 1 : 0;
        for (int k = 0; k < tiers.size(); k++) {
            around += (long) tiers.get(k).nodes() * each >= devices ? 1 : 0;
        }
        return around;
    }
}
