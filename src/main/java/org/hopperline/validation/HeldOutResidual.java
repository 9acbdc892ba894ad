package org.hopperline.validation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.MeasuredStep;
import org.hopperline.step.StepInterval;
import org.hopperline.text.Csv;

/**
 * How far one calibration run lay from predictions by constants that never saw anything like it.
 *
 * @param id the row
 * @param regime the class of the run
 * @param software what it ran on, as {@link org.hopperline.plan.SoftwareProfile#stack} names it
 * @param family software, model and precision
 * @param like runs that share it, and the family, anchor each other and narrow the interval
 * @param log natural logarithm of measured over predicted step time by constants that never saw the family
 * @param logWithoutRelease the same by constants that never saw the release or mode of the software
 * @param logWithoutSoftware the same by constants that never saw the software
 * @param logAsUnknown the same by those constants and the choices of {@link SoftwareProfiles#UNKNOWN}; not a number where
 *     those cannot run the model
 */
public record HeldOutResidual(
        String id,
        StepInterval.Regime regime,
        String software,
        String family,
        String like,
        double log,
        double logWithoutRelease,
        double logWithoutSoftware,
        double logAsUnknown) {

    /** The residuals that the shipped intervals were learnt from. */
    public static List<HeldOutResidual> shipped() {
        return read(Csv.resource(HeldOutResidual.class, "residuals.csv"));
    }

    /** The residuals of a table as {@link #toCsv} writes it. */
    public static List<HeldOutResidual> read(Csv table) {
        return table.rows().stream()
                .map(row -> new HeldOutResidual(
                        row.text("id"),
                        StepInterval.Regime.valueOf(row.text("class").toUpperCase(Locale.ROOT)),
                        row.text("software"),
                        row.text("family"),
                        row.text("like"),
                        row.number("log"),
                        row.number("log_without_release"),
                        row.number("log_without_software"),
                        row.has("log_as_unknown") ? row.number("log_as_unknown") : Double.NaN))
                .toList();
    }

    /**
     * The residuals of some runs, those left out that no interval is for.
     *
     * @param withoutFamily each run by a fit without its family
     * @param withoutRelease the same runs, in the same order, by a fit without the release of their software
     * @param withoutSoftware the same runs, in the same order, by a fit without their software
     * @param asUnknown the same by that fit, as if their software were unknown; runs may be lacking
     */
    public static List<HeldOutResidual> of(
            Accuracy withoutFamily, Accuracy withoutRelease, Accuracy withoutSoftware, Accuracy asUnknown) {
        Map<String, Double> unknown = new HashMap<>();
        asUnknown.comparisons().forEach(c -> unknown.put(c.run().id(), c.logError()));
        List<HeldOutResidual> all = new ArrayList<>();
        for (int i = 0; i < withoutFamily.comparisons().size(); i++) {
            Comparison comparison = withoutFamily.comparisons().get(i);
            MeasuredRun run = comparison.run();
            TrainingSetup setup = comparison.prediction().setup();
            if (!StepInterval.isLearnt(setup)) {
                continue;
            }
            all.add(new HeldOutResidual(
                    run.id(),
                    StepInterval.regime(setup),
                    run.software().stack(),
                    run.family(),
                    String.format(
                            Locale.ROOT,
                            "%s / %s / %d x %d / %s",
                            run.softwareVersion(),
                            run.chip(),
                            setup.plan().microBatch(),
                            setup.batch().sequenceLength(),
                            MeasuredStep.regime(setup)),
                    comparison.logError(),
                    withoutRelease.comparisons().get(i).logError(),
                    withoutSoftware.comparisons().get(i).logError(),
                    unknown.getOrDefault(run.id(), Double.NaN)));
        }
        return all;
    }

    /** The release or mode of the software, by which a family begins. */
    public String profile() {
        int end = family.indexOf(" / ");
        return end < 0 ? software : family.substring(0, end);
    }

    /** The same residual in another class. */
    HeldOutResidual in(StepInterval.Regime other) {
        return new HeldOutResidual(
                id, other, software, family, like, log, logWithoutRelease, logWithoutSoftware, logAsUnknown);
    }

    /** The residuals as a table. */
    public static String toCsv(List<HeldOutResidual> residuals) {
        StringBuilder csv = new StringBuilder(
                "# ln(measured / predicted) step time of calibration rows, each predicted by"
                        + " constants fitted without its family, without the release of its software, without its software, and as if its software were"
                        + " unknown.\n"
                        + "id,class,software,family,like,log,log_without_release,log_without_software,log_as_unknown\n");
        for (HeldOutResidual r : residuals) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%s,\"%s\",\"%s\",\"%s\",%.4f,%.4f,%.4f,%s\n",
                    r.id(),
                    r.regime().name().toLowerCase(Locale.ROOT),
                    r.software(),
                    r.family(),
                    r.like(),
                    r.log(),
                    r.logWithoutRelease(),
                    r.logWithoutSoftware(),
                    Double.isNaN(r.logAsUnknown()) ? "" : String.format(Locale.ROOT, "%.4f", r.logAsUnknown())));
        }
        return csv.toString();
    }
}
