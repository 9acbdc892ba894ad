package org.hopperline.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hopperline.text.Nearest;
import org.jspecify.annotations.Nullable;

/** The fields of a configuration, read with complaints that name the field, what was found and what would do. */
final class ConfigFields {

    private final String file;
    private final Map<String, @Nullable Object> fields;

    ConfigFields(String file, Map<String, @Nullable Object> fields) {
        this.file = file;
        this.fields = fields;
    }

    String file() {
        return file;
    }

    /** True if the field is there and not null. */
    boolean has(String field) {
        return fields.get(field) != null;
    }

    /** A count of at least one that must be there. */
    int count(String field) {
        if (!has(field)) {
            throw missing(field, "a whole number of at least 1");
        }
        return count(field, 1);
    }

    /** A count of at least one, or {@code otherwise} if the field is missing or null. */
    int count(String field, int otherwise) {
        return whole(field, otherwise, 1);
    }

    /** A count of at least zero, or {@code otherwise} if the field is missing or null. */
    int countOrNone(String field, int otherwise) {
        return whole(field, otherwise, 0);
    }

    private int whole(String field, int otherwise, int least) {
        Object value = fields.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Double number
                && number == Math.rint(number)
                && number >= least
                && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw wrong(field, "must be a whole number of at least " + least);
    }

    /** True or false, or {@code otherwise} if the field is missing or null. */
    boolean flag(String field, boolean otherwise) {
        Object value = fields.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(field, "must be true or false");
    }

    /** A text, or {@code otherwise} if the field is missing or null. */
    String text(String field, String otherwise) {
        Object value = fields.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(field, "must be a text");
    }

    /** The texts of a list; empty if the field is missing or null. */
    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (Object item : list(field)) {
            if (!(item instanceof String text)) {
                throw wrong(field, "must be a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** The items of a list; empty if the field is missing or null. */
    List<?> list(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(field, "must be a list");
    }

    /** Refuses a field whose text is none of {@code allowed}; a missing field passes. */
    void oneOf(String field, String... allowed) {
        if (has(field) && !List.of(allowed).contains(text(field, ""))) {
            throw wrong(field, "must be " + String.join(" or ", allowed) + " in this family");
        }
    }

    /** What is wrong with a field, with the value found. */
    IllegalArgumentException wrong(String field, String rule) {
        Object value = fields.get(field);
        String shown = value instanceof String ? "\"" + value + "\"" : plain(value);
        return new IllegalArgumentException(file + ": field \"" + field + "\" is " + shown + ", but " + rule);
    }

    /** A field that is understood but cannot be taken; its value is too long to show. */
    IllegalArgumentException refused(String field, String why) {
        return new IllegalArgumentException(file + ": field \"" + field + "\" cannot be read: " + why);
    }

    private static String plain(@Nullable Object value) {
        return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString(number.longValue())
                : String.valueOf(value);
    }

    /** A field that must be there and is not, with what would do and the nearest fields that there are. */
    IllegalArgumentException missing(String field, String whatWouldDo) {
        String nearest = String.join(", ", Nearest.to(field, fields.keySet(), 3));
        return new IllegalArgumentException(file + ": field \"" + field + "\" "
                + (has(field) ? "is empty" : fields.containsKey(field) ? "is null" : "is missing") + "; give "
                + whatWouldDo
                + (nearest.isEmpty() ? "" : "; the nearest fields there: " + nearest));
    }
}
