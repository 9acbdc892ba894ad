/**
 * Machines side by side, by count, by peak in each precision, by measured matrix rate, by High-Performance Linpack
 * (listed, and predicted by {@link org.hopperline.run.machines.Linpack}), by power and by predicted training throughput:
 * "four times as large" means something only with its unit.
 */
@NullMarked
package org.hopperline.run.machines;

import org.jspecify.annotations.NullMarked;
