/**
 * Chips, nodes, fabrics and clusters as values, each figure with its source, and the catalogues of named ones.
 *
 * <p>Begin with {@link org.hopperline.hardware.Clusters} or {@link org.hopperline.hardware.Chips}. {@link
 * org.hopperline.hardware.FatTree} and {@link org.hopperline.hardware.Dragonfly} make the tiers of a {@link
 * org.hopperline.hardware.Fabric} from counts of switches and ports.
 */
@NullMarked
package org.hopperline.hardware;

import org.jspecify.annotations.NullMarked;
