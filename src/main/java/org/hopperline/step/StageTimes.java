package org.hopperline.step;

import org.hopperline.plan.Recompute;
import org.jspecify.annotations.Nullable;

/** Seconds of one micro-batch on one stage, by term. */
final class StageTimes {

    double linear;
    double experts;
    double attention;
    double passes;
    double casts;
    double logits;
    double recompute;
    double tensorExposed;
    double contextExposed;
    double expertExposed;
    double shardExposed;
    double host;
    double tensorHidden;
    double contextHidden;
    double shardHidden;
    double parameters;
    double expertParameters;
    int layers;
    double layersForward;
    double layersBackward;
    double layersWeight;
    double firstForward;
    double firstBackward;
    double lastForward;
    double lastBackward;
    double lastWeight;

    double forward() {
        return layersForward + firstForward + lastForward;
    }

    double backward() {
        return layersBackward + firstBackward + lastBackward;
    }

    /** Gradients of the weights, part of the backward pass. */
    double weightGradient() {
        return layersWeight + lastWeight;
    }

    double seconds() {
        return forward() + backward();
    }

    /**
     * Writes the times of one kind of stage.
     *
     * @param unfused true if attention writes its scores to memory
     * @param wholeLayer true if a layer that runs again runs to its end
     * @param sharding the traffic of layers whose parameters travel one by one; null for others
     */
    void fill(
            PricedLayers work,
            StageClasses stages,
            int kind,
            Recompute recompute,
            boolean unfused,
            boolean wholeLayer,
            @Nullable DataTraffic sharding) {
        clear();
        int dense = stages.dense(kind);
        int expert = stages.expert(kind);
        layers = dense + expert;
        add(work.dense(), dense, recompute, unfused, wholeLayer, sharding);
        add(work.expert(), expert, recompute, unfused, wholeLayer, sharding);
        if (stages.isFirst(kind)) {
            LayerTimes e = work.embedding();
            passes += e.passesForward + e.passesBackward;
            tensorExposed += e.tensorForward + e.tensorBackward;
            parameters += e.parameters;
            firstForward = e.forward();
            firstBackward = e.backward();
        }
        if (stages.isLast(kind)) {
            LayerTimes l = work.logits();
            logits = l.kernelsForward() + l.kernelsBackward();
            tensorExposed += l.tensorForward + l.tensorBackward;
            parameters += l.parameters;
            lastForward = l.forward();
            lastBackward = l.backward();
            lastWeight = l.weightGradient();
        }
    }

    private void add(
            LayerTimes t,
            int count,
            Recompute what,
            boolean unfused,
            boolean wholeLayer,
            @Nullable DataTraffic sharding) {
        if (count == 0) {
            return;
        }
        linear += count * (t.linearForward + t.linearBackward);
        experts += count * (t.expertsForward + t.expertsBackward);
        attention += count * (t.attentionForward + t.attentionBackward);
        passes += count * (t.passesForward + t.passesBackward);
        casts += count * (t.castsForward + t.castsBackward);
        double again = t.again(what, unfused, wholeLayer);
        recompute += count * again;
        tensorExposed += count * (t.tensorForward + t.tensorBackward);
        contextExposed += count * (t.contextForward + t.contextBackward);
        expertExposed += count * (t.expertForward + t.expertBackward);
        host += count * (t.hostForward + t.hostBackward);
        tensorHidden += count * t.tensorHidden;
        contextHidden += count * t.contextHidden;
        parameters += count * t.parameters;
        expertParameters += count * t.expertParameters;
        double forward = t.forward();
        double backward = t.backward() + again;
        if (sharding != null) {
            double gather = sharding.gatherLayer(t);
            double scatter = sharding.scatterLayer(t) + sharding.reduceReplicas(t);
            // The first gather and the last scatter of a micro-batch have nothing beside them.
            double exposedForward = Math.max(0, gather - forward) + gather / count;
            double exposedBackward = Math.max(0, gather + scatter - backward) + scatter / count;
            shardExposed += count * (exposedForward + exposedBackward);
            shardHidden += count * Math.max(0, 2 * gather + scatter - exposedForward - exposedBackward);
            forward += exposedForward;
            backward += exposedBackward;
        }
        layersForward += count * forward;
        layersBackward += count * backward;
        layersWeight += count * t.weightGradient();
    }

    private void clear() {
        linear = 0;
        experts = 0;
        attention = 0;
        passes = 0;
        casts = 0;
        logits = 0;
        recompute = 0;
        tensorExposed = 0;
        contextExposed = 0;
        expertExposed = 0;
        shardExposed = 0;
        host = 0;
        tensorHidden = 0;
        contextHidden = 0;
        shardHidden = 0;
        parameters = 0;
        expertParameters = 0;
        layers = 0;
        layersForward = 0;
        layersBackward = 0;
        layersWeight = 0;
        firstForward = 0;
        firstBackward = 0;
        lastForward = 0;
        lastBackward = 0;
        lastWeight = 0;
    }
}
