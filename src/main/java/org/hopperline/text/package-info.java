/**
 * Reading CSV and JSON within limits, with the line and column of whatever is wrong, and the nearest known name for a
 * name that is not known. The only room that sees the parsers.
 */
@NullMarked
package org.hopperline.text;

import org.jspecify.annotations.NullMarked;
