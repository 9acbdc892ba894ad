package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.jspecify.annotations.Nullable;

/**
 * One question of a sweep.
 *
 * @param model what is trained
 * @param machine on what
 * @param plan how; null to have the best plan searched
 * @param batch what a step consumes
 * @param precision of the linear layers' products
 * @param software the choices of the training software
 * @param dollarsPerDeviceHour what a device costs; 0 if nothing is said
 * @param varied what else was varied, as {@code name=value}
 */
public record SweepPoint(
        Transformer model,
        Cluster machine,
        @Nullable ParallelPlan plan,
        BatchTarget batch,
        Precision precision,
        SoftwareProfile software,
        double dollarsPerDeviceHour,
        List<String> varied) {

    /** Checks that all is there, and copies the list. */
    public SweepPoint {
        Check.notNull(model, "model");
        Check.notNull(machine, "machine");
        Check.notNull(batch, "batch");
        Check.notNull(precision, "precision");
        Check.notNull(software, "software");
        Check.nonNegative(dollarsPerDeviceHour, "price of a device-hour", "USD");
        varied = List.copyOf(varied);
    }

    /** The same question on another machine. */
    public SweepPoint withMachine(Cluster other) {
        return new SweepPoint(model, other, plan, batch, precision, software, dollarsPerDeviceHour, varied);
    }

    /** The same question of another model. */
    public SweepPoint withModel(Transformer other) {
        return new SweepPoint(other, machine, plan, batch, precision, software, dollarsPerDeviceHour, varied);
    }

    /** The same question with a plan; null to have it searched. */
    public SweepPoint withPlan(@Nullable ParallelPlan other) {
        return new SweepPoint(model, machine, other, batch, precision, software, dollarsPerDeviceHour, varied);
    }

    /** The same question with another batch. */
    public SweepPoint withBatch(BatchTarget other) {
        return new SweepPoint(model, machine, plan, other, precision, software, dollarsPerDeviceHour, varied);
    }

    /** The same question in another precision. */
    public SweepPoint withPrecision(Precision other) {
        return new SweepPoint(model, machine, plan, batch, other, software, dollarsPerDeviceHour, varied);
    }

    /** The same question with another software. */
    public SweepPoint withSoftware(SoftwareProfile other) {
        return new SweepPoint(model, machine, plan, batch, precision, other, dollarsPerDeviceHour, varied);
    }

    /** The same question at another price. */
    public SweepPoint withDollarsPerDeviceHour(double dollars) {
        return new SweepPoint(model, machine, plan, batch, precision, software, dollars, varied);
    }

    /** The same question with a note of what was varied. */
    SweepPoint noting(String name, double value) {
        List<String> more = new ArrayList<>(varied);
        more.add(name + "=" + value);
        return new SweepPoint(model, machine, plan, batch, precision, software, dollarsPerDeviceHour, more);
    }
}
