/**
 * The best plan for a question, and many questions at once. {@link org.hopperline.search.PlanSearch} looks at every axis of
 * a plan under an {@link org.hopperline.search.Objective} and within the user's limits, and skips only what a bound rules
 * out; {@link org.hopperline.search.Sweep} numbers questions, or the plans of a search, so that parts can be answered
 * anywhere and merged in any order; {@link org.hopperline.search.Sensitivity} and {@link
 * org.hopperline.search.BreakEven} say what a step depends on.
 */
@NullMarked
package org.hopperline.search;

import org.jspecify.annotations.NullMarked;
