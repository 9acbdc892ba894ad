/**
 * A training run on a machine that grows by date: how many FLOPs are done by when, when the run ends, what energy it
 * takes, and, under distributions of what is not known, the chance that it is done by a date. Throughput and goodput
 * enter as functions of the number of GPUs, so that any model of a step can drive it.
 */
@NullMarked
package org.hopperline.run.campaign;

import org.jspecify.annotations.NullMarked;
