/**
 * The whole training run: what follows once the time of one optimizer step is known. Days from tokens and goodput
 * ({@code goodput}), megawatts and megawatt-hours ({@code power}), dollars ({@code money}), the size of model a budget
 * asks for ({@code scaling}), and a run on a machine that grows by date ({@code campaign}). Everything here takes step
 * times, token rates and phase shares as plain numbers; nothing here prices a kernel.
 */
@NullMarked
package org.hopperline.run;

import org.jspecify.annotations.NullMarked;
