/**
 * The whole training run: what follows once the time of one optimizer step is known. Days from tokens and goodput
 * ({@code goodput}), megawatts and megawatt-hours ({@code power}), dollars ({@code money}), the size of model a budget
 * asks for ({@code scaling}), machines side by side ({@code machines}), and a run on a machine that grows by date, with
 * bands of its finish, energy and cost ({@code campaign}). The sub-rooms take step times, token rates and phase shares as
 * plain numbers; {@link org.hopperline.run.Training}, {@link org.hopperline.run.TrainingCampaign} and {@link
 * org.hopperline.run.CampaignForecast} bring the predicted steps to them.
 */
@NullMarked
package org.hopperline.run;

import org.jspecify.annotations.NullMarked;
