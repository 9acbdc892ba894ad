/**
 * The front door: one sentence from a model to days, with names as strings. {@link org.hopperline.Hopperline} holds it
 * whole; what it returns lives in {@link org.hopperline.run} and {@link org.hopperline.step}.
 */
@NullMarked
package org.hopperline;

import org.jspecify.annotations.NullMarked;
