package org.hopperline.measured;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.text.Csv;

/**
 * A table of published training runs: the rows that state enough to be predicted, and the others with the reason.
 *
 * @param runs the usable rows in the order of the file
 * @param setAside the others
 */
public record TrainingRuns(List<MeasuredRun> runs, List<SetAside> setAside) {

    /** Columns that count something: at least 1 where they say anything. */
    private static final List<String> COUNTS = List.of(
            "gpus",
            "gpus_per_node",
            "gbs",
            "seq",
            "layers",
            "hidden",
            "ffn_hidden",
            "heads",
            "kv_heads",
            "head_dim",
            "vocab",
            "mbs",
            "tp",
            "pp",
            "vp",
            "cp",
            "ep",
            "dp");

    /** The columns in which a dash or a word may stand for nothing. */
    private static final List<String> MAY_BE_UNKNOWN = Stream.concat(
                    COUNTS.stream(),
                    Stream.of(
                            "experts",
                            "topk",
                            "gated",
                            "params_b",
                            "active_params_b",
                            "tied_embeddings",
                            "precision",
                            "sharding",
                            "seq_parallel",
                            "recompute",
                            "iteration_s",
                            "tokens_per_s_per_gpu",
                            "model_tflops_per_gpu",
                            "mfu_reported",
                            "check_tokens_per_s_per_gpu"))
            .toList();

    private static final Predicate<String> SAYS_NOTHING = Pattern.compile(
                    "-+|\\?|n/?a|unknown|unreported|not (stated|reported|known)", Pattern.CASE_INSENSITIVE)
            .asMatchPredicate();

    /** Copies the lists. */
    public TrainingRuns {
        runs = List.copyOf(runs);
        setAside = List.copyOf(setAside);
    }

    /** The table that ships with the library. */
    public static TrainingRuns shipped() {
        return of(Csv.resource(TrainingRuns.class, "training_runs.csv"));
    }

    /**
     * Reads a table of the same columns from a file.
     *
     * @throws IllegalArgumentException if it is no CSV or lacks a column
     */
    public static TrainingRuns read(Path path) {
        return of(Csv.read(path));
    }

    /**
     * Reads a table that names software of one's own.
     *
     * @param software profiles by what the column {@code software} says; what is not among them follows the rules that ship
     *     with the library
     * @throws IllegalArgumentException if it is no CSV or lacks a column
     */
    public static TrainingRuns read(Path path, Map<String, SoftwareProfile> software) {
        return of(Csv.read(path), software);
    }

    /** Takes the runs from a table; a row that cannot be used is set aside, the others go on. */
    public static TrainingRuns of(Csv csv) {
        return of(csv, Map.of());
    }

    /** The same with software of one's own, as in {@link #read(Path, Map)}. */
    public static TrainingRuns of(Csv csv, Map<String, SoftwareProfile> software) {
        Check.notNull(software, "software of the table");
        csv.require("split", "id", "source", "chip", "gpus", "software", "model", "arch", "run_type", "seq", "gbs");
        List<MeasuredRun> runs = new ArrayList<>();
        List<SetAside> setAside = new ArrayList<>();
        Map<String, Long> lines = new HashMap<>();
        for (Csv.Row printed : csv.rows()) {
            Csv.Row row = printed.blanking(MAY_BE_UNKNOWN, SAYS_NOTHING);
            try {
                Long first = lines.putIfAbsent(row.text("id"), row.line());
                if (first != null) {
                    throw row.wrong("id", "already stands in line " + first + "; give each row its own");
                }
                runs.add(run(row, software));
            } catch (IllegalArgumentException e) {
                setAside.add(
                        new SetAside(row.text("id"), row.line(), row.text("source"), String.valueOf(e.getMessage())));
            }
        }
        return new TrainingRuns(runs, setAside);
    }

    /** The usable rows of one split, which is in lower case whatever the table has. */
    public List<MeasuredRun> ofSplit(String split) {
        return runs.stream().filter(r -> r.split().equals(split)).toList();
    }

    private static MeasuredRun run(Csv.Row row, Map<String, SoftwareProfile> own) {
        String type = row.text("run_type");
        if (!type.matches("(?i)pre-?train(ing)?|production([- ]run)?")) {
            throw new IllegalArgumentException("run type " + type + " is no pre-training step throughput");
        }
        if (!RunModels.arch(row).matches("dense|moe|") && !RunModels.isKnownHybrid(row)) {
            throw new IllegalArgumentException("architecture " + row.text("arch")
                    + " is no plain transformer, and no hybrid of the catalogue is called " + row.text("model")
                    + " and has its shape");
        }
        for (String column : COUNTS) {
            if (row.has(column)) {
                Check.positive(row.whole(column), column);
            }
        }
        Contradictions.ofModel(row);
        List<String> remarks = new ArrayList<>();
        Transformer whole = RunModels.routed(RunModels.of(row, remarks), row);
        int devices = stated(row, "gpus");
        Contradictions.ofDegrees(row, devices);
        Batch batch = batch(row, devices, remarks);
        int perNode = perNode(row, devices, remarks);
        Cluster cluster = MeasuredNodes.cluster(row.text("chip"), devices, perNode, ReportedFabrics.of(row));
        Precision precision = RunCells.precision(row);
        if (!cluster.chip().supports(precision)) {
            throw new IllegalArgumentException("precision " + precision + " contradicts the chip: "
                    + cluster.chip().name() + " has no such rate");
        }
        SoftwareProfile named = own.get(row.text("software"));
        RunFacts facts = RunFacts.of(row);
        SoftwareProfile software = named != null
                ? named
                : RunCells.scaled(row, RunRules.software(facts, row.text("software"), remarks), precision, remarks);
        Recipe recipe = RunRules.recipe(recipe(row, devices, batch, software, perNode, remarks), facts, whole.layers());
        Transformer model = trained(whole, recipe);
        double rate = tokenRate(row, batch, devices);
        Contradictions.ofRates(row, rate, model, cluster.chip(), batch.sequenceLength(), precision);
        return new MeasuredRun(
                row.text("id"),
                row.line(),
                Contradictions.split(row),
                row.text("source"),
                row.text("software"),
                row.text("chip"),
                model,
                cluster,
                batch,
                recipe,
                precision,
                software,
                rate,
                remarks);
    }

    /** A layout that has no place for the layers of further tokens says that the run left them out. */
    private static Transformer trained(Transformer model, Recipe recipe) {
        PipelineLayout layout = recipe.layout();
        return layout == null || layout.further() > 0 || model.multiTokenLayers() == 0
                ? model
                : model.toBuilder().multiTokenLayers(0).build();
    }

    /** The batch as stated, or from step time and token rate where both are printed. */
    private static Batch batch(Csv.Row row, int devices, List<String> remarks) {
        int sequence = stated(row, "seq");
        if (!row.has("gbs") && row.has("iteration_s") && row.has("tokens_per_s_per_gpu")) {
            double tokens = row.number("tokens_per_s_per_gpu") * devices * row.number("iteration_s");
            int sequences = (int) Math.max(1, Math.rint(tokens / sequence));
            remarks.add("batch of " + sequences + " sequences, from step time and token rate");
            return new Batch(sequences, sequence);
        }
        return new Batch(stated(row, "gbs"), sequence);
    }

    /** Devices of a node as stated, or else as in the maker's reference node, or fewer if those do not divide them all. */
    private static int perNode(Csv.Row row, int devices, List<String> remarks) {
        if (row.has("gpus_per_node")) {
            Contradictions.ofNode(row);
            if (row.whole("gpus_per_node") > devices) {
                remarks.add(devices + " devices of a node of " + row.whole("gpus_per_node"));
            }
            return Math.min(row.whole("gpus_per_node"), devices);
        }
        int most = Math.min(MeasuredNodes.devicesPerNode(row.text("chip")), devices);
        while (devices % most != 0) {
            most--;
        }
        remarks.add("nodes of " + most + ": not stated");
        return most;
    }

    private static int stated(Csv.Row row, String column) {
        if (!row.has(column)) {
            throw new IllegalArgumentException(column + " is not stated");
        }
        return row.whole(column);
    }

    /** The token rate as printed, from the step time, or derived from TFLOP/s by the source's own formula. */
    private static double tokenRate(Csv.Row row, Batch batch, int devices) {
        for (String column : List.of("tokens_per_s_per_gpu", "iteration_s", "check_tokens_per_s_per_gpu")) {
            if (row.has(column) && !(row.number(column) > 0)) {
                throw row.wrong(column, "must be above 0");
            }
        }
        if (row.has("tokens_per_s_per_gpu")) {
            double printed = row.number("tokens_per_s_per_gpu");
            if (row.has("iteration_s")) {
                double derived = batch.tokens() / (row.number("iteration_s") * devices);
                if (Math.abs(derived / printed - 1) > 0.1) {
                    throw new IllegalArgumentException("contradicts itself: " + printed
                            + " token/s a device printed, but batch, step time and devices give " + derived);
                }
            }
            return printed;
        }
        if (row.has("iteration_s")) {
            return batch.tokens() / (row.number("iteration_s") * devices);
        }
        if (row.has("check_tokens_per_s_per_gpu")) {
            return row.number("check_tokens_per_s_per_gpu");
        }
        throw new IllegalArgumentException("neither token rate nor step time is stated, and TFLOP/s cannot be turned");
    }

    /** Ranks that share a layer, where the row does not say it but says how many do not; at most those of a node. */
    private static int tensor(Csv.Row row, int devices, int perNode, List<String> remarks) {
        if (row.has("tp") || !row.has("dp")) {
            return row.whole("tp", 0);
        }
        long others = (long) row.whole("dp") * row.whole("pp", 1) * row.whole("cp", 1);
        if (devices % others != 0 || devices / others > perNode) {
            return 0;
        }
        remarks.add("tensor parallel " + devices / others + ": what the other degrees leave of the devices");
        return (int) (devices / others);
    }

    private static Recipe recipe(
            Csv.Row row, int devices, Batch batch, SoftwareProfile software, int perNode, List<String> remarks) {
        int tensor = tensor(row, devices, perNode, remarks);
        int pipeline = row.whole("pp", 0);
        int context = row.whole("cp", 0);
        boolean shards = row.has("sharding") || software.sharding() == Sharding.PARAMETERS;
        if (tensor == 0 && pipeline == 0 && !shards) {
            throw new IllegalArgumentException("neither tensor nor pipeline parallel degree nor sharding is stated");
        }
        long block = (long) Math.max(1, tensor) * Math.max(1, pipeline) * Math.max(1, context);
        if (devices % block != 0) {
            throw new IllegalArgumentException("contradicts itself: tensor x pipeline x context = " + block
                    + " does not divide " + devices + " devices");
        }
        int data = (int) (devices / block);
        if (batch.sequences() < data) {
            throw new IllegalArgumentException(
                    "contradicts itself: " + batch.sequences() + " sequences cannot feed data parallel " + data);
        }
        int micro = row.whole("mbs", 0);
        if (micro > batch.sequences() / data) {
            throw new IllegalArgumentException("contradicts itself: a micro-batch of " + micro + " sequences, but "
                    + batch.sequences() + " over data parallel " + data + " leave " + batch.sequences() / data);
        }
        return Recipe.builder()
                .tensor(tensor)
                .context(context)
                .pipeline(pipeline)
                .virtualStages(row.whole("vp", 0))
                .expert(row.whole("ep", 0))
                .expertTensor(RunCells.text(row, "notes").contains("ETP=1") ? 1 : 0)
                .sequenceParallel(RunCells.yesNo(row, "seq_parallel"))
                .sharding(RunCells.sharding(row))
                .shardGroup(RunCells.shardGroup(row))
                .microBatch(micro)
                .recompute(RunCells.recompute(row))
                .build();
    }
}
