/**
 * Chips, nodes, fabrics and clusters as values, each figure with its source, and the catalogues of named ones.
 */
@NullMarked
package org.hopperline.hardware;

import org.jspecify.annotations.NullMarked;
