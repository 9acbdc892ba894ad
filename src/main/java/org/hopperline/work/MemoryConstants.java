package org.hopperline.work;

import org.hopperline.text.FigureTable;

/**
 * Memory that no tensor of the model accounts for, and copies that traffic needs.
 *
 * @param driverBytes memory that the driver shows but gives to no process, byte
 * @param contextBytes CUDA context and loaded kernels, byte
 * @param communicatorBytes buffers of communicators and workspaces of libraries, byte
 * @param fragmentation share of activations, logits and buffers that the allocator cannot use
 * @param overlapBuffers buffers of a whole sequence part that the overlap of tensor traffic with products needs
 * @param gatheredLayers layers whose parameters stand gathered at once where they are sharded
 */
public record MemoryConstants(
        double driverBytes,
        double contextBytes,
        double communicatorBytes,
        double fragmentation,
        double overlapBuffers,
        double gatheredLayers) {

    private static final MemoryConstants SHIPPED = read(FigureTable.resource(MemoryConstants.class, "memory.csv"));

    /** The constants that ship with the library. */
    public static MemoryConstants shipped() {
        return SHIPPED;
    }

    /** The constants of a table that has them all. */
    public static MemoryConstants read(FigureTable table) {
        return new MemoryConstants(
                table.value("driver"),
                table.value("context"),
                table.value("communicators"),
                table.value("fragmentation"),
                table.value("overlap_buffers"),
                table.value("gathered_layers"));
    }

    /** What an idle rank takes of the memory that the driver shows. */
    public double idleBytes() {
        return driverBytes + contextBytes + communicatorBytes;
    }
}
