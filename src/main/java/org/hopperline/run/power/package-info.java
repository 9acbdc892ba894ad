/**
 * Watts and joules. Four powers are told apart by type and never mixed: the chip ({@link
 * org.hopperline.run.power.ChipPower}), the server around it ({@link org.hopperline.run.power.ServerPower}), the critical
 * IT load with storage, management and switches ({@link org.hopperline.run.power.CriticalItPower}), and the facility with
 * its cooling ({@link org.hopperline.run.power.FacilityPower}). A rating, for planning, is also not a draw, for energy.
 */
@NullMarked
package org.hopperline.run.power;

import org.jspecify.annotations.NullMarked;
