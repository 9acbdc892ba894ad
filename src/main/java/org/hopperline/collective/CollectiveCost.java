package org.hopperline.collective;

import org.hopperline.core.Units;

/**
 * One way to do a collective, term by term.
 *
 * @param collective the operation
 * @param algorithm how the bytes move
 * @param protocol how the transfer synchronises
 * @param bytes S, counted as {@link Collective} says
 * @param latencySeconds seconds of the steps
 * @param wireSeconds seconds of the bytes over the narrowest path and at the ends of the pipe
 * @param fillSeconds seconds to fill the pipeline
 * @param sentBytes bytes that each rank must send, S times {@link Collective#busFactor}
 * @param bound name of the path that bounds the bytes
 */
public record CollectiveCost(
        Collective collective,
        Algorithm algorithm,
        Protocol protocol,
        double bytes,
        double latencySeconds,
        double wireSeconds,
        double fillSeconds,
        double sentBytes,
        String bound) {

    /** The whole: latency, wire and fill. */
    public double seconds() {
        return latencySeconds + wireSeconds + fillSeconds;
    }

    /** Bus bandwidth as nccl-tests counts it, bytes a second. */
    public double busBytesPerSecond() {
        return sentBytes / seconds();
    }

    @Override
    public String toString() {
        return collective + " of " + Units.format(bytes, "byte") + " by " + algorithm + " " + protocol + ": "
                + Units.format(seconds(), "s") + " = latency " + Units.format(latencySeconds, "s") + " + wire "
                + Units.format(wireSeconds, "s") + " over " + bound + " + fill " + Units.format(fillSeconds, "s")
                + "; bus bandwidth " + Units.format(busBytesPerSecond(), "byte/s");
    }
}
