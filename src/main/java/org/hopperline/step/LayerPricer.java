package org.hopperline.step;

import org.hopperline.collective.Collective;
import org.hopperline.collective.ExpertExchange;
import org.hopperline.collective.ExpertRouting;
import org.hopperline.collective.Group;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.model.Experts;
import org.hopperline.model.LatentAttention;
import org.hopperline.model.TokenRouting;
import org.hopperline.plan.ExpertDispatch;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.GraphedPart;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.AttentionCall;
import org.hopperline.work.HostWork;
import org.hopperline.work.LayerWork;
import org.hopperline.work.MatrixProduct;
import org.hopperline.work.Message;
import org.hopperline.work.Pass;

/** Prices the work of one layer: its kernels, its messages, and what of the messages hides behind the kernels. */
final class LayerPricer {

    private final Kernels kernels;
    private final PricedFabric collectives;
    private final TensorOverlap overlap;
    private final TrainingSetup setup;
    private final RunConstants run;
    private final double launchSeconds;
    private final ExpertExchange exchange;
    private final Group tensor;
    private final Group context;
    private final Group expert;
    private final Group expertTensor;

    LayerPricer(
            Kernels kernels, PricedFabric collectives, StepConstants constants, RunConstants run, TrainingSetup setup) {
        this.run = run;
        this.launchSeconds = constants.launchSeconds();
        this.exchange = collectives.exchange();
        this.kernels = kernels;
        this.collectives = collectives;
        this.setup = setup;
        ParallelPlan plan = setup.plan();
        this.tensor = collectives.group(plan.tensor(), 1);
        this.context = collectives.group(plan.context(), plan.tensor());
        this.expert = collectives.group(plan.expert(), plan.expertTensor());
        this.expertTensor = collectives.group(plan.expertTensor(), 1);
        this.overlap = new TensorOverlap(
                kernels,
                constants,
                setup.precision(),
                setup.software(),
                plan.tensor(),
                setup.cluster().chip().computeUnits(),
                run.products(
                        setup.cluster().chip().architecture(), setup.software().newerLibraries()),
                collectives.memoryBytesPerSecond(),
                plan.order() == PipelineOrder.ZERO_BUBBLE_H1);
    }

    /**
     * Prices the work of a layer.
     *
     * @param ofLayers false for the embedding and the logits
     */
    LayerTimes price(LayerWork work, boolean ofLayers) {
        LayerTimes times = new LayerTimes();
        times.parameters = work.parameters();
        times.expertParameters = work.expertParameters();
        times.tensors = work.parameterTensors();
        PricedProduct[] products = products(work, times);
        for (AttentionCall call : work.attention()) {
            attention(call, times);
        }
        if (work.scan() != null) {
            times.scanForward = kernels.forward(work.scan());
            times.scanBackward = kernels.backward(work.scan());
        }
        for (Pass pass : work.passes()) {
            pass(pass, times);
        }
        for (Message message : work.messages()) {
            message(message, products, times);
        }
        SoftwareProfile software = setup.software();
        if (setup.precision() == Precision.FP8 && work.castWeights() > 0) {
            times.castsOnce = kernels.cast(work.castWeights(), software.fp8Recipe(), software.elementwise());
        }
        times.inRun(run.products(setup.cluster().chip().architecture(), software.newerLibraries()));
        if (software.expertOverlap() && work.exchangesTokens()) {
            hideExchange(times);
        }
        if (ofLayers) {
            host(work, times);
        }
        return times;
    }

    /** The exchange of one micro-batch runs beside the compute of another. */
    private void hideExchange(LayerTimes times) {
        double moved = times.expertForward + times.expertBackward;
        double units = setup.cluster().chip().computeUnits();
        double rate = 1 - ExpertExchange.DEFAULT_MULTIPROCESSORS / units;
        double expertsForward = times.withinExpertsForward();
        double expertsBackward = times.withinExpertsBackward();
        double attentionForward = times.kernelsForward() + times.tensorForward - expertsForward;
        double attentionBackward = times.kernelsBackward() + times.tensorBackward - expertsBackward;
        double outlasting = ExpertOverlap.exposed(
                moved / 4, attentionForward, expertsBackward, expertsForward, attentionBackward, rate);
        double lost = ExpertOverlap.lost(
                moved / 4, attentionForward, expertsBackward, expertsForward, attentionBackward, rate);
        ParallelPlan plan = setup.plan();
        double alone = ExpertOverlap.unpaired(plan.pipeline(), plan.virtualStages(), plan.microBatches(setup.batch()));
        double exposed = alone * moved + (1 - alone) * outlasting;
        times.expertHidden = moved - exposed;
        times.expertForward = exposed / 2;
        times.expertBackward = exposed / 2;
        times.contentionForward += (1 - alone) * lost / 2;
        times.contentionBackward += (1 - alone) * lost / 2;
    }

    /**
     * Where the host takes longer to issue kernels than the device to run them, the host sets the pace. It runs ahead of the
     * device for as long as it need not know what the device found: what it gains in one pass serves the next, and so do
     * both passes where they are issued together. An expert layer that is not padded stops it in the forward pass until it
     * knows how many tokens each expert got: each pass stands for itself then, and at the least the device waits for the
     * calls between the counts and what follows from them. Embedding and logits are a few calls, for
     * which the host runs ahead during the layers. Where each launch waits for its kernel, host and device take
     * turns.
     */
    private void host(LayerWork work, LayerTimes times) {
        SoftwareProfile software = setup.software();
        HostWork issued = HostWork.of(work, software, setup.precision());
        double forward = issued.forwardSeconds(run.operationSeconds(), launchSeconds);
        double backward = issued.backwardSeconds(run.operationSeconds(), launchSeconds);
        Experts experts = setup.model().experts();
        boolean counts = experts != null
                && work.expertParameters() > 0
                && !experts.routing().padded();
        boolean graphed = software.graphs().cover(GraphedPart.EXPERTS);
        double waits = counts && !graphed ? HostWork.awaited(software.dispatch()) * run.operationSeconds() : 0;
        times.hostAgain = software.blockingLaunches() ? forward : Math.max(waits, forward - times.forward());
        if (software.blockingLaunches()) {
            times.hostForward = forward;
            times.hostBackward = backward;
        } else if (!counts || graphed || (software.expertOverlap() && work.exchangesTokens())) {
            double late = Math.max(waits, forward + backward - times.forward() - times.backward());
            double share = late == 0 ? 0 : forward / (forward + backward);
            times.hostForward = share * late;
            times.hostBackward = (1 - share) * late;
        } else {
            times.hostForward = Math.max(waits, forward - times.forward());
            times.hostBackward = Math.max(0, backward - times.backward());
        }
    }

    private PricedProduct[] products(LayerWork work, LayerTimes times) {
        Precision precision = setup.precision();
        SoftwareProfile software = setup.software();
        Fp8Recipe recipe = software.fp8Recipe();
        double gradientBytes = StateCopies.ofProduct(software.states().gradientSum(), software.gradientBytes());
        PricedProduct[] priced = new PricedProduct[work.products().size()];
        for (int i = 0; i < priced.length; i++) {
            MatrixProduct product = work.products().get(i);
            double forward = kernels.forward(product, precision, recipe);
            double weight = kernels.weightGradient(product, precision, recipe, gradientBytes);
            double data = kernels.dataGradient(product, precision, recipe);
            double backward = data + weight;
            priced[i] = new PricedProduct(product, forward, data, weight);
            if (product.part() == MatrixProduct.Part.EXPERTS) {
                times.expertsForward += forward;
                times.expertsBackward += backward;
                times.expertsWeight += weight;
            } else {
                times.linearForward += forward;
                times.linearBackward += backward;
                times.linearWeight += weight;
            }
            times.alternateForward += i % 2 == 1 ? forward : 0;
            boolean last = i + 1 == priced.length;
            boolean ends = product.columns() == setup.model().hidden()
                    && (last || work.products().get(i + 1).part() != product.part());
            part(product, ends, last, forward, times);
        }
        return priced;
    }

    /** Which products run again where only parts of a layer do: the last of a part ends it. */
    private void part(MatrixProduct product, boolean ends, boolean last, double forward, LayerTimes times) {
        switch (product.part()) {
            case ATTENTION_PROJECTION -> {
                if (ends) {
                    times.attentionOutputForward += forward;
                    times.lastForward += last ? forward : 0;
                } else if (!toRanks(product)) {
                    times.queryKeyValueForward += forward;
                }
            }
            case STATE_SPACE_PROJECTION, FEED_FORWARD, EXPERTS -> {
                if (ends) {
                    times.lastForward += forward;
                }
            }
            case ROUTER, LOGITS -> {}
        }
    }

    /** True for the products that make the ranks of latent attention from the input of the layer. */
    private boolean toRanks(MatrixProduct product) {
        LatentAttention latent = setup.model().latentAttention();
        return latent != null
                && product.inner() == setup.model().hidden()
                && (product.columns() == latent.queryRank()
                        || product.columns() == latent.keyValueRank() + latent.ropeDim());
    }

    private void attention(AttentionCall call, LayerTimes times) {
        SoftwareProfile software = setup.software();
        AttentionBackend backend = software.attention();
        AttentionBackend sinks = software.sinkAttention();
        boolean gathered = !software.contextExchange().meetsInTurn();
        double rate = run.attention(kernels.backend(call, backend, sinks), software.newerLibraries());
        times.attentionForward += call.layerShare() * kernels.forward(call, backend, sinks, gathered) / rate;
        times.attentionBackward += call.layerShare() * kernels.backward(call, backend, sinks, gathered) / rate;
    }

    private void pass(Pass pass, LayerTimes times) {
        SoftwareProfile software = setup.software();
        double forward = kernels.forward(pass, software.elementwise(), software.fp8Recipe(), software.loss());
        double backward = kernels.backward(pass, software.elementwise(), software.fp8Recipe(), software.loss());
        if (pass.casts()) {
            times.castsForward += forward;
            times.castsBackward += backward;
            times.expertCastsForward += pass.ofExperts() ? forward : 0;
            times.expertCastsBackward += pass.ofExperts() ? backward : 0;
        } else {
            times.passesForward += forward;
            times.passesBackward += backward;
            times.expertPassesForward += pass.ofExperts() ? forward : 0;
            times.expertPassesBackward += pass.ofExperts() ? backward : 0;
            switch (pass.operation()) {
                case LAYER_NORM, RMS_NORM -> times.normsForward += forward;
                case ACTIVATION, EAGER_SQUARED_RELU, GATED_ACTIVATION -> times.activationForward += forward;
                case ROTARY, LAYOUT -> times.queryKeyValuePasses += forward;
                default -> {}
            }
        }
    }

    private void message(Message message, PricedProduct[] products, LayerTimes times) {
        switch (message.axis()) {
            case TENSOR -> {
                // Rows of experts are gathered and summed beside no product, by the ranks that divide the experts.
                boolean ofExperts = times.expertParameters > 0 && message.column() < 0 && message.row() < 0;
                Group group = ofExperts ? expertTensor : tensor;
                overlap.add(
                        message,
                        seconds(message, group),
                        placing(message),
                        rateBeside(message, group),
                        products,
                        times);
            }
            case CONTEXT -> context(message, times);
            case EXPERT -> {
                double each = exchangeSeconds(message);
                times.expertForward += message.forward() * each;
                times.expertBackward += message.backward() * each;
            }
            case PIPELINE, DATA -> throw new IllegalStateException(message.axis() + " messages are no part of a layer");
        }
    }

    /**
     * A copy of what was gathered along another dimension than the first, or will be scattered along it: read and written
     * (all_gather_tensor and reduce_scatter_tensor in torch/distributed/_functional_collectives.py).
     */
    private double placing(Message message) {
        SoftwareProfile software = setup.software();
        boolean copied = software.batchFirst()
                && (message.pattern() == Message.Pattern.ALL_GATHER
                        || message.pattern() == Message.Pattern.REDUCE_SCATTER);
        return copied ? 2 * message.bytes() / collectives.memoryBytesPerSecond() : 0;
    }

    /** Dispatch to experts, or the way back: copies for each expert, or one for each node. */
    private double exchangeSeconds(Message message) {
        Experts experts = setup.model().experts();
        if (experts == null || setup.software().dispatch() == ExpertDispatch.COPY_PER_EXPERT) {
            return seconds(message, expert);
        }
        int hidden = experts.inputWidth(setup.model().hidden());
        double tokens = message.bytes() / ExpertExchange.bf16TokenBytes(hidden) / experts.topK();
        return exchange.seconds(
                expert,
                tokens,
                ExpertExchange.bf16TokenBytes(hidden),
                routing(experts),
                ExpertExchange.DEFAULT_MULTIPROCESSORS,
                Math.max(1, experts.routing().load()));
    }

    private ExpertRouting routing(Experts experts) {
        TokenRouting routing = experts.routing();
        ExpertRouting spread = ExpertRouting.of(experts.count(), experts.topK());
        return routing.consecutive() ? spread.inARow() : spread.withNodeLimit(routing.nodeLimit(expert.nodes()));
    }

    /**
     * Keys, values and their gradients: each message beside one of as many parts of attention as there are ranks, of which
     * the kernels of NCCL take multiprocessors meanwhile; or beside nothing.
     */
    private void context(Message message, LayerTimes times) {
        double seconds = seconds(message, context);
        if (message.pattern() == Message.Pattern.ALL_TO_ALL) {
            // The scan cannot begin before all of its tokens are there.
            times.contextForward += message.forward() * seconds;
            times.contextBackward += message.backward() * seconds;
            return;
        }
        if (setup.software().contextExchange().standsAlone()) {
            times.contextForward += message.forward() * seconds;
            times.contextBackward += message.backward() * seconds;
            return;
        }
        double rate = rateBeside(message, context);
        int parts = setup.plan().context();
        int together = Math.max(1, message.backward() / Math.max(1, message.forward()));
        double forward = times.attentionForward / parts;
        double backward = times.attentionBackward / (together * parts);
        double exposedForward = message.forward() * Contention.exposed(forward, seconds, rate);
        double exposedBackward = message.backward() * Contention.exposed(backward, seconds, rate);
        times.contextForward += exposedForward;
        times.contextBackward += exposedBackward;
        times.contextHidden += (message.forward() + message.backward()) * seconds - exposedForward - exposedBackward;
        times.contentionForward += message.forward() * Contention.lost(forward, seconds, rate);
        times.contentionBackward += message.backward() * Contention.lost(backward, seconds, rate);
    }

    /** Rate of products and attention beside a message that kernels of NCCL move, over that alone. */
    private double rateBeside(Message message, Group group) {
        return collectives.rateBeside(collective(message.pattern()), group, message.bytes(), 1, 0);
    }

    private double seconds(Message message, Group group) {
        return collectives.seconds(collective(message.pattern()), group, message.bytes());
    }

    static Collective collective(Message.Pattern pattern) {
        return switch (pattern) {
            case ALL_REDUCE -> Collective.ALL_REDUCE;
            case ALL_GATHER -> Collective.ALL_GATHER;
            case REDUCE_SCATTER -> Collective.REDUCE_SCATTER;
            case ALL_TO_ALL -> Collective.ALL_TO_ALL;
            case SEND -> Collective.SEND_RECEIVE;
        };
    }
}
