package org.hopperline.measured;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

        @Override
        public int compareTo(Release other) {
            return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
        }
    }

    /** A line of the table of names. */
    private record Name(Pattern pattern, String software, Pattern release, Map<String, String> versions) {

        static Name of(Csv.Row row) {
            return new Name(
                    Pattern.compile(row.text("pattern")),
                    row.text("software"),
                    Pattern.compile(row.text("release")),
                    Arrays.stream(row.text("versions").split(" "))
                            .filter(pair -> !pair.isEmpty())
                            .map(pair -> pair.split("=", 2))
                            .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1])));
        }

        @Nullable
        Release release(String cell, String year) {
            String printed = printed(cell);
            String said = printed.isEmpty() && !versions.containsKey("") ? ofYear(year) : printed;
            String known = versions.getOrDefault(said, said);
            return known.isEmpty() ? null : Release.parse(known);
        }

        private String ofYear(String year) {
            return versions.containsKey(year) || !printed(year).isEmpty() ? year : "";
        }

        private String printed(String cell) {
            Matcher matcher = release.matcher(cell);
            if (release.pattern().isEmpty() || !matcher.find()) {
                return "";
            }
            return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        }
    }

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
