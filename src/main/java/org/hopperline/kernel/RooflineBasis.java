package org.hopperline.kernel;

/** Which rate of a ceiling is meant. */
public enum RooflineBasis {
    /** What the maker prints. */
    SPECIFIED,
    /** What somebody reached, by measurement or by a fit to measurements. */
    REACHED
}
