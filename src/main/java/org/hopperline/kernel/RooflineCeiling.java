package org.hopperline.kernel;

import java.util.Optional;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.jspecify.annotations.Nullable;

/**
 * One ceiling: a rate as specified and as reached, side by side. At least one of them is known.
 *
 * @param name the level or the number format
 * @param specifiedRate byte/s or FLOP/s by the maker, or null
 * @param reachedRate byte/s or FLOP/s as measured or fitted, or null
 */
public record RooflineCeiling(
        String name,
        @Nullable Figure specifiedRate,
        @Nullable Figure reachedRate) {

    /** @throws IllegalArgumentException if neither rate is given */
    public RooflineCeiling {
        Check.notBlank(name, "name of a ceiling");
        if (specifiedRate == null && reachedRate == null) {
            throw new IllegalArgumentException(
                    "ceiling " + name + " has no rate; give the specified or the reached one");
        }
    }

    /** The maker's rate. */
    public Optional<Figure> specified() {
        return Optional.ofNullable(specifiedRate);
    }

    /** The rate reached. */
    public Optional<Figure> reached() {
        return Optional.ofNullable(reachedRate);
    }

    /**
     * The rate on one basis.
     *
     * @throws IllegalArgumentException if it is not known, naming the basis that is
     */
    public double rate(RooflineBasis basis) {
        Figure figure = basis == RooflineBasis.SPECIFIED ? specifiedRate : reachedRate;
        if (figure == null) {
            throw new IllegalArgumentException(name + " has no "
                    + (basis == RooflineBasis.SPECIFIED ? "specified" : "reached")
                    + " rate; it has one " + (basis == RooflineBasis.SPECIFIED ? "REACHED" : "SPECIFIED"));
        }
        return figure.value();
    }

    /** The rate reached where it is known, else the specified one. */
    public Figure best() {
        return reachedRate != null ? reachedRate : java.util.Objects.requireNonNull(specifiedRate);
    }

    @Override
    public String toString() {
        return name + ": specified " + (specifiedRate == null ? "unknown" : specifiedRate) + ", reached "
                + (reachedRate == null ? "unknown" : reachedRate);
    }
}
