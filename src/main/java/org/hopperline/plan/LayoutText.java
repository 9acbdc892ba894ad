package org.hopperline.plan;

import org.hopperline.core.Check;

/** The text of a {@link PipelineLayout}, its repetitions written out. */
final class LayoutText {

    /** More layers and chunks than this cannot be meant. */
    private static final int MOST_LETTERS = 1 << 16;

    private static final String LETTERS = "EtmL|";

    private final String text;
    private int place;

    LayoutText(String text) {
        this.text = Check.notBlank(text, "layout of a pipeline");
    }

    /** Letters and chunk ends only. */
    String expanded() {
        String all = sequence();
        if (place < text.length()) {
            throw wrong("a ) without its (");
        }
        return all;
    }

    /** Letters and groups up to the end or to a closing parenthesis. */
    private String sequence() {
        StringBuilder letters = new StringBuilder();
        for (skip(); place < text.length() && text.charAt(place) != ')'; skip()) {
            String unit = unit();
            int times = times();
            if ((long) unit.length() * times + letters.length() > MOST_LETTERS) {
                throw wrong("more than " + MOST_LETTERS + " layers and chunks; take a smaller factor");
            }
            letters.append(unit.repeat(times));
        }
        return letters.toString();
    }

    private String unit() {
        char c = text.charAt(place);
        if (c == '(') {
            int opened = place++;
            String inside = sequence();
            if (place == text.length()) {
                place = opened;
                throw wrong("a ( without its )");
            }
            place++;
            return inside;
        }
        if (LETTERS.indexOf(c) < 0) {
            throw wrong("'" + c + "' is no part of a layout; take E, t, m, L, |, ( ) and * with a number");
        }
        place++;
        return String.valueOf(c);
    }

    /** The factor after a star; 1 without one. */
    private int times() {
        skip();
        if (place == text.length() || text.charAt(place) != '*') {
            return 1;
        }
        place++;
        skip();
        int first = place;
        while (place < text.length() && Character.isDigit(text.charAt(place))) {
            place++;
        }
        if (first == place || place - first > 5) {
            place = first;
            throw wrong("after * stands a number of 1 to 5 digits");
        }
        int times = Integer.parseInt(text.substring(first, place));
        if (times == 0) {
            place = first;
            throw wrong("* 0 leaves nothing; take 1 or more, or leave the piece out");
        }
        return times;
    }

    private void skip() {
        while (place < text.length() && (text.charAt(place) == ',' || Character.isWhitespace(text.charAt(place)))) {
            place++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(
                "the layout \"" + text + "\" cannot be read at place " + (place + 1) + ": " + what);
    }
}
