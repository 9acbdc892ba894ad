package org.hopperline.plan;

import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;

/**
 * Everything that decides the time of one optimizer step.
 *
 * @param model what is trained
 * @param cluster the machine, as many devices as the plan uses
 * @param plan how the ranks divide the work
 * @param batch what a step consumes
 * @param precision of the linear layers' products; attention, logits and norms stay in 16 bits
 * @param software the choices the training software makes
 */
public record TrainingSetup(
        Transformer model,
        Cluster cluster,
        ParallelPlan plan,
        Batch batch,
        Precision precision,
        SoftwareProfile software) {

    /** Checks that nothing is missing. */
    public TrainingSetup {
        Check.notNull(model, "model");
        Check.notNull(cluster, "cluster");
        Check.notNull(plan, "plan");
        Check.notNull(batch, "batch");
        Check.notNull(precision, "precision");
        Check.notNull(software, "software");
    }

    /** The same question with another plan. */
    public TrainingSetup withPlan(ParallelPlan other) {
        return new TrainingSetup(model, cluster, other, batch, precision, software);
    }

    /** The same question with another software. */
    public TrainingSetup withSoftware(SoftwareProfile other) {
        return new TrainingSetup(model, cluster, plan, batch, precision, other);
    }

    /** The same question with another batch. */
    public TrainingSetup withBatch(Batch other) {
        return new TrainingSetup(model, cluster, plan, other, precision, software);
    }

    /** Micro-batches of one replica in a step. */
    public int microBatches() {
        return plan.microBatches(batch);
    }

    /**
     * One line: {@code Llama 3 70B on 128 of DGX H100 cluster, TP4 PP4 DP8 MBS1, ...; 256 sequences of 8192 tokens, BF16,
     * Megatron-Core}.
     */
    @Override
    public String toString() {
        return model.name() + " on " + cluster.devices() + " of " + cluster.name() + ", " + plan + "; " + batch + ", "
                + precision + ", " + software.name();
    }
}
