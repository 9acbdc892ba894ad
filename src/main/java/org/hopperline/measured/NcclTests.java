package org.hopperline.measured;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hopperline.core.Check;
import org.hopperline.text.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the programs of nccl-tests (github NVIDIA/nccl-tests) print, on one node or many, old and new columns,
 * with or without the rank that {@code mpirun} or {@code srun} puts before each line.
 *
 * <p>A result line holds the size and the count, then what the program adds (type, operation, root), then time, algorithm
 * bandwidth, bus bandwidth and errors, out of place and in place; times are microseconds, bandwidths 1e9 bytes a second.
 */
public final class NcclTests {

    /** The programs of nccl-tests. */
    public static final List<String> PROGRAMS = List.of(
            "all_reduce_perf",
            "all_gather_perf",
            "reduce_scatter_perf",
            "alltoall_perf",
            "broadcast_perf",
            "reduce_perf",
            "sendrecv_perf",
            "gather_perf",
            "scatter_perf",
            "hypercube_perf");

    /** The most lines that are read. */
    public static final int MAXIMUM_LINES = 1_000_000;

    private static final Pattern LAUNCHER = Pattern.compile("^\\s*(\\[\\d+,\\d+\\]<std\\w+>:?|\\d+:)\\s*");
    private static final Pattern PROGRAM = Pattern.compile("\\b([a-z_]+_perf)\\b");
    private static final Pattern RANK = Pattern.compile("#\\s*Rank\\s+(\\d+)\\s.*?\\bon\\s+(\\S+)\\s+device\\b.*");
    private static final Pattern RESULT = Pattern.compile("^\\d+\\s+\\d+\\s+.*");
    private static final int NUMBERS_A_SIDE = 4;

    private final String name;
    private final List<NcclTestLog.Row> rows = new ArrayList<>();
    private final Set<String> ranks = new HashSet<>();
    private final Set<String> hosts = new HashSet<>();
    private @Nullable String program;
    private int lines;

    private NcclTests(String name, @Nullable String program) {
        this.name = name;
        this.program = program;
    }

    /**
     * Reads a log that names its program, in the command line or in its head.
     *
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it names no program or holds no result, saying what was found where
     */
    public static NcclTestLog read(Path path) {
        return open(path, null);
    }

    /**
     * Reads a log of the given program; older versions do not print which it was.
     *
     * @param program one of {@link #PROGRAMS}
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if there is no such program, or the log holds no result
     */
    public static NcclTestLog read(Path path, String program) {
        return open(path, known(program));
    }

    /** Reads the text of a log; {@code name} stands in messages. */
    public static NcclTestLog parse(String name, String text) {
        try (BufferedReader reader = new BufferedReader(new StringReader(text))) {
            return new NcclTests(name, null).all(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NcclTestLog open(Path path, @Nullable String program) {
        String name = path.getFileName().toString();
        try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            return new NcclTests(name, program).all(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static String known(String program) {
        Check.notBlank(program, "program of nccl-tests");
        if (!PROGRAMS.contains(program)) {
            throw Nearest.unknown("program of nccl-tests", program, PROGRAMS);
        }
        return program;
    }

    private NcclTestLog all(BufferedReader reader) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines++;
            if (lines > MAXIMUM_LINES) {
                throw new IllegalArgumentException(name + " has more than " + MAXIMUM_LINES
                        + " lines; cut the log down to one run of one program");
            }
            take(LAUNCHER.matcher(line).replaceFirst("").trim());
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(name + ": no result line among its " + lines
                    + " lines; a result line of nccl-tests starts with size and count, as in"
                    + " \"8 2 float sum -1 30.42 0.00 0.00 0 29.85 0.00 0.00 0\""
                    + (ranks.isEmpty() ? "" : "; it lists " + ranks.size() + " ranks, so the run may have failed"));
        }
        if (program == null) {
            throw new IllegalArgumentException(name + " has " + rows.size()
                    + " results, but does not say of which program; name it: " + String.join(", ", PROGRAMS));
        }
        if (ranks.isEmpty()) {
            throw new IllegalArgumentException(name + " has " + rows.size()
                    + " results, but lists no rank; keep the lines \"#  Rank  0 ... on host device ...\" in the log");
        }
        return new NcclTestLog(program, ranks.size(), hosts.size(), rows);
    }

    private void take(String line) {
        Matcher rank = RANK.matcher(line);
        if (rank.matches()) {
            ranks.add(rank.group(1));
            hosts.add(rank.group(2));
        } else if (RESULT.matcher(line).matches()) {
            rows.add(result(line.split("\\s+")));
        } else if (program == null) {
            Matcher named = PROGRAM.matcher(line);
            while (program == null && named.find()) {
                program = PROGRAMS.contains(named.group(1)) ? named.group(1) : null;
            }
        }
    }

    private NcclTestLog.Row result(String[] cells) {
        // size, count and up to three words precede two sides of four numbers; some programs print one side
        boolean both = cells.length >= 2 + 2 * NUMBERS_A_SIDE;
        int first = cells.length - (both ? 2 : 1) * NUMBERS_A_SIDE;
        if (first < 2) {
            throw new IllegalArgumentException(name + " line " + lines + ": " + cells.length
                    + " columns, but a result has size, count, time, algorithm bandwidth, bus bandwidth and errors");
        }
        return new NcclTestLog.Row(
                number(cells[0], "size"),
                positive(cells[first], "time") * 1e-6,
                both ? number(cells[first + NUMBERS_A_SIDE], "time in place") * 1e-6 : Double.NaN,
                number(cells[first + 1], "algorithm bandwidth") * 1e9,
                number(cells[first + 2], "bus bandwidth") * 1e9);
    }

    private double positive(String cell, String column) {
        double value = number(cell, column);
        if (!(value > 0)) {
            throw new IllegalArgumentException(
                    name + " line " + lines + ": " + column + " is " + cell + ", but must be above 0 microseconds");
        }
        return value;
    }

    private double number(String cell, String column) {
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    name + " line " + lines + ": " + column + " is \"" + cell + "\", but must be a number", e);
        }
    }
}
