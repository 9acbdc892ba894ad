/**
 * Readers of what somebody measured: kernel tables, profiler exports, logs and training runs, each from a path that the
 * caller gives. A reader turns what stands in the file into SI numbers and names the line and the column of whatever it
 * cannot use; it guesses nothing and drops nothing in silence.
 */
@NullMarked
package org.hopperline.measured;

import org.jspecify.annotations.NullMarked;
