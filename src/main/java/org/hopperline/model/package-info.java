/**
 * Transformers as values: shape, parameters, FLOPs, activation bytes. Knows nothing of hardware.
 *
 * <p>Begin with {@link org.hopperline.model.Models}, the catalogue, or {@link org.hopperline.model.HuggingFace}, which reads
 * a {@code config.json}; both give a {@link org.hopperline.model.Transformer}. {@link org.hopperline.model.Flops} counts
 * what it computes, {@link org.hopperline.model.ParameterCount} what it holds.
 */
@NullMarked
package org.hopperline.model;

import org.jspecify.annotations.NullMarked;
