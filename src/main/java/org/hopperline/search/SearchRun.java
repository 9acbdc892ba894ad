package org.hopperline.search;

import java.util.List;
import java.util.stream.IntStream;

/** One pass of a {@link PlanSearch} over its space. */
final class SearchRun {

    private final PlanSearch question;
    private final PlanSpace space;
    private final ShapeSearch[] workers;
    private final SpaceCounts counts = new SpaceCounts();
    private final List<Shape> shapes;
    private final double[] leastSeconds;

    private SearchRun(PlanSearch question) {
        this.question = question;
        this.space = question.space();
        this.workers = new ShapeSearch[question.threads()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] =
                    new ShapeSearch(space, question.pricer(), question.limits().conditions(), question.roomBytes());
        }
        this.shapes = space.candidates(workers[0].pricer(), counts);
        this.leastSeconds = new double[shapes.size()];
        if (question.bounded()) {
            bound();
        }
    }

    static SearchRun of(PlanSearch question) {
        return new SearchRun(question);
    }

    /** Prices the bare plan of every shape; each thread takes its own part. */
    private void bound() {
        int n = shapes.size();
        IntStream threads = IntStream.range(0, workers.length);
        (workers.length > 1 ? threads.parallel() : threads).forEach(worker -> {
            StepPricer pricer = workers[worker].pricer();
            int to = (int) ((long) n * (worker + 1) / workers.length);
            for (int i = (int) ((long) n * worker / workers.length); i < to; i++) {
                Shape shape = shapes.get(i);
                pricer.seconds(shape.bare(), shape.batch());
                leastSeconds[i] = ShapeBound.leastSeconds(pricer.ledger());
            }
        });
    }

    SearchResult best(int count) {
        Best best = new Best(count);
        BestSink[] sinks = new BestSink[workers.length];
        for (int i = 0; i < sinks.length; i++) {
            sinks[i] = new BestSink(question.objective(), Math.min(question.perShape(), count), count);
        }
        waves().run(workers, worker -> sinks[worker], done -> {
            for (BestSink sink : sinks) {
                sink.drainTo(best);
            }
            for (BestSink sink : sinks) {
                sink.limit(best.threshold());
            }
        });
        return SearchResult.of(question, space, best, total());
    }

    ParetoFront front(Objective other) {
        Front front = new Front();
        FrontSink[] sinks = new FrontSink[workers.length];
        for (int i = 0; i < sinks.length; i++) {
            sinks[i] = new FrontSink(question.objective(), other, front);
        }
        waves().run(workers, worker -> sinks[worker], done -> {
            for (FrontSink sink : sinks) {
                sink.drain();
            }
        });
        return ParetoFront.of(question, other, space, front, total());
    }

    private Waves waves() {
        double[] keys = new double[shapes.size()];
        for (int i = 0; i < keys.length; i++) {
            Shape shape = shapes.get(i);
            keys[i] = question.bounded()
                    ? question.objective().atLeast(shape.bare(), shape.batch(), 0, leastSeconds[i])
                    : 0;
        }
        return new Waves(shapes, leastSeconds, keys);
    }

    private SpaceCounts total() {
        for (ShapeSearch worker : workers) {
            counts.addAll(worker.counts());
        }
        return counts;
    }
}
