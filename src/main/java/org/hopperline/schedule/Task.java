package org.hopperline.schedule;

/**
 * One task of a schedule and when it ran.
 *
 * @param stage the stage, from 0
 * @param chunk the chunk on that stage, from 0; 0 throughout unless interleaved
 * @param microBatch the micro-batch, from 0
 * @param kind what is done
 * @param startSeconds begin, from the start of the step
 * @param endSeconds end, from the start of the step
 */
public record Task(int stage, int chunk, int microBatch, TaskKind kind, double startSeconds, double endSeconds) {}
