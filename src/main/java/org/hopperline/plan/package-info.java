/**
 * How a training step is laid over a cluster: the parallel plan, the batch, recomputation, the choices that a software
 * makes, and the rules that tie them together, reported all at once.
 */
@NullMarked
package org.hopperline.plan;

import org.jspecify.annotations.NullMarked;
