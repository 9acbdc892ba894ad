package org.hopperline.report;

/** What a chart is drawn on: pixels, y downward. */
interface Canvas {

    /** Where a text stands against its point. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** A line through points. */
    void line(double[] x, double[] y, int rgb, double width, boolean dashed);

    /** A filled rectangle with an edge. */
    void box(double x, double y, double width, double height, int rgb, int edge);

    /** Dots of one colour. */
    void dots(double[] x, double[] y, int rgb, double diameter);

    /** A text, its baseline through the point, turned clockwise by degrees, on white where lines pass below it. */
    void text(String text, double x, double y, double size, Anchor anchor, double degrees, int rgb);

    /** From here on, nothing is drawn outside the rectangle. */
    void clip(double x, double y, double width, double height);

    /** Ends {@link #clip}. */
    void unclip();
}
