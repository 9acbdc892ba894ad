package org.hopperline.collective;

/**
 * What a collective takes from kernels that run beside it: streaming multiprocessors, one for each channel, and memory
 * bandwidth, from the bytes that it reads and writes. Formulas; who runs beside whom is known elsewhere.
 */
public final class CommunicationLoad {

    private CommunicationLoad() {}

    /**
     * Streaming multiprocessors taken while the collective runs. NCCL runs one thread block a channel; a group with fewer
     * members in a node than the node has devices uses as many fewer of its interfaces and of their channels.
     *
     * <p>A send and a receive use the channels of one peer, of which there are two across the network.
     *
     * @param constants where {@code channels.*} stand
     * @param collective the operation
     * @param algorithm how the bytes move
     * @param group decides between one node and several
     */
    public static int multiprocessors(
            CollectiveConstants constants, Collective collective, Algorithm algorithm, Group group) {
        if (group.ranks() == 1) {
            return 0;
        }
        boolean inNode = group.nodes() == 1;
        if (collective == Collective.SEND_RECEIVE) {
            return (int) constants.value(inNode ? "channels.pair.node" : "channels.pair.network");
        }
        switch (algorithm) {
            case NVLS:
            case NVLS_TREE:
            case COLLNET_DIRECT:
            case COLLNET_CHAIN:
                return (int) constants.value("channels.nvls");
            case PEER_TO_PEER:
                return (int) constants.value(inNode ? "channels.peer.node" : "channels.peer.network");
            default:
                return (int) Math.ceil(
                        constants.value(inNode ? "channels.ring.node" : "channels.ring.network") * interfaces(group));
        }
    }

    /** Share of the network interfaces of a node that one group uses; inside a node all links serve any group. */
    private static double interfaces(Group group) {
        int devices = group.cluster().node().devices();
        return group.nodes() == 1 ? 1 : (double) group.membersPerNode() / Math.max(devices, group.membersPerNode());
    }

    /**
     * Bytes that one device reads from and writes to its memory for a collective. With W bytes sent and as many received
     * and S the buffer over n ranks: sent bytes are read and received bytes written, 2 W; what is added is read from
     * both sides, W more where a ring reduces; a rank's own part is copied, 2 S/n, by all-gather, reduce-scatter and
     * all-to-all. Where the switch adds (NVLS), the buffer is read once and written once, 2 S.
     *
     * @param collective the operation
     * @param algorithm how the bytes move
     * @param group the ranks
     * @param bytes S, counted as {@link Collective} says
     */
    public static double memoryBytes(Collective collective, Algorithm algorithm, Group group, double bytes) {
        int n = group.ranks();
        if (n == 1) {
            return 0;
        }
        if (algorithm == Algorithm.NVLS || algorithm == Algorithm.NVLS_TREE) {
            return 2 * bytes;
        }
        double sent = bytes * collective.busFactor(n);
        double part = bytes / n;
        switch (collective) {
            case ALL_REDUCE:
                return 2 * sent + sent / 2;
            case REDUCE_SCATTER:
                return 3 * sent + 2 * part;
            case ALL_GATHER:
            case ALL_TO_ALL:
                return 2 * sent + 2 * part;
            default:
                return 2 * sent;
        }
    }
}
