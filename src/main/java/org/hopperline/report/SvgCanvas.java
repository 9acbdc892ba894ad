package org.hopperline.report;

import java.util.Arrays;

/** Writes SVG 1.1: text as text, a group of dots as one path of round points. */
final class SvgCanvas implements Canvas {

    private final StringBuilder out = new StringBuilder(16_384);
    private int clips;

    SvgCanvas(String title, int width, int height) {
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append("\" role=\"img\" font-family=\"Helvetica,Arial,Liberation Sans,sans-serif\">\n<title>")
                .append(escape(title))
                .append(
                        "</title>\n<style>text{paint-order:stroke;stroke-width:2.5px;stroke-linejoin:round}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    }

    /** The document; nothing can be drawn afterwards. */
    String finish() {
        return out.append("</svg>\n").toString();
    }

    @Override
    public void line(double[] x, double[] y, int rgb, double width, boolean dashed) {
        out.append("<path fill=\"none\" stroke=\"")
                .append(colour(rgb))
                .append("\" stroke-width=\"")
                .append(number(width));
        if (dashed) {
            out.append("\" stroke-dasharray=\"6 4");
        }
        out.append("\" d=\"");
        for (int i = 0; i < x.length; i++) {
            out.append(i == 0 ? 'M' : 'L').append(number(x[i])).append(' ').append(number(y[i]));
        }
        out.append("\"/>\n");
    }

    @Override
    public void box(double x, double y, double width, double height, int rgb, int edge) {
        out.append("<rect x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height))
                .append("\" fill=\"")
                .append(colour(rgb))
                .append("\" stroke=\"")
                .append(colour(edge))
                .append("\"/>\n");
    }

    @Override
    public void dots(double[] x, double[] y, int rgb, double diameter) {
        out.append("<path fill=\"none\" stroke-linecap=\"round\" stroke=\"")
                .append(colour(rgb))
                .append("\" stroke-width=\"")
                .append(number(diameter))
                .append("\" d=\"");
        // In halves of a pixel, each place once and relative to the one before: a few bytes a dot.
        long[] places = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            places[i] = Math.round(x[i] * 2) << 32 | Math.round(y[i] * 2) & 0xFFFFFFFFL;
        }
        long last = 0;
        for (long place : Arrays.stream(places).sorted().distinct().toArray()) {
            out.append('m')
                    .append(number(((place >> 32) - (last >> 32)) / 2.0))
                    .append(' ')
                    .append(number(((int) place - (int) last) / 2.0))
                    .append("h0");
            last = place;
        }
        out.append("\"/>\n");
    }

    @Override
    public void text(String text, double x, double y, double size, Anchor anchor, double degrees, int rgb) {
        out.append("<text x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" font-size=\"")
                .append(number(size))
                .append("\" fill=\"")
                .append(colour(rgb));
        if (rgb != 0xFFFFFF) {
            out.append("\" stroke=\"#fff");
        }
        if (anchor != Anchor.START) {
            out.append("\" text-anchor=\"").append(anchor == Anchor.END ? "end" : "middle");
        }
        if (degrees != 0) {
            out.append("\" transform=\"rotate(")
                    .append(number(degrees))
                    .append(' ')
                    .append(number(x))
                    .append(' ')
                    .append(number(y))
                    .append(')');
        }
        out.append("\">").append(escape(text)).append("</text>\n");
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        clips++;
        out.append("<clipPath id=\"clip").append(clips).append("\"><rect x=\"").append(number(x));
        out.append("\" y=\"").append(number(y)).append("\" width=\"").append(number(width));
        out.append("\" height=\"").append(number(height)).append("\"/></clipPath>\n<g clip-path=\"url(#clip");
        out.append(clips).append(")\">\n");
    }

    @Override
    public void unclip() {
        out.append("</g>\n");
    }

    /** Tenths of a pixel, without a trailing zero. */
    private static String number(double value) {
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0
                ? Long.toString(tenths / 10)
                : (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
    }

    private static String colour(int rgb) {
        return String.format("#%06x", rgb & 0xFFFFFF);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(c >= 0x20 && c != 0xFFFE && c != 0xFFFF ? c : ' ');
            }
        });
        return escaped.toString();
    }
}
