package org.hopperline.calibration;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hopperline.collective.Algorithm;
import org.hopperline.collective.Collective;
import org.hopperline.collective.CollectiveConstants;
import org.hopperline.collective.CollectiveModel;
import org.hopperline.collective.ExpertExchange;
import org.hopperline.collective.ExpertRouting;
import org.hopperline.collective.Group;
import org.hopperline.collective.Protocol;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.measured.CollectiveMeasurement;

/**
 * What the collective model says of a measured collective: reads from the words of its source which operation,
 * algorithm and elements were meant.
 */
public final class CollectivePredictor {

    private static final Pattern DISPATCH =
            Pattern.compile("DeepEP normal sms=(\\d+) topk=(\\d+) E=(\\d+) hid=(\\d+) tok=(\\d+)");

    private static final Pattern LOW_LATENCY = Pattern.compile("DeepEP V1 LL (\\d+) tok");

    /** DeepSeek-V3, with which DeepEP publishes: hidden size 7168, 8 of 256 experts within 4 nodes. */
    private static final int DEEPSEEK_HIDDEN = 7168;

    private static final ExpertRouting DEEPSEEK = ExpertRouting.of(256, 8).withNodeLimit(4);

    private final Cluster cluster;
    private final CollectiveModel model;
    private final ExpertExchange experts;

    private CollectivePredictor(Cluster cluster, CollectiveConstants constants) {
        this.cluster = cluster;
        this.model = CollectiveModel.on(cluster, constants);
        this.experts = ExpertExchange.on(cluster, constants);
    }

    /** Predictions for measurements on this cluster, with the constants of the library. */
    public static CollectivePredictor on(Cluster cluster) {
        return on(cluster, CollectiveConstants.standard());
    }

    /** Predictions for measurements on this cluster, with constants of one's own. */
    public static CollectivePredictor on(Cluster cluster, CollectiveConstants constants) {
        return new CollectivePredictor(Check.notNull(cluster, "cluster"), Check.notNull(constants, "constants"));
    }

    /**
     * Seconds that the model gives.
     *
     * @throws IllegalArgumentException if the operation or the algorithm is not one that the model has
     */
    public double seconds(CollectiveMeasurement row) {
        Group group = Group.spread(cluster, row.devices(), row.nodes());
        Matcher dispatch = DISPATCH.matcher(row.algorithm());
        if (dispatch.matches()) {
            return experts.seconds(
                    group,
                    Integer.parseInt(dispatch.group(5)),
                    ExpertExchange.fp8TokenBytes(Integer.parseInt(dispatch.group(4))),
                    ExpertRouting.of(Integer.parseInt(dispatch.group(3)), Integer.parseInt(dispatch.group(2))),
                    Integer.parseInt(dispatch.group(1)),
                    1);
        }
        Matcher lowLatency = LOW_LATENCY.matcher(row.algorithm());
        if (lowLatency.matches()) {
            double token = row.operation().contains("fp8")
                    ? ExpertExchange.fp8TokenBytes(DEEPSEEK_HIDDEN)
                    : ExpertExchange.bf16TokenBytes(DEEPSEEK_HIDDEN);
            return experts.lowLatencySeconds(group, Integer.parseInt(lowLatency.group(1)), token, DEEPSEEK, 1);
        }
        Collective collective = collective(row.operation());
        Precision element = row.software().contains("int8") ? Precision.INT8 : Precision.FP16;
        String algorithm = row.algorithm().toUpperCase(Locale.ROOT);
        if (algorithm.startsWith("NVLSTREE")) {
            return model.seconds(collective, Algorithm.NVLS_TREE, Protocol.SIMPLE, group, row.bytes(), element);
        }
        if (algorithm.startsWith("RING")) {
            return model.seconds(collective, Algorithm.RING, Protocol.SIMPLE, group, row.bytes(), element);
        }
        return model.seconds(collective, group, row.bytes(), element);
    }

    /**
     * The collective of that name, as nccl-tests or a table writes it.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Collective collective(String operation) {
        switch (operation.replace("_perf", "")) {
            case "all_reduce":
                return Collective.ALL_REDUCE;
            case "all_gather":
                return Collective.ALL_GATHER;
            case "reduce_scatter":
                return Collective.REDUCE_SCATTER;
            case "alltoall":
                return Collective.ALL_TO_ALL;
            case "broadcast":
                return Collective.BROADCAST;
            case "sendrecv":
                return Collective.SEND_RECEIVE;
            default:
                throw new IllegalArgumentException("no model of the operation \"" + operation
                        + "\"; there are all_reduce, all_gather, reduce_scatter, alltoall, broadcast and sendrecv");
        }
    }
}
