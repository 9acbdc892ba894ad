/**
 * Dollars. Every price is a record with the date it was asked, its source and its kind; an amount carries the dates of
 * the prices it was made from. Nothing is adjusted for inflation.
 */
@NullMarked
package org.hopperline.run.money;

import org.jspecify.annotations.NullMarked;
