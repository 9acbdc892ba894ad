/**
 * One optimizer step: prices the work on the chip and the fabric, lays it on the schedule, decides what hides behind
 * what, and writes every term into one ledger, from which both the total and the explanation are read.
 *
 * <p>Begin with {@link org.hopperline.step.StepModel}, which predicts one step; its {@link
 * org.hopperline.step.StepEvaluator} prices millions of plans without garbage. {@link org.hopperline.step.StepTerm} names
 * the terms with their formulas, {@link org.hopperline.step.Feasibility} says whether a step can run at all, {@link
 * org.hopperline.step.StepInterval} how far to trust its time, and {@link org.hopperline.step.AnchoredStepModel} holds it
 * to a step that was measured.
 */
@NullMarked
package org.hopperline.step;

import org.jspecify.annotations.NullMarked;
