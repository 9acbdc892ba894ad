package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.CudaGraphs;
import org.hopperline.plan.ExpertDispatch;
import org.hopperline.plan.ExpertKernels;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;

class HostWorkTest {

    private static final SoftwareProfile BRIDGE = SoftwareProfiles.named("Megatron-Bridge all-to-all");

    private static LayerWork expert(int experts, Precision precision) {
        return LayerWork.expert(setup(Models.named("Qwen3 30B-A3B"), experts, precision));
    }

    private static TrainingSetup setup(Transformer model, int experts, Precision precision) {
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(128),
                ParallelPlan.builder().data(128).expert(experts).build(),
                new Batch(128, 4096),
                precision,
                BRIDGE);
    }

    private static HostWork host(int experts, Precision precision) {
        return HostWork.of(expert(experts, precision), BRIDGE, precision);
    }

    /** Joint projection, output, router and two products of 16 experts; their gradients are twice as many. */
    @Test
    void eachExpertIsAProductOfItsOwn() {
        HostWork host = host(8, Precision.BF16);
        int passes = expert(8, Precision.BF16).passes().size();
        assertThat(host.forwardKernels()).isEqualTo(3 + 2 * 16 + passes);
        assertThat(host.backwardKernels()).isEqualTo(2 * (3 + 2 * 16) + passes);
    }

    /** A scale of the operand's own takes three kernels, for two dense products and two of each of 16 experts; rows are padded. */
    @Test
    void operandsInEightBitsAreCastExpertByExpert() {
        HostWork wide = host(8, Precision.BF16);
        HostWork narrow = host(8, Precision.FP8);
        assertThat(narrow.forwardKernels() - wide.forwardKernels()).isEqualTo(3 * (2 + 2 * 16) + 1);
        assertThat(narrow.backwardKernels() - wide.backwardKernels()).isEqualTo(3 * (2 + 2 * 16) + 1);
        HostWork delayed =
                HostWork.of(expert(8, Precision.FP8), SoftwareProfiles.named("Megatron-Core"), Precision.FP8);
        assertThat(delayed.forwardKernels() - wide.forwardKernels()).isEqualTo(2 + 2 * 16 + 1);
    }

    @Test
    void fewerLocalExpertsLaunchFewerKernelsInAsManyCalls() {
        HostWork many = host(8, Precision.BF16);
        HostWork few = host(64, Precision.BF16);
        assertThat(few.forwardKernels()).isLessThan(many.forwardKernels());
        assertThat(few.forwardOperations()).isEqualTo(many.forwardOperations());
    }

    /** Two products of 16 experts each. */
    @Test
    void expertsOneAfterTheOtherAreCallsOfTheirOwn() {
        SoftwareProfile sequential = BRIDGE.toBuilder()
                .name("one after the other")
                .expertKernels(ExpertKernels.SEQUENTIAL)
                .build();
        LayerWork wide = expert(8, Precision.BF16);
        assertThat(HostWork.of(wide, sequential, Precision.BF16).forwardOperations())
                .isEqualTo(HostWork.of(wide, BRIDGE, Precision.BF16).forwardOperations() + 2 * 15);
    }

    @Test
    void aDenseLayerRoutesNothing() {
        Transformer dense = Models.LLAMA3_8B;
        LayerWork work = LayerWork.dense(setup(dense, 1, Precision.BF16));
        HostWork host = HostWork.of(work, BRIDGE, Precision.BF16);
        double listed = work.products().size()
                + work.passes().size()
                + work.attention().size()
                + work.messages().stream().mapToInt(Message::forward).sum();
        assertThat(host.forwardOperations()).isEqualTo(listed);
        assertThat(host.forwardKernels())
                .isEqualTo(work.products().size() + work.passes().size());
    }

    /** Five Triton kernels forward and fifteen backward, each with its wrapper in Python; PyTorch's beside them only launch. */
    @Test
    void everyKernelOfTheScanIsACall() {
        LayerWork work = LayerWork.mamba(setup(Models.named("Nemotron 3 Nano"), 1, Precision.BF16));
        HostWork host = HostWork.of(work, BRIDGE, Precision.BF16);
        int listed = work.products().size() + work.passes().size();
        assertThat(host.forwardOperations()).isEqualTo(listed + 5);
        assertThat(host.backwardOperations()).isEqualTo(listed + 15);
        assertThat(host.forwardKernels()).isEqualTo(listed + 5 + 2);
        assertThat(host.backwardKernels()).isEqualTo(listed + work.products().size() + 15 + 20);
        assertThat(graphed(work, "mamba").backwardOperations()).isEqualTo(1);
    }

    /** Five pieces are called each way, and of two dense products and two of experts the weights' gradients apart. */
    @Test
    void overlapCutsALayerIntoPiecesEachWithItsOwnCalls() {
        LayerWork work = expert(8, Precision.BF16);
        HostWork whole = HostWork.of(work, BRIDGE, Precision.BF16);
        HostWork cut =
                HostWork.of(work, SoftwareProfiles.named("Megatron-Bridge all-to-all overlapped"), Precision.BF16);
        assertThat(cut.forwardOperations() - whole.forwardOperations()).isEqualTo(5);
        assertThat(cut.backwardOperations() - whole.backwardOperations()).isEqualTo(5 + 4);
    }

    @Test
    void aReplayedProgramAsksNothingOfTheHost() {
        assertThat(HostWork.of(expert(8, Precision.FP8), SoftwareProfiles.named("JAX"), Precision.FP8))
                .isEqualTo(HostWork.NONE);
        assertThat(HostWork.NONE.forwardSeconds(1, 1)).isZero();
        assertThat(HostWork.NONE.backwardSeconds(1, 1)).isZero();
    }

    private static HostWork graphed(LayerWork work, String scope) {
        return HostWork.of(work, BRIDGE.withGraphs(CudaGraphs.parse(scope)), Precision.BF16);
    }

    /** Attention: norm, two products, rotation, layout, attention itself and the residual are one call and one launch. */
    @Test
    void aGraphIsOneCallAndOneLaunch() {
        LayerWork work = expert(8, Precision.BF16);
        HostWork none = HostWork.of(work, BRIDGE, Precision.BF16);
        HostWork attention = graphed(work, "attn");
        LayerWork.Extent part = work.attentionPart();
        assertThat(none.forwardOperations() - attention.forwardOperations())
                .isEqualTo(part.products() + part.passes() + work.attention().size() - 1);
        assertThat(none.forwardKernels() - attention.forwardKernels()).isEqualTo(part.products() + part.passes() - 1);
        assertThat(none.backwardKernels() - attention.backwardKernels())
                .isEqualTo(2 * part.products() + part.passes() - 1);
    }

    /** The router's scope takes its norm, its product and its ten calls; with preprocessing ten more, in one graph. */
    @Test
    void routerAndPreprocessingShareAGraph() {
        LayerWork work = expert(8, Precision.BF16);
        HostWork none = HostWork.of(work, BRIDGE, Precision.BF16);
        HostWork router = graphed(work, "moe_router");
        assertThat(none.forwardOperations() - router.forwardOperations()).isEqualTo(1 + 1 + 10 - 1);
        HostWork preprocess = graphed(work, "moe_router moe_preprocess");
        assertThat(router.forwardOperations() - preprocess.forwardOperations()).isEqualTo(10);
        assertThat(router.backwardOperations()).isEqualTo(preprocess.backwardOperations());
    }

    /** Of 10, 8 and 6 calls around an all-to-all 6, 3 and 4 are left where one copy goes to each node, and one is awaited. */
    @Test
    void copiesByNodeTakeFewerCalls() {
        LayerWork work = expert(8, Precision.BF16);
        SoftwareProfile byNode =
                BRIDGE.toBuilder().dispatch(ExpertDispatch.COPY_PER_NODE).build();
        HostWork each = HostWork.of(work, BRIDGE, Precision.BF16);
        HostWork node = HostWork.of(work, byNode, Precision.BF16);
        assertThat(each.forwardOperations() - node.forwardOperations()).isEqualTo(10 + 8 - 6 - 3);
        assertThat(each.backwardOperations() - node.backwardOperations()).isEqualTo(6 - 4);
        assertThat(HostWork.awaited(ExpertDispatch.COPY_PER_EXPERT)).isEqualTo(8);
        assertThat(HostWork.awaited(ExpertDispatch.COPY_PER_NODE)).isEqualTo(1);
    }

    @Test
    void aWholeLayerIsTwoGraphs() {
        assertThat(graphed(expert(8, Precision.BF16), "full")).isEqualTo(new HostWork(2, 2, 2, 2));
        LayerWork dense = LayerWork.dense(setup(Models.LLAMA3_8B, 1, Precision.BF16));
        assertThat(graphed(dense, "attn mlp")).isEqualTo(new HostWork(2, 2, 2, 2));
        assertThat(graphed(dense, "moe_router")).isEqualTo(HostWork.of(dense, BRIDGE, Precision.BF16));
        assertThat(graphed(dense, "full_iteration")).isEqualTo(HostWork.NONE);
    }

    @Test
    void secondsAreCallsAndLaunches() {
        HostWork host = new HostWork(10, 20, 30, 40);
        assertThat(host.forwardSeconds(1e-4, 5e-6)).isEqualTo(10 * 1e-4 + 20 * 5e-6);
        assertThat(host.backwardSeconds(1e-4, 5e-6)).isEqualTo(30 * 1e-4 + 40 * 5e-6);
    }

    /** Without an exchange there is nothing that another micro-batch could run beside. */
    @Test
    void aLayerIsCutOnlyWhereTokensTravel() {
        SoftwareProfile overlapped = SoftwareProfiles.named("Megatron-Bridge all-to-all overlapped");
        LayerWork alone = expert(1, Precision.BF16);
        LayerWork exchanging = expert(8, Precision.BF16);
        assertThat(alone.exchangesTokens()).isFalse();
        assertThat(HostWork.of(alone, overlapped, Precision.BF16)).isEqualTo(host(1, Precision.BF16));
        assertThat(exchanging.exchangesTokens()).isTrue();
        assertThat(HostWork.of(exchanging, overlapped, Precision.BF16).forwardOperations())
                .isGreaterThan(host(8, Precision.BF16).forwardOperations());
    }
}
