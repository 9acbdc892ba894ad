/**
 * One optimizer step: prices the work on the chip and the fabric, lays it on the schedule, decides what hides behind
 * what, and writes every term into one ledger, from which both the total and the explanation are read.
 */
@NullMarked
package org.hopperline.step;

import org.jspecify.annotations.NullMarked;
