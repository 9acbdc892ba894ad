package org.hopperline.measured;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/**
 * The software of a run and its release, from the cell that names it and from nothing else: what a note compares with, or
 * where a checkpoint came from, did not train the model.
 *
 * @param name the software as {@code software_names.csv} calls it
 * @param release the release that the cell states, in the numbering of its containers where it has several; else that of the
 *     year of the run where that tells it; null if neither does
 */
record RunSoftware(String name, @Nullable Release release) {

    /**
     * A release by two numbers: year and month, major and minor, or a year and 0.
     *
     * @param major first number
     * @param minor second number
     */
    record Release(int major, int minor) implements Comparable<Release> {

        /** {@code 25.07}, {@code 0.13}, {@code 2022}. */
        static Release parse(String text) {
            String[] numbers = text.split("\\.");
            return new Release(Integer.parseInt(numbers[0]), numbers.length > 1 ? Integer.parseInt(numbers[1]) : 0);
        }

        boolean isYear() {
            return compareTo(FIRST_YEAR) >= 0;
        }

        @Override
        public int compareTo(Release other) {
            return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
        }
    }

    /**
     * What may stand between a name and its release: other numbers in the cell are those of libraries beside it.
     */
    private static final String AFTER_NAME =
            "(?:[ ,:(=]*(?:core|framework|container|recipes?|release|version|training))*[ ,:(=]*[vr]?";

    /**
     * A line of the table of names.
     *
     * @param own the release that the name itself says, null if none
     * @param versions releases by another numbering and by years
     */
    private record Name(
            Pattern pattern,
            String software,
            @Nullable Pattern printed,
            @Nullable Release own,
            NavigableMap<Release, Release> versions) {

        static Name of(Csv.Row row) {
            NavigableMap<Release, Release> versions = new TreeMap<>();
            Release own = null;
            for (String pair : row.text("versions").split(" ")) {
                String[] sides = pair.split("=", 2);
                if (sides.length == 2 && sides[0].isEmpty()) {
                    own = Release.parse(sides[1]);
                } else if (sides.length == 2) {
                    versions.put(Release.parse(sides[0]), Release.parse(sides[1]));
                }
            }
            return new Name(
                    Pattern.compile(row.text("pattern")),
                    row.text("software"),
                    row.has("release")
                            ? Pattern.compile(
                                    "(?:" + row.text("named") + ")" + AFTER_NAME + "(?:" + row.text("release") + ")")
                            : null,
                    own,
                    Collections.unmodifiableNavigableMap(versions));
        }

        @Nullable
        Release release(String cell, String year) {
            Release said = printed(cell);
            if (said != null || own != null) {
                return said != null ? said : own;
            }
            Release ofYear = printed(year);
            return ofYear == null && YEAR.matcher(year).matches() ? translated(Release.parse(year)) : ofYear;
        }

        private @Nullable Release printed(String cell) {
            Matcher matcher = printed == null ? null : printed.matcher(cell);
            if (matcher == null || !matcher.find()) {
                return null;
            }
            return matcher.group(1) != null
                    ? Release.parse(matcher.group(1))
                    : translated(Release.parse(matcher.group(2)));
        }

        /** By the table; past the largest version or year that it lists as that, and null where it passes one over. */
        private @Nullable Release translated(Release said) {
            NavigableMap<Release, Release> alike =
                    said.isYear() ? versions.tailMap(FIRST_YEAR, true) : versions.headMap(FIRST_YEAR, false);
            boolean past = !alike.isEmpty() && said.compareTo(alike.lastKey()) > 0;
            return alike.get(past ? alike.lastKey() : said);
        }
    }

    private static final Pattern YEAR = Pattern.compile("20\\d\\d");

    private static final Release FIRST_YEAR = new Release(2000, 0);

    private static final List<Name> NAMES = Csv.resource(RunSoftware.class, "software_names.csv").rows().stream()
            .map(Name::of)
            .toList();

    /**
     * What a cell names; the last line of the table catches everything.
     *
     * @param year of the run, which tells the release where the cell states none; blank if unknown
     */
    static RunSoftware of(String cell, String year) {
        String plain = cell.toLowerCase(Locale.ROOT).replaceAll("[-_\\s]+", " ").strip();
        Name found = NAMES.stream()
                .filter(name -> name.pattern().matcher(plain).find())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("software_names.csv has no last line for " + cell));
        return new RunSoftware(found.software(), found.release(plain, year));
    }
}
