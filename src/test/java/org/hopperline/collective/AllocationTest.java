package org.hopperline.collective;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleUnaryOperator;
import org.hopperline.hardware.Cluster;
import org.junit.jupiter.api.Test;

/** Pricing makes no garbage. */
class AllocationTest {

    private static final int CALLS = 20_000;

    /** What the measurement itself and the compiler may leave behind: far below one object a call. */
    private static final long SLACK_BYTES = CALLS;

    private final Cluster cluster = Machines.infiniband(128);

    @Test
    void noCollectiveAllocates() {
        CollectiveModel model = CollectiveModel.on(cluster);
        Group node = Group.of(cluster, 8, 1);
        Group all = Group.all(cluster);
        Group stages = Group.of(cluster, 16, 64);
        for (Collective collective : Collective.values()) {
            assertThat(allocated(bytes -> model.seconds(collective, node, bytes)
                            + model.seconds(collective, all, bytes)
                            + model.seconds(collective, stages, bytes)))
                    .as("%s", collective)
                    .isLessThan(SLACK_BYTES);
        }
    }

    @Test
    void noExchangeOfExpertsAllocates() {
        ExpertExchange exchange = ExpertExchange.on(cluster);
        ExpertRouting routing = ExpertRouting.of(256, 8).withNodeLimit(4);
        Group group = Group.of(cluster, 64, 1);
        assertThat(allocated(tokens -> exchange.seconds(group, tokens, 7392, routing, 24, 1)))
                .isLessThan(SLACK_BYTES);
    }

    private static long allocated(DoubleUnaryOperator pricing) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double sum = run(pricing);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        sum += run(pricing);
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(sum).isPositive();
        return after - before;
    }

    private static double run(DoubleUnaryOperator pricing) {
        double sum = 0;
        for (int i = 1; i <= CALLS; i++) {
            sum += pricing.applyAsDouble(1000.0 * i);
        }
        return sum;
    }
}
