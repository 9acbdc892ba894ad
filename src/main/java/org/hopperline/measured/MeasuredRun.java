package org.hopperline.measured;

import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.SoftwareProfile;

/**
 * A training run whose throughput somebody published.
 *
 * @param id the row
 * @param line line of the file, from 1
 * @param split {@code calibration} or {@code validation}
 * @param source who published it
 * @param softwareVersion the software as the source names it
 * @param chip the chip as the table names it
 * @param model what was trained
 * @param cluster on what
 * @param batch what a step consumed
 * @param recipe the plan as far as it is stated
 * @param precision of the linear layers' products
 * @param software the profile that the software's name selects
 * @param tokensPerSecondPerDevice measured token rate of one device
 * @param remarks one sentence for each thing that was read into the row because it does not say, or says it twice
 */
public record MeasuredRun(
        String id,
        long line,
        String split,
        String source,
        String softwareVersion,
        String chip,
        Transformer model,
        Cluster cluster,
        Batch batch,
        Recipe recipe,
        Precision precision,
        SoftwareProfile software,
        double tokensPerSecondPerDevice,
        List<String> remarks) {

    /** Checks the rate and copies the remarks. */
    public MeasuredRun {
        Check.positive(tokensPerSecondPerDevice, "token rate of " + id, "token/s");
        remarks = List.copyOf(remarks);
    }

    /** The same run as if another profile described its software; the name, as the source has it, stays. */
    public MeasuredRun on(SoftwareProfile other) {
        return new MeasuredRun(
                id,
                line,
                split,
                source,
                softwareVersion,
                chip,
                model,
                cluster,
                batch,
                recipe,
                precision,
                other,
                tokensPerSecondPerDevice,
                remarks);
    }

    /** Seconds of one step: {@code tokens / (rate * devices)}. */
    public double stepSeconds() {
        return batch.tokens() / (tokensPerSecondPerDevice * cluster.devices());
    }

    /**
     * Runs that share software profile, model and precision; their residuals are correlated, so whatever is learnt from
     * residuals is learnt from families, not from rows.
     */
    public String family() {
        return software.name() + " / " + model.name() + " / " + precision;
    }
}
