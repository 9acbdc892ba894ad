/**
 * What one kernel costs on one chip: rooflines, matrix products, attention and memory-bound kernels, each with its own
 * file of constants. Three levels: static formulas on doubles, models such as {@link org.hopperline.kernel.Gemm} that
 * are built once from a chip and then price shapes without allocating, and the front door above this room. Kernels know
 * neither plans nor models of language.
 */
@NullMarked
package org.hopperline.kernel;

import org.jspecify.annotations.NullMarked;
