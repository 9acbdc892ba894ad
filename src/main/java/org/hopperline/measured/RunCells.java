package org.hopperline.measured;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hopperline.core.Precision;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.StateTraffic;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/** Cells of a row whose words stand for a choice; case and punctuation do not count. */
final class RunCells {

    private static final Pattern SHARD_GROUP = Pattern.compile("(?:FSDP|zero1) group (\\d+)");

    /** A note that says how FP8 was scaled: {@code FP8 = ...}, {@code FP8 recipe: ...}, {@code fp8-rowwise, ...}. */
    private static final Pattern FP8_NOTE =
            Pattern.compile("(?i)(?:^|[;,(.] *)(?:FP8|float8)(?: recipe| scaling)?[ :=-]+([^;,)]*)");

    private static final Map<Fp8Recipe, Pattern> FP8_RECIPES = Map.of(
            Fp8Recipe.BLOCK, Pattern.compile("(?i)block|sub-?channel|[-_ ]sc\\b|1 ?x ?128|128 ?x ?128"),
            Fp8Recipe.ROW, Pattern.compile("(?i)\\brow|[-_ ]row"),
            Fp8Recipe.CURRENT, Pattern.compile("(?i)current|[-_ ]cs\\b|tensor-?wise"),
            Fp8Recipe.DELAYED, Pattern.compile("(?i)delayed|[-_ ]ds\\b"));

    private static final Map<Fp8Recipe, String> SCALES = Map.of(
            Fp8Recipe.BLOCK, "block",
            Fp8Recipe.ROW, "row",
            Fp8Recipe.CURRENT, "tensor, from its own maximum",
            Fp8Recipe.DELAYED, "tensor, from earlier maxima");

    private RunCells() {}

    /** The cell, stripped; empty if it is blank or the table has no such column. */
    static String text(Csv.Row row, String column) {
        return row.has(column) ? row.text(column) : "";
    }

    /** Lower case, letters and digits only; empty for a blank cell. */
    private static String word(Csv.Row row, String column) {
        return text(row, column).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Of the products of the linear layers; BF16 if the row does not say. */
    static Precision precision(Csv.Row row) {
        String word = word(row, "precision");
        if (word.matches("|bf16|bfloat16|bf16mixed|mixedbf16|ampbf16")) {
            return Precision.BF16;
        }
        if (word.matches("fp16|float16|half|fp16mixed|mixedfp16|ampfp16")) {
            return Precision.FP16;
        }
        if (word.matches("(?:bf16)?(?:fp8|float8)(?!mx).*")) {
            return Precision.FP8;
        }
        throw row.wrong("precision", "is none of bf16, fp16, fp8");
    }

    /**
     * The software with FP8 operands scaled as the row says, in the column of the precision or in a note that begins with
     * FP8; what else notes say of FP8 may be of other runs.
     *
     * @param remarks takes a sentence where that is not how the software scales them
     */
    static SoftwareProfile scaled(Csv.Row row, SoftwareProfile software, Precision precision, List<String> remarks) {
        Fp8Recipe said = precision == Precision.FP8 ? fp8Recipe(row) : null;
        if (said == null || said == software.fp8Recipe()) {
            return software;
        }
        remarks.add("FP8 operands with scales by " + SCALES.get(said) + ", as the row states");
        StateTraffic states = software.states();
        return software.toBuilder()
                .fp8Recipe(said)
                .states(new StateTraffic(
                        states.storage(),
                        states.gradientSum(),
                        states.broadcasts(),
                        states.gathersFp8() && said.castsBeforeGather()))
                .build();
    }

    private static @Nullable Fp8Recipe fp8Recipe(Csv.Row row) {
        Matcher note = FP8_NOTE.matcher(text(row, "notes"));
        String said = text(row, "precision") + " " + (note.find() ? note.group(1) : "");
        return FP8_RECIPES.entrySet().stream()
                .filter(recipe -> recipe.getValue().matcher(said).find())
                .map(Map.Entry::getKey)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    static @Nullable Boolean yesNo(Csv.Row row, String column) {
        return switch (word(row, column)) {
            case "" -> null;
            case "yes", "true", "on" -> true;
            case "no", "false", "off" -> false;
            default -> throw row.wrong(column, "is neither yes nor no");
        };
    }

    static @Nullable Sharding sharding(Csv.Row row) {
        return switch (word(row, "sharding")) {
            case "" -> null;
            case "zero1", "distributedoptimizer", "distopt" -> Sharding.OPTIMIZER;
            case "zero2", "shardgradop" -> Sharding.GRADIENTS;
            case "zero3", "fsdp", "fsdp1", "fsdp2", "fullshard" -> Sharding.PARAMETERS;
            case "hsdp", "hybridshard" -> Sharding.PARAMETERS;
            case "ddp", "none", "zero0" -> Sharding.NONE;
            default -> throw row.wrong("sharding", "is none of zero1, zero2, zero3, fsdp, hsdp, ddp");
        };
    }

    /** Ranks that divide the states where the row or its notes say so; 0 for all. */
    static int shardGroup(Csv.Row row) {
        Matcher matcher = SHARD_GROUP.matcher(text(row, "notes"));
        if (matcher.find()) {
            return Integer.parseInt(matcher.group(1));
        }
        if (text(row, "notes").contains("zero1 within node")) {
            return row.whole("gpus_per_node", 8) / row.whole("tp", 1);
        }
        return word(row, "sharding").matches("hsdp|hybridshard") ? row.whole("gpus_per_node", 8) : 0;
    }

    static @Nullable Recompute recompute(Csv.Row row) {
        return switch (word(row, "recompute")) {
            case "none", "no", "off" -> Recompute.NONE;
            case "selective", "selectiveop", "selectiveac" -> selective(row);
            case "full", "fullac", "uniform", "yes" -> Recompute.FULL;
            case "", "partial" -> null;
            default -> throw row.wrong("recompute", "is none of none, selective, partial, full");
        };
    }

    /** Selective recomputation means one thing in torchtitan and another in fully sharded PyTorch at large. */
    private static @Nullable Recompute selective(Csv.Row row) {
        if (row.text("software").toLowerCase(Locale.ROOT).startsWith("torchtitan")) {
            return Recompute.ALTERNATE_PRODUCTS;
        }
        return sharding(row) == Sharding.PARAMETERS ? null : Recompute.SELECTIVE;
    }
}
