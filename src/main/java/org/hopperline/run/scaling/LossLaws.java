package org.hopperline.run.scaling;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hopperline.core.Figure;
import org.hopperline.core.Interval;
import org.hopperline.core.Kind;
import org.hopperline.text.Csv;
import org.hopperline.text.Nearest;

/** Published fits of the parametric loss. */
public final class LossLaws {

    private static final Csv TABLE = Csv.resource(LossLaws.class, "loss_laws.csv")
            .require("law", "constant", "value", "low", "high", "kind", "source");

    private static final String CONTRADICTS =
            "contradicts its authors' own 20 tokens a parameter; prefer the refit of Besiroglu et al.";

    /** Approach 3 of Hoffmann et al. as printed: about 93 tokens a parameter at the budget of Chinchilla. */
    public static final LossLaw HOFFMANN_PRINTED = law("Hoffmann printed", CONTRADICTS);

    /** The same with the digits that printing cut off. */
    public static final LossLaw HOFFMANN_UNROUNDED = law("Hoffmann unrounded", CONTRADICTS);

    /** The refit of Besiroglu et al. to the same experiments: about 18 tokens a parameter at Chinchilla's budget. */
    public static final LossLaw BESIROGLU = law("Besiroglu", "");

    private LossLaws() {}

    /** All of them, the most trusted first. */
    public static List<LossLaw> all() {
        return List.of(BESIROGLU, HOFFMANN_UNROUNDED, HOFFMANN_PRINTED);
    }

    /**
     * The 95 % interval of one constant, if its authors gave one. The constants are strongly correlated: drawing each from
     * its own interval would spread the optimum far too wide.
     *
     * @param law a name as in {@link LossLaw#name}
     * @param constant E, A, B, alpha or beta
     * @throws IllegalArgumentException if there is no such law or constant
     */
    public static Optional<Interval> interval(String law, String constant) {
        Csv.Row row = row(law, constant);
        return row.has("low")
                ? Optional.of(new Interval(row.number("low"), row.number("high"), 0.95))
                : Optional.empty();
    }

    private static LossLaw law(String name, String note) {
        return new LossLaw(
                name,
                figure(name, "E", "nat"),
                figure(name, "A", "1"),
                figure(name, "B", "1"),
                figure(name, "alpha", "1"),
                figure(name, "beta", "1"),
                note);
    }

    private static Figure figure(String law, String constant, String unit) {
        Csv.Row row = row(law, constant);
        return new Figure(
                row.number("value"), unit, Kind.valueOf(row.text("kind").toUpperCase(Locale.ROOT)), row.text("source"));
    }

    private static Csv.Row row(String law, String constant) {
        return TABLE.rows().stream()
                .filter(r -> r.text("law").equals(law) && r.text("constant").equals(constant))
                .findFirst()
                .orElseThrow(() -> Nearest.unknown(
                        "constant of a loss law",
                        law + " " + constant,
                        TABLE.rows().stream()
                                .map(r -> r.text("law") + " " + r.text("constant"))
                                .toList()));
    }
}
