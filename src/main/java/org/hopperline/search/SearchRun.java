package org.hopperline.search;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One pass of a {@link PlanSearch} over its space. */
final class SearchRun {

    private final PlanSearch question;
    private final PlanSpace space;
    private final FamilySearch[] workers;
    private final SpaceCounts counts = new SpaceCounts();
    private final List<FamilyBound> families;

    private SearchRun(PlanSearch question) {
        this.question = question;
        this.space = question.space();
        this.workers = new FamilySearch[question.threads()];
        for (int i = 0; i < workers.length; i++) {
            ShapeSearch shapes =
                    new ShapeSearch(space, question.pricer(), question.limits().conditions(), question.roomBytes());
            workers[i] = new FamilySearch(space, shapes, question.bounded());
        }
        this.families = bound(space.candidates(counts));
    }

    static SearchRun of(PlanSearch question) {
        return new SearchRun(question);
    }

    /** Bounds every family, and drops those without a plan; each thread takes its own part. */
    private List<FamilyBound> bound(List<PlanSpace.Candidate> candidates) {
        int n = candidates.size();
        FamilyBound[] bounds = new FamilyBound[n];
        IntStream threads = IntStream.range(0, workers.length);
        (workers.length > 1 ? threads.parallel() : threads).forEach(worker -> {
            int to = (int) ((long) n * (worker + 1) / workers.length);
            for (int i = (int) ((long) n * worker / workers.length); i < to; i++) {
                bounds[i] = workers[worker].bound(candidates.get(i));
            }
        });
        return Stream.of(bounds).filter(Objects::nonNull).toList();
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
        double[] keys = new double[families.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = question.bounded() ? families.get(i).atLeast(question.objective()) : 0;
        }
        return new Waves(families, keys);
    }

    private SpaceCounts total() {
        for (FamilySearch worker : workers) {
            counts.addAll(worker.counts());
        }
        return counts;
    }
}
