package org.hopperline.search;

import org.jspecify.annotations.Nullable;

/** Looks at every number of replicas of a family. One for each thread. */
final class FamilySearch {

    private final PlanSpace space;
    private final StepPricer pricer;
    private final ShapeSearch shapes;
    private final boolean bounded;
    private final boolean wholeFamilies;

    FamilySearch(PlanSpace space, ShapeSearch shapes, boolean bounded) {
        this.space = space;
        this.pricer = shapes.pricer();
        this.shapes = shapes;
        this.bounded = bounded;
        this.wholeFamilies = space.axes().replicas().isEvery();
    }

    SpaceCounts counts() {
        return shapes.counts();
    }

    /** The bound of a family; null if it has no plan. */
    @Nullable
    FamilyBound bound(PlanSpace.Candidate candidate) {
        return FamilyBound.of(candidate, space.variants(), pricer, counts(), bounded);
    }

    /** Looks at all plans of a family that are not ruled out. */
    void search(FamilyBound family, Sink sink) {
        ReplicaChoices choices = family.candidate().choices();
        sink.begin();
        if (bounded && family.ruledOut(sink)) {
            counts().add(Removed.BOUND, (long) choices.size() * space.variants());
            return;
        }
        if (bounded && wholeFamilies && exceedsMemory(family)) {
            return;
        }
        int first = family.multiple() == 1 ? family.firstPlace() : 0;
        counts().add(Removed.BATCH, (long) first * space.variants());
        for (int i = first; i < choices.size(); i++) {
            Shape shape = shape(family, choices.places()[i], choices.replicas()[i], sink);
            if (shape != null) {
                shapes.search(shape, bounded, sink);
                if (!wholeFamilies) {
                    sink.end();
                    sink.begin();
                }
            }
        }
        sink.end();
    }

    /** True if no number of replicas fits: neither the most, which come first, nor one rank, which gathers nothing. */
    private boolean exceedsMemory(FamilyBound bound) {
        Family family = bound.candidate().family();
        ReplicaChoices choices = bound.candidate().choices();
        int last = choices.size() - 1;
        Shape alone = choices.replicas()[last] == 1 && family.context() == 1
                ? space.shape(family, choices.places()[last], 1)
                : null;
        if (alone != null && bound.multiple() == 1 && shapes.fits(alone)) {
            return false;
        }
        Shape most = space.shape(family, choices.places()[bound.firstPlace()], choices.replicas()[bound.firstPlace()]);
        return most != null && shapes.exceedsMemory(most, (long) choices.size() * space.variants());
    }

    /** The shape of so many replicas; null if there is none, which is counted. */
    private @Nullable Shape shape(FamilyBound family, int place, int data, Sink sink) {
        if (data % family.multiple() != 0) {
            return none(Removed.RULES);
        }
        int devices = (int) (family.candidate().family().ranks() * data);
        if (bounded && sink.rulesOut(devices, devices, family.deviceSecondsOn(pricer.layout(devices)))) {
            return none(Removed.BOUND);
        }
        Shape shape = space.shape(family.candidate().family(), place, data);
        if (shape == null) {
            return none(Removed.BATCH);
        }
        return space.askedBefore(shape) ? none(Removed.ALIKE) : shape;
    }

    private @Nullable Shape none(Removed why) {
        counts().add(why, space.variants());
        return null;
    }
}
