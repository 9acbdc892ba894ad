/**
 * What every other room stands on: numbers with a birthplace ({@link org.hopperline.core.Figure}), number formats
 * ({@link org.hopperline.core.Precision}), argument checks that return their argument, units parsed and printed at the
 * edge, intervals, and the ledger from which both a total and its explanation are read.
 */
@NullMarked
package org.hopperline.core;

import org.jspecify.annotations.NullMarked;
