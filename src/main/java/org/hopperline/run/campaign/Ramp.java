package org.hopperline.run.campaign;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.run.power.LoadApproval;
import org.hopperline.run.power.PowerCap;

/**
 * The size of a machine by date: constant from each stage to the next, and from the last one on for good. Before the first
 * stage there is no machine.
 *
 * @param name the machine
 * @param stages at least one, in order of date
 */
public record Ramp(String name, List<Stage> stages) {

    /** @throws IllegalArgumentException if there is no stage, or the dates do not rise */
    public Ramp {
        Check.notBlank(name, "name of a ramp");
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException(name + " has no stages; give at least one date with a number of GPUs");
        }
        for (int i = 1; i < stages.size(); i++) {
            LocalDate before = stages.get(i - 1).date();
            LocalDate date = stages.get(i).date();
            if (!date.isAfter(before)) {
                throw new IllegalArgumentException("stage " + (i + 1) + " of " + name + " is of " + date
                        + ", but the one before is of " + before + "; dates must rise");
            }
        }
    }

    /** A machine that does not grow. */
    public static Ramp constant(String name, LocalDate from, int gpus) {
        return new Ramp(name, List.of(new Stage(from, gpus)));
    }

    /**
     * The growth of a machine of the catalogue.
     *
     * @throws IllegalArgumentException if it came whole: then {@link #constant} says from when
     */
    public static Ramp of(Cluster cluster) {
        if (cluster.ramp().isEmpty()) {
            throw new IllegalArgumentException(cluster.name()
                    + " has no stages of growth in the catalogue; take Ramp.constant with the date of its "
                    + cluster.devices() + " devices");
        }
        return new Ramp(
                cluster.name(),
                cluster.ramp().stream()
                        .map(s -> new Stage(s.from(), s.devices()))
                        .toList());
    }

    /**
     * What a power supply feeds by date.
     *
     * @param name the supply
     * @param dates in order
     * @param megawatts facility power from each date on
     * @param each facility power of one GPU
     * @param gpusPerNode GPUs of a server; only whole servers are fed
     */
    public static Ramp fed(
            String name, List<LocalDate> dates, List<Double> megawatts, FacilityPower each, int gpusPerNode) {
        if (dates.size() != megawatts.size()) {
            throw new IllegalArgumentException(name + " has " + dates.size() + " dates and " + megawatts.size()
                    + " powers; give one power for each date");
        }
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < dates.size(); i++) {
            stages.add(new Stage(
                    dates.get(i), PowerCap.ofMegawatts(megawatts.get(i)).gpus(each, gpusPerNode)));
        }
        return new Ramp(name, stages);
    }

    /** GPUs on a date. */
    public int gpusOn(LocalDate date) {
        int gpus = 0;
        for (Stage stage : stages) {
            if (!stage.date().isAfter(date)) {
                gpus = stage.gpus();
            }
        }
        return gpus;
    }

    /** The stage with the most GPUs, the first of several. */
    public Stage largest() {
        return stages.stream()
                .max(Comparator.comparingInt(Stage::gpus).thenComparing(Stage::date, Comparator.reverseOrder()))
                .orElseThrow();
    }

    /**
     * GPU-hours that the machine offers from the first moment of {@code from} to the first moment of {@code until}.
     *
     * @throws IllegalArgumentException if {@code until} is before {@code from}
     */
    public double gpuHours(LocalDate from, LocalDate until) {
        if (until.isBefore(from)) {
            throw new IllegalArgumentException(
                    "GPU-hours from " + from + " until " + until + ": the second date must not be before the first");
        }
        double hours = 0;
        for (int i = 0; i < stages.size(); i++) {
            long begin = Math.max(from.toEpochDay(), stages.get(i).date().toEpochDay());
            long end = i + 1 < stages.size()
                    ? Math.min(until.toEpochDay(), stages.get(i + 1).date().toEpochDay())
                    : until.toEpochDay();
            hours += 24.0 * Math.max(0, end - begin) * stages.get(i).gpus();
        }
        return hours;
    }

    /**
     * The first day on which the machine's load needs a utility's approval; empty if it never does.
     *
     * @param each facility power of one GPU
     */
    public Optional<LocalDate> firstNeeding(LoadApproval rule, FacilityPower each) {
        return stages.stream()
                .filter(s -> rule.needed(each.times(s.gpus())))
                .map(Stage::date)
                .findFirst();
    }

    /** At each date the smaller of this and {@code other}: such as GPUs installed and GPUs fed. */
    public Ramp limitedBy(Ramp other) {
        TreeSet<LocalDate> dates = new TreeSet<>();
        stages.forEach(s -> dates.add(s.date()));
        other.stages.forEach(s -> dates.add(s.date()));
        return new Ramp(
                name + " limited by " + other.name,
                dates.stream()
                        .map(d -> new Stage(d, Math.min(gpusOn(d), other.gpusOn(d))))
                        .toList());
    }

    /** The same machine with at most {@code gpus} GPUs used. */
    public Ramp atMost(int gpus) {
        Check.positive(gpus, "most GPUs");
        return new Ramp(
                name,
                stages.stream()
                        .map(s -> new Stage(s.date(), Math.min(s.gpus(), gpus)))
                        .toList());
    }
}
