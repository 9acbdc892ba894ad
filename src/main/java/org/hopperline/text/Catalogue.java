package org.hopperline.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hopperline.core.Check;

/**
 * Named values in a fixed order, found by name or alias. Case, spaces and punctuation do not count, but numbers that
 * they keep apart stay apart: {@code OPT 1.3B} is not {@code OPT 13B}. Only numbers before the last may run together,
 * if one value is meant: {@code llama31-405b} is found, {@code qwen2-57b} is no {@code Qwen2.5 7B}. Immutable.
 *
 * @param <T> what is catalogued
 */
public final class Catalogue<T> {

    private final String what;
    private final Map<String, T> byName;
    private final Map<String, T> bySpelling;
    private final Map<String, Set<String>> spellings;

    private Catalogue(
            String what, Map<String, T> byName, Map<String, T> bySpelling, Map<String, Set<String>> spellings) {
        this.what = what;
        this.byName = byName;
        this.bySpelling = bySpelling;
        this.spellings = spellings;
    }

    /** An empty catalogue to fill; {@code what} stands in messages, such as {@code chip}. */
    public static <T> Builder<T> of(String what) {
        return new Builder<>(what);
    }

    /**
     * The value of that name or alias.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public T named(String name) {
        return find(name).orElseThrow(() -> Nearest.unknown(what, name, byName.keySet()));
    }

    /** The value of that name or alias, or nothing if there is none. */
    public Optional<T> find(String name) {
        String spelled = Nearest.spelled(Check.notBlank(name, "name of a " + what));
        T found = bySpelling.get(spelled);
        return found != null ? Optional.of(found) : runTogether(spelled);
    }

    /** The one value that the name can mean if numbers are run together in it. */
    private Optional<T> runTogether(String spelled) {
        Set<T> meant = new LinkedHashSet<>();
        for (String known : spellings.getOrDefault(Nearest.plain(spelled), Set.of())) {
            if (lastNumber(spelled).equals(lastNumber(known))) {
                meant.add(bySpelling.get(known));
            }
        }
        return meant.size() == 1 ? Optional.of(meant.iterator().next()) : Optional.empty();
    }

    private static String lastNumber(String spelled) {
        return spelled.substring(spelled.lastIndexOf('.') + 1);
    }

    /** Every value, in the order of the catalogue. */
    public List<T> list() {
        return List.copyOf(byName.values());
    }

    /** Every name, in the order of the catalogue; aliases are left out. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /**
     * The values whose description holds every word of {@code text}, in the order of the catalogue; none if nothing
     * matches.
     *
     * @param text words to look for; case does not count
     * @param description what is searched, such as the card of the value
     */
    public List<T> search(String text, Function<T, String> description) {
        String[] words = Check.notBlank(text, "text to search")
                .toLowerCase(Locale.ROOT)
                .strip()
                .split("\\s+");
        List<T> found = new ArrayList<>();
        for (Map.Entry<String, T> entry : byName.entrySet()) {
            String searched = (entry.getKey() + " " + description.apply(entry.getValue())).toLowerCase(Locale.ROOT);
            if (List.of(words).stream().allMatch(searched::contains)) {
                found.add(entry.getValue());
            }
        }
        return List.copyOf(found);
    }

    /** Fills a catalogue. */
    public static final class Builder<T> {

        private final String what;
        private final Map<String, T> byName = new LinkedHashMap<>();
        private final Map<String, T> bySpelling = new LinkedHashMap<>();
        private final Map<String, Set<String>> spellings = new LinkedHashMap<>();

        private Builder(String what) {
            this.what = Check.notBlank(what, "kind of catalogue");
        }

        /**
         * Adds a value under a name and further names.
         *
         * @throws IllegalArgumentException if one of the names is taken
         */
        public Builder<T> add(T value, String name, Iterable<String> aliases) {
            put(value, name);
            byName.put(name, value);
            for (String alias : aliases) {
                put(value, alias);
            }
            return this;
        }

        private void put(T value, String name) {
            String spelled = Nearest.spelled(Check.notBlank(name, "name of a " + what));
            spellings
                    .computeIfAbsent(Nearest.plain(spelled), k -> new LinkedHashSet<>())
                    .add(spelled);
            T taken = bySpelling.putIfAbsent(spelled, value);
            if (taken != null && taken != value) {
                throw new IllegalArgumentException(
                        "the name \"" + name + "\" of a " + what + " is taken; give another");
            }
        }

        /** The catalogue. */
        public Catalogue<T> build() {
            return new Catalogue<>(
                    what, new LinkedHashMap<>(byName), new LinkedHashMap<>(bySpelling), new LinkedHashMap<>(spellings));
        }
    }
}
