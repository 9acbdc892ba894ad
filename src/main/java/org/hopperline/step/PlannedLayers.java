package org.hopperline.step;

import org.hopperline.plan.Recompute;

/** The layers of a model under the choices of one plan after another. */
final class PlannedLayers {

    private LayerTimes embedding = new LayerTimes();
    private LayerTimes logits = embedding;
    private final PlannedLayer dense = new PlannedLayer(embedding);
    private final PlannedLayer expert = new PlannedLayer(embedding);
    private final PlannedLayer further = new PlannedLayer(embedding);

    /** Takes up the layers of a plan; the parameters are those of {@link PlannedLayer#lay}. */
    void lay(PricedLayers priced, Recompute what, boolean unfused, boolean wholeLayer, DataTraffic traffic) {
        dense.lay(priced.dense(), what, unfused, wholeLayer, traffic);
        expert.lay(priced.expert(), what, unfused, wholeLayer, traffic);
        further.lay(priced.further(), what, unfused, wholeLayer, traffic);
        embedding = priced.embedding();
        logits = priced.logits();
    }

    PlannedLayer dense() {
        return dense;
    }

    PlannedLayer expert() {
        return expert;
    }

    PlannedLayer further() {
        return further;
    }

    LayerTimes embedding() {
        return embedding;
    }

    LayerTimes logits() {
        return logits;
    }
}
