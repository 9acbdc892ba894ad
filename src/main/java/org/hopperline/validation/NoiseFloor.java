package org.hopperline.validation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.plan.TrainingSetup;

/**
 * About what is left to a predictor that knows the configuration but not the release of the software: an oracle that
 * answers with the mean token rate of all releases that measured the same configuration.
 *
 * @param repeated rows whose configuration was measured with two releases or more
 * @param oracle the oracle's relative error of each, in the same order; positive where it is too fast
 */
public record NoiseFloor(List<Comparison> repeated, List<Double> oracle) {

    /** Copies the lists. */
    public NoiseFloor {
        repeated = List.copyOf(repeated);
        oracle = List.copyOf(oracle);
    }

    /** The floor of some runs, over all splits together. */
    public static NoiseFloor of(Accuracy accuracy) {
        Map<String, List<Comparison>> alike = new LinkedHashMap<>();
        for (Comparison comparison : accuracy.comparisons()) {
            alike.computeIfAbsent(key(comparison), k -> new ArrayList<>()).add(comparison);
        }
        Map<String, Double> errors = new HashMap<>();
        for (List<Comparison> group : alike.values()) {
            long releases = group.stream()
                    .map(c -> c.run().softwareVersion())
                    .distinct()
                    .count();
            if (releases > 1) {
                double mean = group.stream()
                        .mapToDouble(c -> c.run().tokensPerSecondPerDevice())
                        .average()
                        .orElseThrow();
                group.forEach(c -> errors.put(c.run().id(), mean / c.run().tokensPerSecondPerDevice() - 1));
            }
        }
        List<Comparison> repeated = accuracy.comparisons().stream()
                .filter(c -> errors.containsKey(c.run().id()))
                .toList();
        return new NoiseFloor(
                repeated, repeated.stream().map(c -> errors.get(c.run().id())).toList());
    }

    /** Everything that releases of one configuration share: software without its release, plan, batch, machine. */
    private static String key(Comparison comparison) {
        MeasuredRun run = comparison.run();
        TrainingSetup setup = comparison.prediction().setup();
        return List.of(
                        run.software().stack(),
                        run.chip(),
                        run.cluster().devices(),
                        run.model(),
                        run.precision(),
                        run.batch(),
                        setup.plan().tensor(),
                        setup.plan().context(),
                        setup.plan().pipeline(),
                        setup.plan().expert(),
                        setup.plan().microBatch())
                .toString();
    }
}
