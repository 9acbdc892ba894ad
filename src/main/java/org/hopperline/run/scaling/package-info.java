/**
 * What a budget of FLOPs should train: compute-optimal parameters and tokens by several published fits, the loss they
 * promise, over-training, the critical batch and what it allows in data parallelism, and the limits that data movement
 * sets to the largest run.
 *
 * <p>Two traps are told apart here. The constants printed for approach 3 of Hoffmann et al. contradict their own rule of
 * 20 tokens a parameter; the refit of Besiroglu et al. does not. And Llama 3's rule, as rounded in its text, does not
 * reproduce the model it was used to choose ({@link org.hopperline.run.scaling.TokenRule}).
 */
@NullMarked
package org.hopperline.run.scaling;

import org.jspecify.annotations.NullMarked;
