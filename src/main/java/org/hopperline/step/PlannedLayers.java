package org.hopperline.step;

import org.hopperline.plan.Recompute;
import org.hopperline.work.LayerSort;
import org.hopperline.work.StageClasses;

/** The layers of a model under the choices of one plan after another. */
final class PlannedLayers {

    private LayerTimes embedding = new LayerTimes();
    private LayerTimes logits = embedding;
    private final PlannedLayer[] layers = new PlannedLayer[LayerSort.COUNT];

    PlannedLayers() {
        for (int sort = 0; sort < layers.length; sort++) {
            layers[sort] = new PlannedLayer(embedding);
        }
    }

    /** Takes up the layers of a plan, those of the sorts that stand on its stages; see {@link PlannedLayer#lay}. */
    void lay(
            PricedLayers priced,
            StageClasses stages,
            Recompute what,
            boolean unfused,
            boolean wholeLayer,
            DataTraffic traffic) {
        for (int i = 0; i < stages.sorts(); i++) {
            int sort = stages.sort(i);
            layers[sort].lay(priced.of(sort), what, unfused, wholeLayer, traffic);
        }
        embedding = priced.embedding();
        logits = priced.logits();
    }

    /** The layer of a sort, by its ordinal. */
    PlannedLayer of(int sort) {
        return layers[sort];
    }

    LayerTimes embedding() {
        return embedding;
    }

    LayerTimes logits() {
        return logits;
    }
}
