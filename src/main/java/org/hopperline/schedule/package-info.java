/**
 * Pipeline schedules: in which order the stages of a pipeline work, how long a step then takes, how long each stage
 * stands idle and how many micro-batches it holds at its peak.
 *
 * <p>The room speaks in primitives and asks a plan for no more than its order and its layout: {@code p} stages, {@code v}
 * virtual stages (chunks) on each, {@code M} micro-batches, the forward and backward seconds of each chunk and the seconds
 * of one point-to-point send. Chunk {@code c} of stage {@code i} has the index {@code g = c*p + i}: micro-batches pass the
 * chunks in the order {@code g = 0 .. p*v-1}.
 *
 * <p>A step's time is computed three ways.
 *
 * <ul>
 *   <li>{@link org.hopperline.schedule.GPipe}, {@link org.hopperline.schedule.OneForwardOneBackward},
 *       {@link org.hopperline.schedule.Interleaved} and {@link org.hopperline.schedule.ZeroBubble} hold the closed forms
 *       beside their papers: static, without allocation, for a search. Where they are not exact they are the longest of
 *       a family of paths through the dependency graph, and so never above the true time.
 *   <li>{@link org.hopperline.schedule.PipelineRecurrence} evaluates the whole dependency graph in memory that it keeps:
 *       exact for every schedule and any times, in a few nanoseconds a task.
 *   <li>{@link org.hopperline.schedule.PipelineSimulation} plays the schedule event by event and keeps everything that
 *       happened: idle time, micro-batches in flight, windows for data-parallel traffic, the timeline to draw.
 * </ul>
 *
 * <p>All three share one picture of a send: it delays the receiver by its seconds and occupies neither side.
 */
@NullMarked
package org.hopperline.schedule;

import org.jspecify.annotations.NullMarked;
