package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.LayerMemory;
import org.jspecify.annotations.Nullable;

/**
 * What the layers of one model take of a rank's memory, counted once for each choice of tensor degree, expert degrees,
 * sequence parallelism and recomputation, and of a pipeline or none, which the output embedding asks for.
 */
final class MemoryTables {

    private final PrimitiveKeys keys = new PrimitiveKeys();
    private final List<LayerMemory> layers = new ArrayList<>();
    private final List<Recompute> recomputes = new ArrayList<>();

    /** The layers of a plan, or null if they are to be added. */
    @Nullable
    LayerMemory find(ParallelPlan plan) {
        int found = keys.find(shape(plan), experts(plan), number(plan.recompute()));
        return found < 0 ? null : layers.get(found);
    }

    /** Counts the layers of a plan that was not found. */
    LayerMemory add(TrainingSetup setup) {
        ParallelPlan plan = setup.plan();
        LayerMemory counted = LayerMemory.of(setup);
        keys.add(shape(plan), experts(plan), number(plan.recompute()));
        layers.add(counted);
        return counted;
    }

    private static long shape(ParallelPlan plan) {
        int flags = (plan.sequenceParallel() ? 1 : 0) | (plan.pipeline() > 1 ? 2 : 0);
        return PrimitiveKeys.pair(plan.tensor(), flags);
    }

    private static long experts(ParallelPlan plan) {
        return PrimitiveKeys.pair(plan.expert(), plan.expertTensor());
    }

    /** Plans mostly share a few objects, which are found without looking inside. */
    private int number(Recompute recompute) {
        for (int i = 0; i < recomputes.size(); i++) {
            if (recomputes.get(i) == recompute) {
                return i;
            }
        }
        int equal = recomputes.indexOf(recompute);
        if (equal < 0) {
            recomputes.add(recompute);
            return recomputes.size() - 1;
        }
        return equal;
    }
}
