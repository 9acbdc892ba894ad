/**
 * What a reader sees: charts, and results as documents. A {@link org.hopperline.report.Chart} is a value that says what
 * is drawn; it becomes SVG with real text, a PNG without a display, or a window.
 *
 * <p>The drawing is our own and small. XChart 4.0.3, painted through Batik's SVG generator 1.19, was tried first: it
 * paints each letter as an outline, so that a roofline of eight ceilings and thirty labelled points took 982 KB with its
 * grid and 455 KB without, held no text to search or to restyle, needed 2.5 MB of libraries, and let labels cover each
 * other. A chart of that size takes 30 KB here.
 */
@NullMarked
package org.hopperline.report;

import org.jspecify.annotations.NullMarked;
