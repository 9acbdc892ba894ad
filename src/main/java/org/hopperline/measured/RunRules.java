package org.hopperline.measured;

import java.util.List;
import java.util.regex.Pattern;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.text.Csv;

/** How names that sources print are read: one ordered list of patterns each, the first that is found decides. */
final class RunRules {

    private record SoftwareRule(Pattern pattern, SoftwareProfile profile) {}

    private record FabricRule(Pattern pattern, Figure nodeBytesPerSecond) {}

    private static final List<SoftwareRule> SOFTWARE =
            Csv.resource(RunRules.class, "software_rules.csv").rows().stream()
                    .map(row -> new SoftwareRule(
                            Pattern.compile(row.text("pattern")), SoftwareProfiles.named(row.text("profile"))))
                    .toList();

    private static final List<FabricRule> FABRICS = Csv.resource(RunRules.class, "fabric_rules.csv").rows().stream()
            .map(row -> new FabricRule(
                    Pattern.compile(row.text("pattern")),
                    new Figure(
                            row.number("node_bytes_per_second"),
                            "byte/s",
                            Kind.valueOf(row.text("kind").toUpperCase(java.util.Locale.ROOT)),
                            row.text("source"))))
            .toList();

    private RunRules() {}

    /** The profile for a software and a model as a source names them; the last rule catches everything. */
    static SoftwareProfile software(String software, String source, String locator, String notes, String model) {
        String text = software + " | " + source + " | " + locator + " | " + notes + " | " + model;
        return SOFTWARE.stream()
                .filter(rule -> rule.pattern().matcher(text).find())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("software_rules.csv has no last rule for " + text))
                .profile();
    }

    /**
     * Network bytes a second of one node, from the description of the fabric; where none is given, that of the maker's
     * reference design for the chip.
     */
    static Figure nodeBytesPerSecond(String fabric, double otherwise) {
        return FABRICS.stream()
                .filter(rule -> rule.pattern().matcher(fabric).find())
                .map(FabricRule::nodeBytesPerSecond)
                .findFirst()
                .orElseGet(() -> Figure.assumed(
                        otherwise, "byte/s", "not reported; the network of the maker's reference design"));
    }
}
