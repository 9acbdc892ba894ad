package org.hopperline.search;

import org.hopperline.plan.ParallelPlan;

/** The axes of a plan that are numbers. */
public enum PlanAxis {
    /** Most devices that may work. */
    DEVICES("devices") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.devices();
        }
    },
    /** Tensor parallel degree. */
    TENSOR("tensor parallel") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.tensor();
        }
    },
    /** Context parallel degree. */
    CONTEXT("context parallel") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.context();
        }
    },
    /** Pipeline stages. */
    PIPELINE("pipeline") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.pipeline();
        }
    },
    /** Virtual stages. */
    VIRTUAL_STAGES("virtual stages") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.virtualStages();
        }
    },
    /** Data parallel degree. */
    DATA("data parallel") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.data();
        }
    },
    /** Expert parallel degree. */
    EXPERT("expert parallel") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.expert();
        }
    },
    /** Tensor parallel degree of experts. */
    EXPERT_TENSOR("expert tensor parallel") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.expertTensor();
        }
    },
    /** Sequences of one forward pass. */
    MICRO_BATCH("micro-batch") {
        @Override
        public int of(ParallelPlan plan) {
            return plan.microBatch();
        }
    };

    private final String label;

    PlanAxis(String label) {
        this.label = label;
    }

    /** The value of a plan on this axis. */
    public abstract int of(ParallelPlan plan);

    /** The field's term. */
    public String label() {
        return label;
    }
}
