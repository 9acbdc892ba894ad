package org.hopperline.report;

/**
 * About how wide a text is, the same for every output, so that a chart has one layout. Letters are taken in classes, as
 * wide as in DejaVu Sans, the widest of the fonts that a chart is likely to meet.
 */
final class TextWidth {

    private static final String NARROW = "ijltf.,:;|!'()[]/ Ir";
    private static final String WIDE = "mwMW%@";

    private TextWidth() {}

    /** Width of a text in pixels at a font size. */
    static double of(String text, double size) {
        double sum = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            sum += NARROW.indexOf(c) >= 0 ? 0.35 : WIDE.indexOf(c) >= 0 ? 0.95 : c >= 'A' && c <= 'Z' ? 0.7 : 0.62;
        }
        return sum * size;
    }

    /** The text, shortened to a width; empty if not even a few letters fit. */
    static String fit(String text, double size, double width) {
        if (of(text, size) <= width) {
            return text;
        }
        for (int end = text.length() - 1; end >= 3; end--) {
            String shorter = text.substring(0, end).stripTrailing() + "\u2026";
            if (of(shorter, size) <= width) {
                return shorter;
            }
        }
        return "";
    }
}
