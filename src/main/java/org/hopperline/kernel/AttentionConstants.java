package org.hopperline.kernel;

import java.util.Locale;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Figure;
import org.hopperline.text.FigureTable;

/** The constants of {@link FlashAttention} and {@link UnfusedAttention}, from {@code attention.csv}. */
public final class AttentionConstants {

    private static final FigureTable TABLE = FigureTable.resource(AttentionConstants.class, "attention.csv");

    private AttentionConstants() {}

    /** All constants with their birthplace. */
    public static FigureTable table() {
        return TABLE;
    }

    /** The shipped constant of that name, with its birthplace. */
    public static Figure figure(String name) {
        return TABLE.get(name);
    }

    /** Share of the memory bandwidth: that of large streams. */
    static double memoryShare() {
        return MemoryBound.table().value("stream.memory_share");
    }

    static AttentionScheduling scheduling() {
        return new AttentionScheduling(TABLE.value("launch_time"), TABLE.value("tail_share"));
    }

    static AttentionCacheWrite cacheWrite() {
        return new AttentionCacheWrite(TABLE.value("paged.launch_time"), TABLE.value("paged.block_time"));
    }

    /** Mean error of a kernel on the H100, on rows that its fit did not see. */
    static Figure heldOutError(AttentionBackend backend, boolean eightBit, boolean backward) {
        return TABLE.get(prefix(backend, eightBit, true, !backward) + "held_out_error");
    }

    /** Costs of a tile; chips other than Hopper take the constants of the A100. */
    static AttentionTileCost tileCost(AttentionBackend backend, boolean eightBit, boolean hopper, boolean forward) {
        if (!forward && (eightBit || backend == AttentionBackend.FLASH_3_PAGED)) {
            // there is no such kernel; the forward costs stand in and are never read
            return tileCost(backend, eightBit, hopper, true);
        }
        String prefix = prefix(backend, eightBit, hopper, forward);
        return new AttentionTileCost(
                TABLE.value(prefix + "tensor_slowdown"),
                TABLE.value(prefix + "exponential_exposure"),
                TABLE.value(prefix + "tile_time"),
                TABLE.value(prefix + "causal_slowdown"),
                TABLE.value(prefix + "wide_head_slowdown"));
    }

    private static String prefix(AttentionBackend backend, boolean eightBit, boolean hopper, boolean forward) {
        return backend.name().toLowerCase(Locale.ROOT)
                + (eightBit ? "_fp8" : "")
                + (hopper ? ".hopper." : ".ampere.")
                + (forward ? "forward." : "backward.");
    }
}
