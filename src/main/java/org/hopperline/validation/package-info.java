/**
 * Predicted against measured: every published run beside the prediction for it, summaries, contrasts, and the intervals
 * learnt from the residuals.
 */
@NullMarked
package org.hopperline.validation;

import org.jspecify.annotations.NullMarked;
