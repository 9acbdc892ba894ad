package org.hopperline.plan;

/** In what order the stages of a pipeline work through the micro-batches of a step. */
public enum PipelineOrder {
    /** One forward, one backward, interleaved where there are virtual stages (arXiv 2104.04473, section 2.2). */
    ONE_FORWARD_ONE_BACKWARD("1F1B"),
    /**
     * ZB-H1: the gradients of the weights apart from those of the inputs, postponed into the bubble (arXiv 2401.10241,
     * section 2.1). Not with virtual stages.
     */
    ZERO_BUBBLE_H1("ZB-H1"),
    /** GPipe: all forwards, then all backwards (arXiv 1811.06965). Not with virtual stages. */
    GPIPE("GPipe");

    private final String label;

    PipelineOrder(String label) {
        this.label = label;
    }

    /** The name the field uses. */
    public String label() {
        return label;
    }

    /** True if the stages may hold several chunks of layers each. */
    public boolean interleaves() {
        return this == ONE_FORWARD_ONE_BACKWARD;
    }
}
