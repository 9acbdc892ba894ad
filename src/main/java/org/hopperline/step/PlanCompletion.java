package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.VirtualStages;
import org.hopperline.work.MemoryFootprint;

/**
 * Fills in what a recipe leaves out, by one rule for all:
 *
 * <ul>
 *   <li>degrees not stated are 1, the data-parallel degree is what the devices leave;
 *   <li>a micro-batch is one sequence; where the software shards its parameters and does not pipeline, the largest that divides a
 *       rank's share of the batch and fits the memory with the recomputation of one sequence, since each micro-batch gathers
 *       each layer again and users make them large;
 *   <li>sequence parallelism, sharding and the tensor ranks of experts follow the software's default;
 *   <li>stages work in one-forward-one-backward order;
 *   <li>virtual stages as the layout of the layers has them; without one, where the software interleaves and the stages divide the
 *       micro-batches: the fewest that leave an even pipeline at most 1 % idle, else the most
 *       that divide the layers, or the layers with embedding and logits
 *       counted as one each ({@link VirtualStages});
 *   <li>experts are shared by as many ranks as divide them, at most 64;
 *   <li>the ranks of hybrid sharding are as many as are stated, or more if the memory demands it;
 *   <li>of what the software can recompute, the least that fits the memory ({@link org.hopperline.plan.RecomputeLadder}).
 * </ul>
 *
 * <p>Where what is stated breaks a rule of {@link PlanRules}, nothing is fitted to the memory: the completed plan is handed
 * back as it is, and whoever checks it reports every broken rule at once.
 *
 * @param setup the completed question
 * @param assumptions one sentence for each thing filled in
 * @param alternatives the same question with what may as well have run where a step depends on it by a third or more: the
 *     largest micro-batch that fits the memory where none is stated and parameters are sharded by software that does not do so
 *     by itself; and recomputation or none where none is stated and the memory without it is within 10 % of what there is.
 *     Virtual stages that are not stated are none of these: calibration rows are met without theirs as well as with
 */
public record PlanCompletion(TrainingSetup setup, List<String> assumptions, List<TrainingSetup> alternatives) {

    /** The largest expert degree of the published recipes for H100 (DeepSeek-V3 on Megatron-Core). */
    private static final int MOST_EXPERT_RANKS = 64;

    /** How near to the memory of the device, as a part of it, a footprint leaves open whether anything is recomputed. */
    private static final double NEAR = 0.1;

    /** Copies the lists. */
    public PlanCompletion {
        assumptions = List.copyOf(assumptions);
        alternatives = List.copyOf(alternatives);
    }

    /** Completes a recipe. */
    public static PlanCompletion of(
            Recipe recipe,
            Transformer model,
            Cluster cluster,
            Batch batch,
            Precision precision,
            SoftwareProfile software) {
        List<String> assumed = new ArrayList<>();
        int tensor = degree(recipe.tensor(), "tensor parallel", assumed);
        int context = degree(recipe.context(), "context parallel", assumed);
        int pipeline = degree(recipe.pipeline(), "pipeline", assumed);
        int data = Math.max(1, cluster.devices() / (tensor * context * pipeline));
        int microBatch = Math.max(1, recipe.microBatch());
        boolean sequenceParallel = tensor > 1
                && (recipe.sequenceParallel() == null ? software.sequenceParallel() : recipe.sequenceParallel());
        if (recipe.sequenceParallel() == null && tensor > 1) {
            assumed.add(
                    "sequence parallel " + (sequenceParallel ? "on" : "off") + ", as " + software.name() + " has it");
        }
        Sharding sharding = recipe.sharding() == null ? software.sharding() : recipe.sharding();
        if (recipe.sharding() == null) {
            assumed.add("sharding " + sharding.name().toLowerCase(Locale.ROOT) + ", as " + software.name() + " has it");
        }
        int shardGroup = Math.min(recipe.shardGroup(), data * context);
        int expertTensor = expertTensor(recipe, model, software, tensor, context * data, assumed);
        int expert = expert(recipe, model, Math.max(1, tensor * context * data / expertTensor), assumed);
        PipelineOrder order = recipe.order() == null ? PipelineOrder.ONE_FORWARD_ONE_BACKWARD : recipe.order();
        int virtualStages = order.interleaves()
                ? virtualStages(recipe, model, software, pipeline, microBatches(batch, data, microBatch), assumed)
                : Math.max(1, recipe.virtualStages());
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(tensor)
                .context(context)
                .pipeline(pipeline)
                .virtualStages(virtualStages)
                .data(data)
                .expert(expert)
                .expertTensor(expertTensor)
                .sequenceParallel(sequenceParallel)
                .sharding(sharding)
                .shardGroup(shardGroup)
                .microBatch(microBatch)
                .recompute(recipe.recompute() == null ? Recompute.NONE : recipe.recompute())
                .order(order)
                .firstStageLayers(recipe.firstStageLayers())
                .lastStageLayers(recipe.lastStageLayers())
                .layout(recipe.layout())
                .build();
        TrainingSetup stated = new TrainingSetup(model, cluster, plan, batch, precision, software);
        boolean broken = !PlanRules.violations(stated).isEmpty();
        TrainingSetup roomy = broken ? stated : roomy(stated, assumed);
        TrainingSetup small = broken || recipe.recompute() != null ? roomy : recomputing(roomy, assumed);
        TrainingSetup setup = recipe.microBatch() > 0 ? small : fed(small, assumed);
        return new PlanCompletion(setup, assumed, broken ? List.of() : alternatives(recipe, setup));
    }

    /** With the micro-batch that such software is given: as large as the memory allows where it shards its parameters. */
    private static TrainingSetup fed(TrainingSetup setup, List<String> assumed) {
        boolean large = setup.software().sharding() == Sharding.PARAMETERS
                && setup.plan().sharding() == Sharding.PARAMETERS
                && setup.plan().pipeline() == 1;
        TrainingSetup fed = large ? withLargestMicroBatch(setup) : setup;
        assumed.add("micro-batch " + fed.plan().microBatch() + ", since none is stated"
                + (large ? ": the largest that fits without more recomputation" : ""));
        return fed;
    }

    private static List<TrainingSetup> alternatives(Recipe recipe, TrainingSetup setup) {
        List<TrainingSetup> all = new ArrayList<>();
        if (recipe.microBatch() == 0 && setup.plan().sharding() == Sharding.PARAMETERS) {
            TrainingSetup largest = withLargestMicroBatch(setup);
            if (largest.plan().microBatch() > setup.plan().microBatch()) {
                all.add(largest);
            }
        }
        if (recipe.recompute() == null) {
            List<Recompute> rungs = setup.software().recomputes().rungs(setup.model());
            double least = MemoryFootprint.of(with(setup, rungs.get(0))).total();
            if (rungs.size() > 1 && Math.abs(least / setup.cluster().chip().visibleMemoryBytes() - 1) <= NEAR) {
                boolean none = setup.plan().recompute().equals(rungs.get(0));
                all.add(with(setup, rungs.get(none ? rungs.size() - 1 : 0)));
            }
        }
        return all;
    }

    /** The largest micro-batch that divides a rank's share of the batch and fits with the recomputation that there is. */
    private static TrainingSetup withLargestMicroBatch(TrainingSetup setup) {
        int each = setup.batch().sequences() / setup.plan().data();
        for (int micro = each; micro > 1; micro--) {
            if (each % micro == 0) {
                TrainingSetup tried = setup.withPlan(
                        setup.plan().toBuilder().microBatch(micro).build());
                if (PlanRules.violations(tried).isEmpty()
                        && MemoryFootprint.of(tried).total()
                                <= setup.cluster().chip().visibleMemoryBytes()) {
                    return tried;
                }
            }
        }
        return setup;
    }

    private static int degree(int stated, String what, List<String> assumed) {
        if (stated == 0) {
            assumed.add(what + " 1, since none is stated");
            return 1;
        }
        return stated;
    }

    private static int expertTensor(
            Recipe recipe, Transformer model, SoftwareProfile software, int tensor, int rest, List<String> assumed) {
        if (model.experts() == null) {
            return 1;
        }
        if (recipe.expertTensor() > 0) {
            return recipe.expertTensor();
        }
        int wanted = Math.max(1, recipe.expert());
        int chosen = software.expertsKeepTensor() && rest % wanted == 0 ? tensor : 1;
        if (tensor > 1) {
            assumed.add("expert tensor parallel " + chosen + ", as " + software.name() + " has it");
        }
        return chosen;
    }

    private static int expert(Recipe recipe, Transformer model, int ranks, List<String> assumed) {
        Experts experts = model.experts();
        if (experts == null) {
            return 1;
        }
        if (recipe.expert() > 0) {
            return recipe.expert();
        }
        int chosen = Math.min(Math.min(MOST_EXPERT_RANKS, experts.count()), ranks);
        while (experts.count() % chosen != 0 || ranks % chosen != 0) {
            chosen--;
        }
        assumed.add(
                "expert parallel " + chosen + ": the most ranks that divide the experts, at most " + MOST_EXPERT_RANKS);
        return chosen;
    }

    private static int virtualStages(
            Recipe recipe,
            Transformer model,
            SoftwareProfile software,
            int pipeline,
            int microBatches,
            List<String> assumed) {
        if (recipe.virtualStages() > 0) {
            return recipe.virtualStages();
        }
        PipelineLayout layout = recipe.layout();
        if (layout != null) {
            return Math.max(1, layout.chunks() / pipeline);
        }
        if (pipeline == 1) {
            return 1;
        }
        if (!software.interleaves()) {
            assumed.add("virtual stages 1: " + software.name() + " does not interleave");
            return 1;
        }
        int chosen = VirtualStages.assumed(model.layers(), model.multiTokenLayers(), pipeline, microBatches);
        assumed.add(
                microBatches % pipeline != 0
                        ? "virtual stages 1: " + pipeline + " stages do not divide " + microBatches + " micro-batches"
                        : "virtual stages " + chosen + ": the fewest that leave at most 1 % idle, or all there are");
        return chosen;
    }

    private static int microBatches(Batch batch, int data, int microBatch) {
        return ParallelPlan.builder().data(data).microBatch(microBatch).build().microBatches(batch);
    }

    /** With hybrid sharding over more ranks than stated where the states alone would not fit. */
    private static TrainingSetup roomy(TrainingSetup setup, List<String> assumed) {
        int group = setup.plan().shardGroup();
        int most = setup.plan().gradientGroup();
        TrainingSetup tried = setup;
        while (group > 0
                && 2 * group <= most
                && MemoryFootprint.of(with(tried, Recompute.FULL)).total()
                        > setup.cluster().chip().visibleMemoryBytes()) {
            group *= 2;
            tried = setup.withPlan(setup.plan().toBuilder().shardGroup(group).build());
        }
        if (tried != setup) {
            assumed.add("hybrid sharding over " + group + " ranks: fewer do not fit the memory");
        }
        return tried;
    }

    /** The least recomputation that the software offers and that fits the memory which the driver shows. */
    static TrainingSetup recomputing(TrainingSetup setup, List<String> assumed) {
        double room = setup.cluster().chip().visibleMemoryBytes();
        List<Recompute> rungs = setup.software().recomputes().rungs(setup.model());
        TrainingSetup tried = with(setup, rungs.get(0));
        double least = MemoryFootprint.of(tried).total();
        if (least <= room) {
            assumed.add("recompute " + rungs.get(0) + ": " + Units.format(least, "byte") + " fit "
                    + Units.format(room, "byte"));
            return tried;
        }
        for (Recompute rung : rungs) {
            tried = with(setup, rung);
            if (MemoryFootprint.of(tried).total() <= room) {
                break;
            }
        }
        assumed.add("recompute " + tried.plan().recompute() + ": with " + rungs.get(0) + " "
                + Units.format(least, "byte") + " do not fit " + Units.format(room, "byte"));
        return tried;
    }

    private static TrainingSetup with(TrainingSetup setup, Recompute recompute) {
        return setup.withPlan(setup.plan().toBuilder().recompute(recompute).build());
    }
}
