/**
 * The front door: one sentence from a model to days, with names as strings.
 */
@NullMarked
package org.hopperline;

import org.jspecify.annotations.NullMarked;
