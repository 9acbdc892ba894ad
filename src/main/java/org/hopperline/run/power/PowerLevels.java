package org.hopperline.run.power;

/**
 * One load at the four levels, each in a type of its own.
 *
 * @param chip accelerators
 * @param server servers
 * @param criticalIt all computing equipment
 * @param facility the meter of the site
 */
public record PowerLevels(ChipPower chip, ServerPower server, CriticalItPower criticalIt, FacilityPower facility) {

    /** The load of {@code count} of them, such as GPUs. */
    public PowerLevels times(double count) {
        return new PowerLevels(chip.times(count), server.times(count), criticalIt.times(count), facility.times(count));
    }
}
