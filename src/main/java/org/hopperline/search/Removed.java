package org.hopperline.search;

/** Why a combination of values is no candidate, in the order in which it is looked at. */
public enum Removed {
    /** Tensor x context x pipeline ranks exceed the devices, or the whole fills no nodes. */
    DEVICES("takes more devices than there are, or leaves a node partly filled"),
    /** Stages, times virtual stages, divide neither the layers nor the layers with embedding and logits. */
    UNEVEN_STAGES("divides the layers unevenly over stages or virtual stages"),
    /** No batch near enough that the replicas divide. */
    BATCH("divides no batch near enough to the one asked for"),
    /** Another value of an axis means the same plan. */
    ALIKE("is another plan under another name"),
    /** What would be traffic of each micro-batch across a pipeline, which the step model does not price. */
    UNPRICED("divides gradients across a pipeline, whose traffic is not modelled"),
    /** A rule of {@link org.hopperline.plan.PlanRules}. */
    RULES("breaks a rule of shape"),
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
