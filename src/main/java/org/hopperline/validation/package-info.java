/**
 * Predicted against measured: every published run beside the prediction for it, summaries, contrasts, and the intervals
 * learnt from the residuals. Begin with {@link org.hopperline.validation.Accuracy}, which scores a table of runs.
 */
@NullMarked
package org.hopperline.validation;

import org.jspecify.annotations.NullMarked;
