package org.hopperline.step;

import org.hopperline.work.LayerSort;
import org.hopperline.work.StageClasses;

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
    double expertHidden;
    double castsOnce;
    double shardHidden;
    double copies;
    double contention;
    double parameters;
    int tensors;
    double expertParameters;
    double scan;

    /** Layers of each sort of the model forward, by its ordinal. */
    final double[] forwards = new double[LayerSort.COUNT];

    /** Layers of each sort of the model backward, by its ordinal. */
    final double[] backwards = new double[LayerSort.COUNT];

    double layersWeight;
    double firstForward;
    double firstBackward;
    double lastForward;
    double lastBackward;
    double lastWeight;
    private double forward;
    private double backward;
    private double addedForward;
    private double addedBackward;

    double forward() {
        return forward;
    }

    double backward() {
        return backward;
    }

    /** Kernels that multiprocessors bound: products, attention and scans. */
    double products() {
        return linear + experts + attention + scan + logits;
    }

    /** Kernels that run whatever the plan shards and computes twice. */
    double kernels() {
        return products() + passes;
    }

    /** Seconds in which no kernel of the stage runs. */
    double waiting() {
        return tensorExposed + contextExposed + expertExposed + shardExposed + host;
    }

    /** Share of the stage's time in which kernels run. */
    double computing() {
        return Math.max(0, 1 - waiting() / seconds());
    }

    /** Gradients of the weights, part of the backward pass. */
    double weightGradient() {
        return layersWeight + lastWeight;
    }

    double seconds() {
        return forward + backward;
    }

    /** Writes the times of one kind of stage, beside the traffic of the data-parallel group. */
    void fill(PlannedLayers layers, StageClasses stages, int kind, DataTraffic traffic) {
        clear();
        for (int i = 0; i < stages.sorts(); i++) {
            int sort = stages.sort(i);
            add(layers.of(sort), stages.layers(sort, kind), traffic);
            forwards[sort] = addedForward;
            backwards[sort] = addedBackward;
            forward += addedForward;
            backward += addedBackward;
        }
        if (stages.isFirst(kind)) {
            LayerTimes e = layers.embedding();
            passes += e.passesForward + e.passesBackward;
            tensorExposed += e.tensorForward + e.tensorBackward;
            tensorHidden += e.tensorHidden;
            contention += e.contentionForward + e.contentionBackward;
            parameters += e.parameters;
            tensors += e.tensors;
            firstForward = e.forward() + first(e, traffic);
            firstBackward = e.backward() + last(e, traffic);
        }
        if (stages.isLast(kind)) {
            LayerTimes l = layers.logits();
            // Each further token has its own logits from the same matrix.
            int times = 1 + stages.furtherInAll();
            logits = times * (l.kernelsForward() + l.kernelsBackward());
            tensorExposed += times * (l.tensorForward + l.tensorBackward);
            tensorHidden += times * l.tensorHidden;
            contention += times * (l.contentionForward + l.contentionBackward);
            parameters += l.parameters;
            tensors += l.tensors;
            lastForward = times * l.forward() + first(l, traffic);
            lastBackward = times * l.backward() + last(l, traffic);
            lastWeight = times * l.weightGradient();
        }
        forward = forward + firstForward + lastForward;
        backward = backward + firstBackward + lastBackward;
    }

    /** Parameters outside the layers are one more unit: gathered before anything runs, and kept until the end. */
    private double first(LayerTimes unit, DataTraffic traffic) {
        if (!traffic.layerByLayer()) {
            return 0;
        }
        double gather = traffic.ofLayer(unit).gather().seconds();
        double copied = traffic.gatherCopies(unit);
        shardExposed += gather;
        copies += copied;
        return gather + copied;
    }

    /** Their gradients are scattered when everything has run. */
    private double last(LayerTimes unit, DataTraffic traffic) {
        double added = traffic.addGradients(unit);
        copies += added;
        if (!traffic.layerByLayer()) {
            return added;
        }
        double scatter = traffic.ofLayer(unit).scatter().seconds();
        double copied = traffic.scatterCopies(unit);
        shardExposed += scatter;
        copies += copied;
        return added + scatter + copied;
    }

    private void add(PlannedLayer layer, int count, DataTraffic traffic) {
        addedForward = 0;
        addedBackward = 0;
        if (count == 0) {
            return;
        }
        LayerTimes t = layer.times();
        linear += count * (t.linearForward + t.linearBackward);
        experts += count * (t.expertsForward + t.expertsBackward);
        attention += count * (t.attentionForward + t.attentionBackward);
        scan += count * (t.scanForward + t.scanBackward);
        passes += count * (t.passesForward + t.passesBackward);
        casts += count * (t.castsForward + t.castsBackward);
        recompute += count * layer.again;
        tensorExposed += count * (t.tensorForward + t.tensorBackward);
        contextExposed += count * (t.contextForward + t.contextBackward);
        expertExposed += count * (t.expertForward + t.expertBackward);
        contention += count * (t.contentionForward + t.contentionBackward);
        host += count * (t.hostForward + t.hostBackward);
        tensorHidden += count * t.tensorHidden;
        contextHidden += count * t.contextHidden;
        expertHidden += count * t.expertHidden;
        castsOnce += count * t.castsOnce;
        parameters += count * t.parameters;
        tensors += count * t.tensors;
        expertParameters += count * t.expertParameters;
        copies += count * layer.added;
        addedForward = count * layer.forward;
        addedBackward = count * (layer.backward + layer.added);
        if (traffic.layerByLayer()) {
            shard(layer, count, traffic);
        }
        layersWeight += count * t.weightGradient();
    }

    /**
     * Gathers beside the forward pass of the layer before; gathers and scatters beside the backward pass of the next. The
     * first gather and the last scatter of a micro-batch have nothing beside them, and no traffic has where nothing overlaps.
     */
    private void shard(PlannedLayer layer, int count, DataTraffic traffic) {
        boolean overlapped = traffic.overlapped();
        int beside = overlapped ? count - 1 : 0;
        double exposedForward = beside * layer.gatherExposed + (overlapped ? 1 : count) * layer.gather;
        double exposedBackward = beside * layer.movedExposed + (overlapped ? layer.scatter : count * layer.moved);
        double lostForward = beside * layer.lostForward;
        double lostBackward = beside * layer.lostBackward;
        double copiedForward = count * layer.gatherCopies;
        double copiedBackward = (traffic.gathersAgain() ? copiedForward : 0) + count * layer.scatterCopies;
        shardExposed += exposedForward + exposedBackward;
        shardHidden += overlapped ? count * (layer.gather + layer.moved) - exposedForward - exposedBackward : 0;
        contention += lostForward + lostBackward;
        copies += copiedForward + copiedBackward;
        addedForward += exposedForward + lostForward + copiedForward;
        addedBackward += exposedBackward + lostBackward + copiedBackward;
    }

    private void clear() {
        linear = 0;
        experts = 0;
        attention = 0;
        scan = 0;
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
        expertHidden = 0;
        castsOnce = 0;
        shardHidden = 0;
        copies = 0;
        contention = 0;
        parameters = 0;
        tensors = 0;
        expertParameters = 0;
        layersWeight = 0;
        forward = 0;
        backward = 0;
        firstForward = 0;
        firstBackward = 0;
        lastForward = 0;
        lastBackward = 0;
        lastWeight = 0;
    }
}
