/**
 * Transformers as values: shape, parameters, FLOPs, activation bytes. Knows nothing of hardware.
 */
@NullMarked
package org.hopperline.model;

import org.jspecify.annotations.NullMarked;
