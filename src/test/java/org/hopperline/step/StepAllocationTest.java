package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Evaluating plans whose pieces are known makes no garbage, for rules, memory and time. */
class StepAllocationTest {

    private static final int PLANS = 1_000;
    private static final int ROUNDS = 50;

    /** A hundredth of a byte a plan: no more than the counter itself leaves behind. */
    private static final long SLACK_BYTES = PLANS * ROUNDS / 100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<ParallelPlan> plans = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();

    private StepEvaluator filled(String name, Precision precision) {
        Transformer model = Models.named(name);
        StepEvaluator evaluator = StepModel.on(Chips.H100_SXM5)
                .evaluator(model, Clusters.MEMPHIS, precision, SoftwareProfiles.MEGATRON, 4096);
        RandomPlans random = new RandomPlans(7, model, 4096);
        while (plans.size() < PLANS) {
            ParallelPlan plan = random.plan();
            Batch batch = random.batch(plan);
            if (evaluator.keepsRules(plan, batch)) {
                plans.add(plan);
                batches.add(batch);
            }
        }
        assertThat(all(evaluator)).isPositive();
        return evaluator;
    }

    @ParameterizedTest
    @CsvSource({"Llama 3.1 405B, BF16", "Nemotron-4 340B, FP8", "Mixtral 8x7B, BF16", "DeepSeek-V3, FP8"})
    void noPlanAllocates(String name, Precision precision) {
        StepEvaluator evaluator = filled(name, precision);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        double sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            sum += all(evaluator);
        }
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(sum).isPositive();
        assertThat(after - before).isLessThan(SLACK_BYTES);
    }

    /** The test above would see it. */
    @Test
    void oneObjectInAThousandPlansIsSeen() {
        StepEvaluator evaluator = filled("Llama 3.1 405B", Precision.BF16);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int round = 0; round < ROUNDS; round++) {
            batches.set(round, batches.get(round).withAttendedLength(4096));
            all(evaluator);
        }
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(after - before).isGreaterThan(SLACK_BYTES);
    }

    private double all(StepEvaluator evaluator) {
        double sum = 0;
        for (int i = 0; i < plans.size(); i++) {
            ParallelPlan plan = plans.get(i);
            Batch batch = batches.get(i);
            if (evaluator.keepsRules(plan, batch)) {
                sum += evaluator.memoryBytes(plan, batch) + evaluator.seconds(plan, batch);
            }
        }
        return sum;
    }
}
