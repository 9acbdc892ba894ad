/**
 * The best plan for a question: plans that keep every rule and fit the memory, each priced, the fastest first.
 */
@NullMarked
package org.hopperline.search;

import org.jspecify.annotations.NullMarked;
