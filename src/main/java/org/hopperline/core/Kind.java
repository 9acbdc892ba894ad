package org.hopperline.core;

/** Where a figure comes from: how far it may be trusted follows from it. */
public enum Kind {
    /** Printed by the maker or by the owner of the thing. */
    SPECIFIED,
    /** Read off real hardware by somebody who says how. */
    MEASURED,
    /** Adjusted by a fit to measurements that the source names. */
    FITTED,
    /** Nobody published it; a stated guess that a user may vary. */
    ASSUMED
}
