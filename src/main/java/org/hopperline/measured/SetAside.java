package org.hopperline.measured;

/**
 * A row that cannot be used.
 *
 * @param id the row
 * @param line line of the file, from 1
 * @param source who published it
 * @param reason what is missing or contradictory
 */
public record SetAside(String id, long line, String source, String reason) {}
