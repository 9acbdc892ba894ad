package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.junit.jupiter.api.Test;

/** What is advised for a broken rule, done: the rule is kept then, and every kind of advice comes up. */
class RemediesTest {

    private static final int DRAWS = 20_000;

    private static final List<Transformer> MODELS = List.of(
            Models.LLAMA3_8B,
            Models.GPT3_175B,
            Models.MIXTRAL_8X7B,
            Models.DEEPSEEK_V3,
            Transformer.builder("odd")
                    .layers(7)
                    .hidden(3072)
                    .heads(24)
                    .kvHeads(6)
                    .headDim(128)
                    .ffnHidden(8208)
                    .vocab(32_000)
                    .build());

    private static final int[] DEGREES = {1, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 12, 16, 24, 32};

    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** The kinds of advice, by the words around their numbers. */
    private enum Advice {
        DATA("data parallel # uses #"),
        BLOCK("a model-parallel block of # needs at least #"),
        TAKE("take #|take # or #"),
        CHUNKS("take at most # chunks"),
        VIRTUAL("take # virtual stages?"),
        NONE("state none on one stage|state none, and take fewer stages"),
        IN_ALL("state # in all"),
        AT_MOST("state at most # in all"),
        ORDER("take 1F1B or more stages"),
        VIRTUAL_OR_ORDER("take 1 virtual stage or 1F1B"),
        OR_NO_SEQUENCE("take #( or #)? or no sequence parallelism"),
        BATCH("take a batch of #( or #)?"),
        NO_EXPERTS("take # for both degrees"),
        EXPERT("take an expert degree of #( or #)?"),
        EXPERT_TENSOR("take an expert tensor degree of #( or #)?"),
        EXPERT_ALONE("take an expert tensor degree of 1 and an expert degree of #( or #)?"),
        STAGES("take stages x virtual stages of # x #( or # x #)? or a layout of # chunks"),
        PLACE("place # t and # m"),
        ONE("state the one or the other");

        private final Pattern pattern;

        Advice(String words) {
            pattern = Pattern.compile(words.replace("#", "\\d+"));
        }

        static Advice of(String remedy) {
            for (Advice advice : values()) {
                if (advice.pattern.matcher(remedy).matches()) {
                    return advice;
                }
            }
            throw new AssertionError("no test knows the advice \"" + remedy + "\"");
        }
    }

    private static int degree(Random random) {
        return DEGREES[random.nextInt(DEGREES.length)];
    }

    private static TrainingSetup draw(Random random) {
        Transformer model = MODELS.get(random.nextInt(MODELS.size()));
        PipelineOrder[] orders = PipelineOrder.values();
        int pipeline = random.nextInt(20) == 0 ? 200 : degree(random);
        int virtual = random.nextInt(3) > 0 ? 1 : degree(random);
        ParallelPlan.Builder plan = ParallelPlan.builder()
                .tensor(degree(random))
                .context(degree(random))
                .pipeline(pipeline)
                .virtualStages(virtual)
                .data(degree(random))
                .sequenceParallel(random.nextBoolean())
                .microBatch(1 + random.nextInt(4))
                .expert(random.nextInt(3) > 0 ? 1 : degree(random))
                .expertTensor(random.nextInt(3) > 0 ? 1 : degree(random))
                .sharding(Sharding.OPTIMIZER)
                .shardGroup(random.nextInt(3) > 0 ? 0 : degree(random))
                .order(orders[random.nextInt(orders.length)]);
        if (random.nextInt(4) == 0) {
            plan.firstStageLayers(random.nextInt(6)).lastStageLayers(random.nextInt(6));
        }
        if (random.nextInt(4) == 0) {
            plan.layout(layout(1 + random.nextInt(8), model.layers() - random.nextInt(2)));
        }
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(8 << random.nextInt(7)),
                plan.build(),
                new Batch(1 + random.nextInt(64), random.nextBoolean() ? 8192 : 2187),
                Precision.BF16,
                SoftwareProfiles.UNKNOWN);
    }

    /** So many layers on so many chunks, the first with most. */
    private static PipelineLayout layout(int chunks, int layers) {
        StringBuilder text = new StringBuilder("E").append("t".repeat(Math.max(0, layers - chunks + 1)));
        for (int chunk = 1; chunk < chunks; chunk++) {
            text.append("|t");
        }
        return PipelineLayout.parse(text.append('L').toString());
    }

    /** The rule with what it is about, so that the same rule of another degree is another one. */
    private static String rule(PlanRules.Violation broken) {
        return NUMBER.matcher(broken.found()).replaceAll("#") + ": " + broken.rule();
    }

    private static int[] numbers(String remedy) {
        Matcher matcher = NUMBER.matcher(remedy);
        List<Integer> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(Integer.valueOf(matcher.group()));
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Every question that the advice leaves: where it names several values, one for each. */
    private static List<TrainingSetup> followed(TrainingSetup setup, PlanRules.Violation broken, Advice advice) {
        ParallelPlan plan = setup.plan();
        int[] values = numbers(broken.remedy());
        List<TrainingSetup> all = new ArrayList<>();
        switch (advice) {
            case DATA -> all.add(on(setup, values[1], plan.toBuilder().data(values[0])));
            case BLOCK -> all.add(on(setup, values[1], plan.toBuilder().data(values[1] / values[0])));
            case CHUNKS ->
                all.add(with(
                        setup,
                        plan.toBuilder()
                                .pipeline(Math.min(plan.pipeline(), values[0]))
                                .virtualStages(1)));
            case VIRTUAL -> all.add(with(setup, plan.toBuilder().virtualStages(values[0])));
            case NONE ->
                all.add(with(setup, plan.toBuilder().firstStageLayers(0).lastStageLayers(0)));
            case IN_ALL, AT_MOST -> all.add(with(setup, stated(plan, values[0])));
            case ORDER -> all.add(with(setup, plan.toBuilder().order(PipelineOrder.ONE_FORWARD_ONE_BACKWARD)));
            case VIRTUAL_OR_ORDER -> {
                all.add(with(setup, plan.toBuilder().virtualStages(1)));
                all.add(with(setup, plan.toBuilder().order(PipelineOrder.ONE_FORWARD_ONE_BACKWARD)));
            }
            case BATCH -> {
                for (int sequences : values) {
                    all.add(setup.withBatch(new Batch(sequences, setup.batch().sequenceLength())));
                }
            }
            case NO_EXPERTS -> all.add(with(setup, plan.toBuilder().expert(1).expertTensor(1)));
            case EXPERT_ALONE -> {
                for (int i = 1; i < values.length; i++) {
                    all.add(with(setup, plan.toBuilder().expertTensor(1).expert(values[i])));
                }
            }
            case STAGES -> {
                for (int i = 0; i < values.length - 1; i += 2) {
                    all.add(with(setup, plan.toBuilder().pipeline(values[i]).virtualStages(values[i + 1])));
                }
                int chunks = values[values.length - 1];
                int layers = plan.layout().layers();
                if (chunks <= layers) {
                    all.add(with(setup, plan.toBuilder().layout(layout(chunks, layers))));
                }
            }
            case PLACE ->
                all.add(with(
                        setup,
                        plan.toBuilder()
                                .layout(PipelineLayout.parse(
                                        "E" + "t".repeat(values[0]) + "m".repeat(values[1]) + "L"))));
            case ONE -> {
                all.add(with(setup, plan.toBuilder().firstStageLayers(0).lastStageLayers(0)));
                all.add(with(setup, plan.toBuilder().layout(null)));
            }
            case EXPERT, EXPERT_TENSOR, TAKE, OR_NO_SEQUENCE -> {
                for (int value : values) {
                    all.add(with(setup, degree(plan.toBuilder(), broken, advice, value)));
                }
                if (advice == Advice.OR_NO_SEQUENCE) {
                    all.add(with(setup, plan.toBuilder().sequenceParallel(false)));
                }
            }
        }
        return all;
    }

    /** The degree that a broken rule is about, with another value. */
    private static ParallelPlan.Builder degree(
            ParallelPlan.Builder plan, PlanRules.Violation broken, Advice advice, int value) {
        if (advice == Advice.EXPERT || broken.found().startsWith("expert parallel ") && advice == Advice.TAKE) {
            return plan.expert(value);
        }
        if (advice == Advice.EXPERT_TENSOR || broken.found().startsWith("expert tensor parallel ")) {
            return plan.expertTensor(value);
        }
        if (broken.found().startsWith("tensor parallel ")) {
            return plan.tensor(value);
        }
        if (broken.found().startsWith("context parallel ")) {
            return plan.context(value);
        }
        assertThat(broken.found()).startsWith("states divided over ");
        return plan.shardGroup(value);
    }

    /** So many layers on the edges that had some stated, or none. */
    private static ParallelPlan.Builder stated(ParallelPlan plan, int layers) {
        boolean both = plan.firstStageLayers() > 0 && plan.lastStageLayers() > 0;
        int last = both ? Math.min(1, layers) : plan.lastStageLayers() > 0 ? layers : 0;
        return plan.toBuilder().firstStageLayers(layers - last).lastStageLayers(last);
    }

    private static TrainingSetup with(TrainingSetup setup, ParallelPlan.Builder plan) {
        return setup.withPlan(plan.build());
    }

    private static TrainingSetup on(TrainingSetup setup, int devices, ParallelPlan.Builder plan) {
        return new TrainingSetup(
                setup.model(),
                setup.cluster().withDevices(devices),
                plan.build(),
                setup.batch(),
                setup.precision(),
                setup.software());
    }

    @Test
    void whatIsAdvisedKeepsTheRule() {
        Random random = new Random(7);
        Set<Advice> seen = EnumSet.noneOf(Advice.class);
        Set<String> rules = new HashSet<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            TrainingSetup setup = draw(random);
            for (PlanRules.Violation broken : PlanRules.violations(setup)) {
                Advice advice = Advice.of(broken.remedy());
                seen.add(advice);
                rules.add(broken.rule());
                for (TrainingSetup followed : followed(setup, broken, advice)) {
                    assertThat(PlanRules.violations(followed).stream()
                                    .map(RemediesTest::rule)
                                    .collect(Collectors.toList()))
                            .as(
                                    "%s on %s after %s, now %s",
                                    broken, setup.model().name(), setup.plan(), followed.plan())
                            .doesNotContain(rule(broken));
                }
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(Advice.values());
        assertThat(rules).hasSizeGreaterThanOrEqualTo(16);
    }
}
