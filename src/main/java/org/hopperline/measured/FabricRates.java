package org.hopperline.measured;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rates as descriptions of a network print them, read as network bytes a second of one node in one direction. Bits a
 * second ({@code Gb/s}, {@code Gbps}, {@code GbE}, a bare {@code G}) and bytes a second ({@code GB/s}) are told apart;
 * what is said of links inside a node is passed over.
 */
final class FabricRates {

    private static final String RATE = "(\\d+(?:\\.\\d+)?)\\s*([GT])";
    private static final String BITS_OR_BYTES = "(b/s|bps|bit/s|bE|B/s)";

    private static final Pattern INSIDE =
            Pattern.compile("(?i)[^,;+|]*(NVLink|NVSwitch|xGMI|Xe ?Link|Infinity Fabric|PCIe|HBM)[^,;+|]*");
    private static final Pattern COUNT_FIRST =
            Pattern.compile("\\b(\\d+)\\s*[x\u00d7*]\\s*" + RATE + "(?:" + BITS_OR_BYTES + "|b?\\b)");
    private static final Pattern COUNT_LAST =
            Pattern.compile("\\b" + RATE + BITS_OR_BYTES + "\\s*[x\u00d7*]\\s*(\\d+)\\b");
    private static final Pattern ALONE = Pattern.compile("\\b" + RATE + BITS_OR_BYTES);
    private static final Pattern EACH_DEVICE =
            Pattern.compile("(?i)(per|/|a|each)[ -]*(GPU|GCD|tile|device|accelerator)\\b");
    private static final Pattern EACH_NODE =
            Pattern.compile("(?i)\\b(inter-?)?nodes?\\b|instance|\\bhost|server|total|\\bEFA\\b");

    /** More than any node of the chips known here has: nine times a DGX H100. */
    private static final double ABSURD = 9 * 400e9;

    /** The fastest single interface of these nodes, 400 Gb/s: a lone rate above it is that of several. */
    private static final double ONE_INTERFACE = 50e9;

    private FabricRates() {}

    /** Interfaces times the rate of one: {@code 8x400G NDR}, {@code 4 x 100 Gb}, {@code 400 Gb/s per GPU}. */
    static OptionalDouble counted(String fabric, int devices) {
        String outside = INSIDE.matcher(fabric).replaceAll("");
        Matcher first = COUNT_FIRST.matcher(outside);
        if (first.find()) {
            return sane(Integer.parseInt(first.group(1)) * bytes(first.group(2), first.group(3), first.group(4)));
        }
        Matcher last = COUNT_LAST.matcher(outside);
        if (last.find()) {
            return sane(Integer.parseInt(last.group(4)) * bytes(last.group(1), last.group(2), last.group(3)));
        }
        Matcher alone = ALONE.matcher(outside);
        return alone.find() && EACH_DEVICE.matcher(outside).find()
                ? sane(devices * bytes(alone.group(1), alone.group(2), alone.group(3)))
                : OptionalDouble.empty();
    }

    /** How many interfaces a description counts: 4 of {@code 4 x 100 Gb}. */
    static OptionalInt interfaces(String fabric) {
        String outside = INSIDE.matcher(fabric).replaceAll("");
        Matcher first = COUNT_FIRST.matcher(outside);
        if (first.find()) {
            return some(first.group(1));
        }
        Matcher last = COUNT_LAST.matcher(outside);
        return last.find() ? some(last.group(4)) : OptionalInt.empty();
    }

    private static OptionalInt some(String count) {
        int interfaces = Integer.parseInt(count);
        return interfaces > 0 ? OptionalInt.of(interfaces) : OptionalInt.empty();
    }

    /**
     * A lone rate that is a whole node's: said to be so, above that of any single interface, or Ethernet below it. Others,
     * such as {@code 400 Gb/s InfiniBand}, may be that of each of several interfaces and are not read.
     */
    static OptionalDouble whole(String fabric) {
        String outside = INSIDE.matcher(fabric).replaceAll("");
        Matcher alone = ALONE.matcher(outside);
        if (!alone.find()) {
            return OptionalDouble.empty();
        }
        double value = bytes(alone.group(1), alone.group(2), alone.group(3));
        boolean slowEthernet = value < ONE_INTERFACE && alone.group(3).equals("bE");
        return value > ONE_INTERFACE
                        || slowEthernet
                        || EACH_NODE.matcher(outside).find()
                ? sane(value)
                : OptionalDouble.empty();
    }

    private static OptionalDouble sane(double value) {
        return value > 0 && value < ABSURD ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private static double bytes(String number, String prefix, String unit) {
        double value = Double.parseDouble(number) * (prefix.equals("T") ? 1e12 : 1e9);
        return "B/s".equals(unit) ? value : value / 8;
    }
}
