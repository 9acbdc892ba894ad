package org.hopperline.plan;

import java.util.List;
import java.util.function.IntPredicate;
import org.hopperline.model.Experts;
import org.hopperline.plan.PlanRules.Violation;

/** The words of the rules by which the ranks of a stage share its experts. */
final class ExpertRules {

    private ExpertRules() {}

    /** Every rule of experts that the question breaks. */
    static void experts(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Experts experts = setup.model().experts();
        if (experts == null) {
            if (!ShapeRules.expertsExist(setup.model(), plan)) {
                broken.add(new Violation(
                        (plan.expert() > 1
                                        ? "expert parallel " + plan.expert()
                                        : "expert tensor parallel " + plan.expertTensor())
                                + " on a dense model",
                        "there are no experts to share",
                        "take 1 for both degrees"));
            }
            return;
        }
        int ranks = plan.tensor() * plan.context() * plan.data();
        int shared = ranks % plan.expertTensor() == 0 ? ranks / plan.expertTensor() : experts.count();
        IntPredicate wouldDo = expert -> experts.count() % expert == 0 && shared % expert == 0;
        if (!ShapeRules.expertDividesExperts(setup.model(), plan)) {
            broken.add(new Violation(
                    "expert parallel " + plan.expert() + " with " + experts.count() + " experts",
                    "it must divide the experts",
                    "take " + NearestDegrees.of(plan.expert(), experts.count(), wouldDo)));
        }
        if (!ShapeRules.expertTensorDividesWidth(setup.model(), plan)) {
            broken.add(new Violation(
                    "expert tensor parallel " + plan.expertTensor() + " with experts of width " + experts.ffnHidden(),
                    "it must divide the width",
                    "take " + NearestDegrees.divisors(experts.ffnHidden(), plan.expertTensor())));
        }
        if (!ShapeRules.expertsDivideRanks(setup.model(), plan)) {
            broken.add(new Violation(
                    "expert parallel " + plan.expert() + " x expert tensor parallel " + plan.expertTensor() + " within "
                            + ranks + " ranks of a stage",
                    "their product must divide the ranks of a stage",
                    degreesWithin(ranks, plan, experts)));
        }
    }

    /** One of the two degrees where the other can stay; otherwise an expert degree alone. */
    private static String degreesWithin(int ranks, ParallelPlan plan, Experts experts) {
        if (ranks % plan.expertTensor() == 0) {
            int shared = ranks / plan.expertTensor();
            return "take an expert degree of "
                    + NearestDegrees.of(
                            plan.expert(), experts.count(), e -> experts.count() % e == 0 && shared % e == 0);
        }
        if (ranks % plan.expert() == 0) {
            int shared = ranks / plan.expert();
            return "take an expert tensor degree of "
                    + NearestDegrees.of(
                            plan.expertTensor(), shared, t -> experts.ffnHidden() % t == 0 && shared % t == 0);
        }
        return "take an expert tensor degree of 1 and an expert degree of "
                + NearestDegrees.of(plan.expert(), experts.count(), e -> experts.count() % e == 0 && ranks % e == 0);
    }
}
