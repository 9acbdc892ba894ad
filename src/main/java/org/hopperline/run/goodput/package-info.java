/**
 * How much of the wall time trains: failures by cause, mean time to failure, checkpoints, recovery, spare nodes, and
 * the best checkpoint interval. {@link org.hopperline.run.goodput.Daly} holds the formulas on doubles, {@link
 * org.hopperline.run.goodput.GoodputModel} combines them, {@link org.hopperline.run.goodput.GoodputSimulation} replays
 * the same run event by event as a check.
 *
 * <p>Failures are taken as a Poisson process whose rate grows with the number of nodes. First-order formulas are given
 * by name for comparison; they leave their domain at 100,000 GPUs, where only the exponential form holds.
 */
@NullMarked
package org.hopperline.run.goodput;

import org.jspecify.annotations.NullMarked;
