package org.hopperline.hardware;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;
import org.hopperline.text.Catalogue;
import org.hopperline.text.Csv;
import org.hopperline.text.FigureTable;
import org.hopperline.text.TextTable;

/**
 * The chips by name. Each has a file of figures beside this class, with unit, kind and source; what the file leaves
 * open is assumed as {@link ChipBuilder} says.
 */
public final class Chips {

    private static final Catalogue<Chip> ALL = read();

    /** NVIDIA H100, SXM5 module, 80 GB HBM3, 700 W: the chip of Memphis and Eagle. */
    public static final Chip H100_SXM5 = named("H100 SXM5 80GB");

    /** NVIDIA H100, PCIe card, 80 GB HBM2e, 350 W. */
    public static final Chip H100_PCIE = named("H100 PCIe 80GB");

    /** NVIDIA H100 NVL, PCIe card, 94 GB HBM3, 400 W. */
    public static final Chip H100_NVL = named("H100 NVL 94GB");

    /** NVIDIA H100 with 96 GB HBM2e at 500 W: the part of the large PyTorch benchmarks. */
    public static final Chip H100_HBM2E_500W = named("H100 SXM 96GB HBM2e 500W");

    /** NVIDIA H800, SXM5 module: H100 with 8 NVLinks and little FP64. */
    public static final Chip H800_SXM5 = named("H800 SXM5 80GB");

    /** NVIDIA H200, SXM module, 141 GB HBM3e. */
    public static final Chip H200_SXM = named("H200 SXM 141GB");

    /** The GPU of an NVIDIA GH200 with 96 GB HBM3. */
    public static final Chip GH200 = named("GH200 96GB");

    /** NVIDIA A100, SXM4 module, 40 GB HBM2. */
    public static final Chip A100_SXM4_40 = named("A100 SXM4 40GB");

    /** NVIDIA A100, SXM4 module, 80 GB HBM2e. */
    public static final Chip A100_SXM4_80 = named("A100 SXM4 80GB");

    /** One graphics compute die of an AMD MI250X, as its driver shows it. */
    public static final Chip MI250X_GCD = named("MI250X GCD 64GB");

    /** One tile of an Intel Data Center GPU Max 1550, as its driver shows it. */
    public static final Chip MAX_1550_TILE = named("Max 1550 tile 64GB");

    private Chips() {}

    private static Catalogue<Chip> read() {
        Catalogue.Builder<Chip> all = Catalogue.of("chip");
        for (Csv.Row row : Csv.resource(Chips.class, "chips/index.csv").rows()) {
            Architecture architecture = Architecture.valueOf(row.text("architecture"));
            FigureTable figures = FigureTable.resource(Chips.class, "chips/" + row.text("file") + ".csv");
            ChipBuilder builder = Chip.builder(row.text("name"), architecture);
            for (String name : figures.names()) {
                if ("compute_units".equals(name)) {
                    builder.computeUnits((int) figures.value(name));
                } else {
                    builder.figure(name, figures.get(name));
                }
            }
            List<String> aliases = new ArrayList<>(List.of(row.text("aliases").split(";")));
            aliases.add(row.text("file"));
            all.add(builder.build(), row.text("name"), aliases);
        }
        return all.build();
    }

    /**
     * The chip of that name; case and punctuation do not count, and {@code h100} is enough for the SXM5 module.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public static Chip named(String name) {
        return ALL.named(name);
    }

    /** Every chip. */
    public static List<Chip> list() {
        return ALL.list();
    }

    /** The chips whose card holds every word of {@code text}. */
    public static List<Chip> search(String text) {
        return ALL.search(text, Chip::card);
    }

    /** The chip whose figures stand in for missing ones of the same architecture. */
    static Chip reference(Architecture architecture) {
        return switch (architecture) {
            case HOPPER -> named("H100 SXM5 80GB");
            case AMPERE -> named("A100 SXM4 80GB");
            case CDNA2 -> named("MI250X GCD 64GB");
            case XE_HPC -> named("Max 1550 tile 64GB");
        };
    }

    /** The figures of several chips side by side, a line each; blank where a chip has none. */
    public static String compare(Chip... chips) {
        Set<String> names = new LinkedHashSet<>();
        for (Chip chip : chips) {
            names.addAll(chip.figures().keySet());
        }
        TextTable table = TextTable.of(chips.length + 1);
        table.row(cells("", chips, Chip::name));
        table.row(cells("compute_units", chips, chip -> Integer.toString(chip.computeUnits())));
        for (String name : names) {
            table.row(cells(name, chips, chip -> {
                Figure figure = chip.figures().get(name);
                return figure == null ? "" : Units.format(figure.value(), figure.unit());
            }));
        }
        return table.toString();
    }

    private static List<String> cells(String head, Chip[] chips, java.util.function.Function<Chip, String> cell) {
        List<String> cells = new ArrayList<>(List.of(head));
        for (Chip chip : chips) {
            cells.add(cell.apply(chip));
        }
        return cells;
    }
}
