package org.hopperline.search;

/** Why a combination of values is no candidate, in the order in which it is looked at. */
public enum Removed {
    /** Stages, times virtual stages, divide neither the layers nor the layers with embedding and logits. */
    UNEVEN_STAGES("divides the layers unevenly over stages or virtual stages"),
    /** No number of replicas uses just so many devices, fills nodes and is allowed. */
    DEVICES("has no number of replicas that uses so many devices, or leaves a node partly filled"),
    /** Another value of an axis means the same plan. */
    ALIKE("is another plan under another name"),
    /**
     * Gradients divided across a pipeline. Stages sum the gradients of the micro-batches in flight: either they stay whole
     * until one scatter at the end, and nothing is saved over dividing the optimizer's states alone, or each micro-batch
     * scatters its own, which no software does: DeepSpeed refuses ZeRO-2 with pipelines (its issues 823 and 4164), and
     * Megatron-Core has only the former. Llama 3's own software states such plans; for it they are searched.
     */
    NOT_OFFERED("divides gradients across a pipeline, which the software does not offer"),
    /** A rule of {@link org.hopperline.plan.PlanRules}. */
    RULES("breaks a rule of shape"),
    /** No batch near enough that the replicas divide. */
    BATCH("divides no batch near enough to the one asked for"),
    /** The shard group does not divide the data x context ranks. */
    SHARD_GROUP("divides states over groups that do not divide the data-parallel ranks"),
    /** A condition of the user's on whole plans. */
    CONDITION("fails a condition of the question"),
    /** The fullest rank does not fit the memory. */
    MEMORY("needs more memory than a device shows"),
    /** The objective refuses it. */
    OBJECTIVE("does not do for the objective"),
    /** A bound of {@link ShapeBound} says that it cannot be among the best. */
    BOUND("cannot be among the best by a bound");

    private final String text;

    Removed(String text) {
        this.text = text;
    }

    /** The predicate of a sentence on such a plan. */
    @Override
    public String toString() {
        return text;
    }
}
