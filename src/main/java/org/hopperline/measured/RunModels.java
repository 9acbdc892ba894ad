package org.hopperline.measured;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hopperline.model.Experts;
import org.hopperline.model.Models;
import org.hopperline.model.Normalisation;
import org.hopperline.model.ParameterCount;
import org.hopperline.model.TokenRouting;
import org.hopperline.model.Transformer;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/**
 * The shape of the model that a row trained. What the row states counts; what it leaves open is that of the catalogue's
 * model of the row's name, if everything that the row does state agrees with it; else it follows the usual rules: as many
 * key heads as heads, heads of {@code hidden / heads} or 128, a feed-forward width of 4 h without a gate and of 8/3 h up to a
 * multiple of 256 with one. Each of these leaves a remark.
 */
final class RunModels {

    /** Families with learned positions, or with biases inside attention (ALiBi), instead of rotation. */
    private static final Pattern LEARNED_POSITIONS =
            Pattern.compile("(gpt-(?!oss|neox)|gpt3|mpt|bloom|opt|turing|mt-nlg|bloomberg|starcoder(?!2)).*");

    /** Architectures of layers of attention, of feed-forward parts or experts, and of Mamba-2. */
    private static final Pattern HYBRID = Pattern.compile("(dense|moe)-hybrid-mamba2");

    /** What the cell of the architecture may say of attention, which has columns of its own. */
    private static final Pattern ATTENTION =
            Pattern.compile("[-+_ /]*\\b(mla|gqa|mqa|mha|decoder|transformer|only|lm)\\b[-+_ /]*");

    /** Parameters in all, with or without those that are active, or active ones and experts, behind the name of a family. */
    private static final Pattern SIZE =
            Pattern.compile("(?i)[-_ ]+(\\d+(?:\\.\\d+)?)([BT])([-_ ]A\\d+(?:\\.\\d+)?B|[-_ ]\\d+E)?$");

    /** What stands behind the name of a model without changing its shape. */
    private static final Pattern VARIANT =
            Pattern.compile("(?i)[-_ ]*(\\(.*\\)|hf|base|instruct|chat|pretrain|proxy)$");

    /** Relative distance from the stated number of parameters above which a remark is made. */
    private static final double REMARKED = 0.1;

    /** A shape of so many times the stated parameters contradicts them, and so do stated ones of so many times the shape's. */
    private static final double CONTRADICTED = 1.5;

    /** The same where embeddings count and may not be in what is stated: those of small models are half of them. */
    private static final double WITH_EMBEDDINGS = 3;

    /** A model cut to fewer layers, of which sources state the parameters of the whole. */
    private static final Pattern CUT = Pattern.compile("(?i)proxy|(reduced|fewer) (number of )?layer");

    private RunModels() {}

    /** The model of the catalogue by a name as sources print it: an organisation or a variant beside it does not count. */
    static Optional<Transformer> named(String name) {
        String whole = name.substring(name.lastIndexOf('/') + 1).strip();
        String rest = whole;
        while (!rest.isEmpty()) {
            Optional<Transformer> found = Models.find(rest);
            String shorter = VARIANT.matcher(rest).replaceFirst("");
            if (found.isPresent() || shorter.equals(rest)) {
                return found.or(() -> sized(whole));
            }
            rest = shorter.strip();
        }
        return Optional.empty();
    }

    /** A model by the name of its family with a size behind it, if the catalogue's has as many parameters or experts. */
    private static Optional<Transformer> sized(String name) {
        Matcher size = SIZE.matcher(name);
        if (!size.find()) {
            return Optional.empty();
        }
        double stated = Double.parseDouble(size.group(1)) * (size.group(2).equalsIgnoreCase("T") ? 1e12 : 1e9);
        String experts = size.group(3) == null ? "" : size.group(3).toUpperCase(Locale.ROOT);
        return Models.find(name.substring(0, size.start()))
                .filter(m -> experts.endsWith("E")
                        ? m.experts() != null && experts.endsWith(m.experts().count() + "E")
                        : Math.abs(ParameterCount.total(m) / stated - 1) <= REMARKED);
    }

    /**
     * The shape of the row's model.
     *
     * @param remarks takes a sentence for each thing that the row does not state
     * @throws IllegalArgumentException if too little is stated, or the stated parameters contradict the shape
     */
    static Transformer of(Csv.Row row, List<String> remarks) {
        Transformer known = named(row.text("model")).filter(m -> agrees(m, row)).orElse(null);
        Transformer model = known != null && hasMoreThanColumns(known)
                ? withStated(known, row, remarks)
                : plain(known, row, remarks);
        checkParameters(model, row, remarks);
        return model;
    }

    /** True if the row calls its model a hybrid with Mamba-2 layers and the catalogue has one of its name. */
    static boolean isKnownHybrid(Csv.Row row) {
        return HYBRID.matcher(arch(row)).matches()
                && named(row.text("model"))
                        .filter(m -> m.pattern() != null && agrees(m, row))
                        .isPresent();
    }

    /** Models whose shape has more to it than a table has columns for. */
    private static boolean hasMoreThanColumns(Transformer model) {
        Experts experts = model.experts();
        return model.pattern() != null
                || model.latentAttention() != null
                || model.slidingWindow() != null
                || model.sinks()
                || (experts != null
                        && (experts.sharedFfnHidden() > 0 || experts.firstDenseLayers() > 0 || experts.everyNth() > 1));
    }

    /** True if nothing that the row states of the shape of one layer differs; a vocabulary may be padded. */
    private static boolean agrees(Transformer known, Csv.Row row) {
        Experts experts = known.experts();
        boolean latent = known.latentAttention() != null;
        return same(row, "hidden", known.hidden())
                && same(row, "heads", known.heads())
                && (latent || same(row, "kv_heads", known.kvHeads()))
                && (latent || same(row, "head_dim", known.headDim()))
                && (same(row, "ffn_hidden", known.ffnHidden()) || same(row, "ffn_hidden", known.denseFfnHidden()))
                && (experts == null || same(row, "experts", experts.count()))
                && (experts == null || same(row, "topk", experts.topK()))
                && isOf(arch(row), known)
                && (!row.has("gated") || Boolean.valueOf(known.gated()).equals(RunCells.yesNo(row, "gated")));
    }

    /** True if a model is of an architecture, or none is said. */
    private static boolean isOf(String arch, Transformer known) {
        return arch.isEmpty()
                || arch.startsWith("moe") == (known.experts() != null)
                        && HYBRID.matcher(arch).matches() == (known.pattern() != null);
    }

    private static boolean same(Csv.Row row, String column, int known) {
        return row.whole(column, known) == known;
    }

    /** The catalogue's model with the layers and the vocabulary of the row. */
    private static Transformer withStated(Transformer known, Csv.Row row, List<String> remarks) {
        int layers = known(row, "layers", known, known.layers(), remarks);
        int vocab = known(row, "vocab", known, known.vocab(), remarks);
        Transformer cut = layers == known.layers() ? known : known.withLayers(layers);
        return vocab == known.vocab() ? cut : cut.toBuilder().vocab(vocab).build();
    }

    private static Transformer plain(@Nullable Transformer known, Csv.Row row, List<String> remarks) {
        int layers = sized(row, "layers", known, known == null ? 0 : known.layers(), remarks);
        int hidden = sized(row, "hidden", known, known == null ? 0 : known.hidden(), remarks);
        int heads = known != null
                ? known(row, "heads", known, known.heads(), remarks)
                : row.whole("heads", Math.max(1, hidden / 128));
        int headDim = row.whole("head_dim", known != null ? known.headDim() : hidden / heads);
        int kvHeads =
                known != null ? known(row, "kv_heads", known, known.kvHeads(), remarks) : row.whole("kv_heads", heads);
        boolean moe = arch(row).isEmpty()
                ? known != null && known.experts() != null
                : arch(row).equals("moe");
        Experts knownExperts = known == null ? null : known.experts();
        boolean gated = gated(known, row, hidden, moe, remarks);
        int ffn = ffn(known, row, hidden, moe, gated, remarks);
        Experts experts = moe
                ? Experts.of(
                        sized(row, "experts", known, knownExperts == null ? 0 : knownExperts.count(), remarks),
                        sized(row, "topk", known, knownExperts == null ? 0 : knownExperts.topK(), remarks),
                        ffn)
                : null;
        int vocab = sized(row, "vocab", known, known == null ? 0 : known.vocab(), remarks);
        boolean older = LEARNED_POSITIONS.matcher(row.text("model")).matches();
        return Transformer.builder(row.text("model"))
                .layers(layers)
                .hidden(hidden)
                .heads(heads)
                .kvHeads(kvHeads)
                .headDim(headDim)
                .ffnHidden(ffn)
                .gated(gated)
                .vocab(vocab)
                .tiedEmbeddings(known != null && !row.has("tied_embeddings") ? known.tiedEmbeddings() : tied(row))
                .experts(experts)
                .learnedPositions(older ? stated(row, "seq") : 0)
                .normalisation(gated ? Normalisation.RMS : Normalisation.LAYER)
                .build();
    }

    /**
     * Whether the feed-forward part has a gate where the row does not say: as the catalogue has it; else experts have one,
     * and a dense part of any width but 4 h: without a gate that width is the custom.
     */
    private static boolean gated(
            @Nullable Transformer known, Csv.Row row, int hidden, boolean moe, List<String> remarks) {
        Boolean said = RunCells.yesNo(row, "gated");
        if (said != null) {
            return said;
        }
        if (known != null) {
            taken("gated " + (known.gated() ? "yes" : "no"), known, remarks);
            return known.gated();
        }
        boolean gated = moe || (row.has("ffn_hidden") && row.whole("ffn_hidden") != 4 * hidden);
        remarks.add("gated " + (gated ? "yes" : "no") + ": not stated; dense parts of width 4 h have no gate");
        return gated;
    }

    private static boolean tied(Csv.Row row) {
        return Boolean.TRUE.equals(RunCells.yesNo(row, "tied_embeddings"));
    }

    private static int ffn(
            @Nullable Transformer known, Csv.Row row, int hidden, boolean moe, boolean gated, List<String> remarks) {
        if (row.has("ffn_hidden")) {
            return row.whole("ffn_hidden");
        }
        if (known != null) {
            return known(row, "ffn_hidden", known, known.ffnHidden(), remarks);
        }
        if (moe) {
            throw new IllegalArgumentException("width of the experts is not stated");
        }
        int ffn = gated ? (8 * hidden / 3 + 255) / 256 * 256 : 4 * hidden;
        remarks.add("ffn_hidden " + ffn + ": not stated; " + (gated ? "8/3 h up to a multiple of 256" : "4 h"));
        return ffn;
    }

    private static int sized(
            Csv.Row row, String column, @Nullable Transformer known, int knownSize, List<String> remarks) {
        return known != null && knownSize > 0 ? known(row, column, known, knownSize, remarks) : stated(row, column);
    }

    private static int known(Csv.Row row, String column, Transformer known, int knownSize, List<String> remarks) {
        if (row.has(column)) {
            return row.whole(column);
        }
        taken(column + " " + knownSize, known, remarks);
        return knownSize;
    }

    /** Adds to the one remark that lists what the catalogue's model filled in. */
    private static void taken(String what, Transformer known, List<String> remarks) {
        String end = ": not stated, as " + known.name() + " has it";
        if (!remarks.isEmpty() && remarks.get(0).endsWith(end)) {
            String before = remarks.get(0).substring(0, remarks.get(0).length() - end.length());
            remarks.set(0, before + ", " + what + end);
        } else {
            remarks.add(0, what + end);
        }
    }

    /**
     * Stated parameters far from the shape contradict it; other distances are remarked upon. Where layers were cut, the
     * parameters of the whole model may be stated; where embeddings are much of a model, those without them.
     */
    private static void checkParameters(Transformer model, Csv.Row row, List<String> remarks) {
        boolean cut = isCut(model, row);
        if (row.has("active_params_b") && model.experts() != null && !cut) {
            double printed = 1e9 * row.number("active_params_b");
            double counted = ParameterCount.activeWithEmbeddings(model);
            if (ParameterCount.activeNonEmbedding(model) > CONTRADICTED * printed || printed > CONTRADICTED * counted) {
                throw row.wrong(
                        "active_params_b",
                        "contradicts itself: of the shape " + billions(counted) + " parameters are active");
            }
        }
        if (!row.has("params_b")) {
            return;
        }
        double printed = 1e9 * row.number("params_b");
        double counted = ParameterCount.total(model);
        String both = "the shape has " + billions(counted) + " parameters, but " + billions(printed) + " are stated";
        if (ParameterCount.nonEmbedding(model) > CONTRADICTED * printed
                || counted > WITH_EMBEDDINGS * printed
                || (printed > CONTRADICTED * counted && !cut)) {
            throw row.wrong("params_b", "contradicts itself: " + both);
        }
        if (Math.abs(counted / printed - 1) > REMARKED) {
            remarks.add(both + "; the shape is taken");
        }
    }

    /** True if the row trained fewer layers than the catalogue's model of its name has, or calls itself a proxy. */
    private static boolean isCut(Transformer model, Csv.Row row) {
        return CUT.matcher(RunCells.text(row, "notes") + " " + row.text("model"))
                        .find()
                || named(row.text("model"))
                        .filter(known -> known.layers() > model.layers())
                        .isPresent();
    }

    private static String billions(double parameters) {
        return String.format(Locale.ROOT, "%.3g B", parameters / 1e9);
    }

    /** With tokens routed as the software of the row routes them. */
    static Transformer routed(Transformer model, Csv.Row row) {
        Experts experts = model.experts();
        if (experts == null) {
            return model;
        }
        TokenRouting routing = RunRules.routing(experts.routing(), RunFacts.of(row));
        return model.toBuilder().experts(experts.withRouting(routing)).build();
    }

    /** Dense or of experts, or a hybrid; blank if the cell says no more than that there are transformer layers. */
    static String arch(Csv.Row row) {
        return ATTENTION
                .matcher(RunCells.text(row, "arch").toLowerCase(Locale.ROOT))
                .replaceAll("");
    }

    private static int stated(Csv.Row row, String column) {
        if (!row.has(column)) {
            throw new IllegalArgumentException(column + " is not stated");
        }
        return row.whole(column);
    }
}
