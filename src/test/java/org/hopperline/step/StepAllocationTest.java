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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Evaluating plans whose pieces are known makes no garbage, for rules, memory and time. */
class StepAllocationTest {

    private static final int PLANS = 1_000;
    private static final int ROUNDS = 10;

    /** What the measurement itself and the compiler may leave behind: far below one object a plan. */
    private static final long SLACK_BYTES = PLANS * ROUNDS;

    @ParameterizedTest
    @CsvSource({"Llama 3.1 405B, BF16", "Nemotron-4 340B, FP8", "Mixtral 8x7B, BF16", "DeepSeek-V3, FP8"})
    void noPlanAllocates(String name, Precision precision) {
        Transformer model = Models.named(name);
        StepEvaluator evaluator = StepModel.on(Chips.H100_SXM5)
                .evaluator(model, Clusters.MEMPHIS, precision, SoftwareProfiles.MEGATRON, 4096);
        RandomPlans random = new RandomPlans(7, model, 4096);
        List<ParallelPlan> plans = new ArrayList<>();
        List<Batch> batches = new ArrayList<>();
        while (plans.size() < PLANS) {
            ParallelPlan plan = random.plan();
            Batch batch = random.batch(plan);
            if (evaluator.keepsRules(plan, batch)) {
                plans.add(plan);
                batches.add(batch);
            }
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double sum = all(evaluator, plans, batches);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int round = 0; round < ROUNDS; round++) {
            sum += all(evaluator, plans, batches);
        }
        long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(sum).isPositive();
        assertThat(after - before).isLessThan(SLACK_BYTES);
    }

    private static double all(StepEvaluator evaluator, List<ParallelPlan> plans, List<Batch> batches) {
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
