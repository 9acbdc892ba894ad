package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TensorExchange;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.MatrixProduct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensor-parallel traffic beside products, as NVIDIA NeMo configures Transformer Engine's user buffers on the H100. */
class TensorOverlapTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    /**
     * num_sm of proj_fprop and fc2_fprop: Llama 3 70B over 4 ranks, 405B over 8
     * (nemo/collections/llm/recipes/tp_overlap_configs/userbuffers.py).
     */
    @ParameterizedTest
    @CsvSource({
        "ATTENTION_PROJECTION, 4, 24",
        "ATTENTION_PROJECTION, 8, 24",
        "FEED_FORWARD, 4, 16",
        "FEED_FORWARD, 8, 8"
    })
    void productsLeaveTheMultiprocessorsOfTheRecipes(MatrixProduct.Part part, int ranks, double left) {
        MatrixProduct product = new MatrixProduct(part, 1, 4096, 8192, 2048, true);
        assertThat(TensorOverlap.scatterSms(StepConstants.shipped(), product, ranks))
                .isEqualTo(left);
    }

    private static StepPrediction step(String software) {
        return step(SoftwareProfiles.named(software), Precision.BF16);
    }

    private static StepPrediction step(SoftwareProfile software, Precision precision) {
        ParallelPlan plan =
                ParallelPlan.builder().tensor(8).sequenceParallel(true).build();
        return H100.predict(new TrainingSetup(
                Models.LLAMA3_70B, Clusters.dgxH100(8), plan, new Batch(4, 8192), precision, software));
    }

    @Test
    void userBuffersExposeLessThanTrafficOnItsOwn() {
        double overlapped = step("Megatron-Core").get(StepTerm.TENSOR_EXPOSED);
        double alone = step("unknown").get(StepTerm.TENSOR_EXPOSED);
        assertThat(overlapped).isPositive().isLessThan(0.6 * alone);
        assertThat(step("Megatron-Core").get(StepTerm.TENSOR_HIDDEN)).isPositive();
    }

    /** Without a configuration scatters move 16 bits an element and take 16 multiprocessors, also where they hide. */
    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BF16", "FP8"})
    void buffersWithoutAConfigurationHideLessAndTakeMore(Precision precision) {
        SoftwareProfile tuned = SoftwareProfiles.MEGATRON;
        SoftwareProfile untuned = tuned.toBuilder()
                .tensorExchange(TensorExchange.USER_BUFFERS_DEFAULT)
                .build();
        StepPrediction few = step(tuned, precision);
        StepPrediction many = step(untuned, precision);
        assertThat(many.get(StepTerm.CONTENTION)).isGreaterThan(1.5 * few.get(StepTerm.CONTENTION));
        double exposed = few.get(StepTerm.TENSOR_EXPOSED);
        double alone = step("unknown").get(StepTerm.TENSOR_EXPOSED);
        if (precision == Precision.FP8) {
            assertThat(many.get(StepTerm.TENSOR_EXPOSED)).isBetween(1.2 * exposed, 0.8 * alone);
        } else {
            assertThat(many.get(StepTerm.TENSOR_EXPOSED)).isBetween(0.95 * exposed, 1.05 * exposed);
        }
        assertThat(many.get(StepTerm.LINEAR)).isEqualTo(few.get(StepTerm.LINEAR));
    }
}
