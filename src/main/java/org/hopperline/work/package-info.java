/**
 * What one rank does in one optimizer step, before any hardware is known: matrix products with their sizes, attention
 * calls, memory-bound passes with their bytes, messages with their bytes and groups, and the memory that follows.
 */
@NullMarked
package org.hopperline.work;

import org.jspecify.annotations.NullMarked;
