package org.hopperline.text;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object (RFC 8259) read within limits of depth and length. Values are {@link String}, {@link Double}, {@link
 * Boolean}, {@link List}, {@link Map} or null.
 */
public final class Json {

    /** The most characters of a document: 16 Mi. */
    public static final int MAXIMUM_CHARACTERS = 16 << 20;

    /** The deepest nesting. */
    public static final int MAXIMUM_DEPTH = 64;

    private Json() {}

    /** Reads the object in a file. */
    public static Map<String, @Nullable Object> read(Path path) {
        try {
            if (Files.size(path) > MAXIMUM_CHARACTERS) {
                throw new IllegalArgumentException(
                        path.getFileName() + " is larger than " + MAXIMUM_CHARACTERS + " bytes; too long for a config");
            }
            return parse(path.getFileName().toString(), Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads the object in a text; {@code name} stands in messages.
     *
     * @throws IllegalArgumentException if the text is no JSON object or passes a limit, with line and column
     */
    public static Map<String, @Nullable Object> parse(String name, String text) {
        if (Check.notNull(text, "text").length() > MAXIMUM_CHARACTERS) {
            throw new IllegalArgumentException(
                    name + " has " + text.length() + " characters; at most " + MAXIMUM_CHARACTERS + " are read");
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw new IllegalArgumentException(name + " must hold a JSON object, but starts with "
                        + reader.peek().name().toLowerCase(java.util.Locale.ROOT));
            }
            Map<String, @Nullable Object> value = object(name, reader, 0);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new IllegalArgumentException(name + " goes on after its object" + where(reader));
            }
            return value;
        } catch (MalformedJsonException | EOFException e) {
            throw new IllegalArgumentException(name + " is no JSON: " + what(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Object value(String name, JsonReader reader, int depth) throws IOException {
        if (depth > MAXIMUM_DEPTH) {
            throw new IllegalArgumentException(
                    name + " nests deeper than " + MAXIMUM_DEPTH + " levels" + where(reader));
        }
        switch (reader.peek()) {
            case BEGIN_OBJECT -> {
                return object(name, reader, depth);
            }
            case BEGIN_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                reader.beginArray();
                while (reader.hasNext()) {
                    list.add(value(name, reader, depth + 1));
                }
                reader.endArray();
                return list;
            }
            case NUMBER -> {
                return reader.nextDouble();
            }
            case BOOLEAN -> {
                return reader.nextBoolean();
            }
            case NULL -> {
                reader.nextNull();
                return null;
            }
            default -> {
                return reader.nextString();
            }
        }
    }

    private static Map<String, @Nullable Object> object(String name, JsonReader reader, int depth) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String key = reader.nextName();
            if (map.containsKey(key)) {
                throw new IllegalArgumentException(name + ": field \"" + key + "\" stands twice" + where(reader));
            }
            map.put(key, value(name, reader, depth + 1));
        }
        reader.endObject();
        return map;
    }

    /** The reader's complaint without its advice on itself. */
    private static String what(IOException e) {
        String message = String.valueOf(e.getMessage());
        int at = message.indexOf(" at line");
        String place = at < 0 ? "" : message.substring(at).lines().findFirst().orElse("");
        return (e instanceof EOFException ? "it ends too early" : "malformed") + place;
    }

    private static String where(JsonReader reader) {
        String shown = reader.toString();
        int at = shown.indexOf(" at line");
        return at < 0 ? "" : shown.substring(at);
    }
}
