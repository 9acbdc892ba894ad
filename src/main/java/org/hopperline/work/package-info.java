/**
 * What one rank does in one optimizer step, before any hardware is known: matrix products with their sizes, attention
 * calls, memory-bound passes with their bytes, messages with their bytes and groups, and the memory that follows.
 *
 * <p>{@link org.hopperline.work.LayerWork} lists the operations of a layer, {@link org.hopperline.work.StageLayout} says
 * which layers a stage holds, {@link org.hopperline.work.MemoryFootprint} what its fullest rank must keep.
 */
@NullMarked
package org.hopperline.work;

import org.jspecify.annotations.NullMarked;
