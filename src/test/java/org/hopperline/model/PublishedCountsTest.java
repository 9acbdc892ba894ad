package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts agree with what the makers print, to the last printed digit. */
class PublishedCountsTest {

    static List<Csv.Row> rows() {
        return Csv.resource(PublishedCountsTest.class, "published-counts.csv").rows();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void agreesToTheLastPrintedDigit(Csv.Row row) {
        BigDecimal printed = new BigDecimal(row.text("printed"));
        long counted = counted(Models.named(row.text("model")), row.text("counted"));
        RoundingMode mode = row.text("rounding").equals("down") ? RoundingMode.DOWN : RoundingMode.HALF_UP;
        BigDecimal rounded = BigDecimal.valueOf(counted)
                .divide(new BigDecimal(row.text("scale")))
                .setScale(printed.scale(), mode);
        assertThat(rounded)
                .as("%s, %s: %d counted", row.text("model"), row.text("counted"), counted)
                .isEqualByComparingTo(printed);
    }

    private static long counted(Transformer m, String what) {
        return switch (what) {
            case "total" -> ParameterCount.total(m);
            case "active" -> ParameterCount.active(m);
            case "active_with_embeddings" -> ParameterCount.activeWithEmbeddings(m);
            case "active_non_embedding" -> ParameterCount.activeNonEmbedding(m);
            case "non_embedding" -> ParameterCount.nonEmbedding(m);
            case "non_embedding_and_prediction" ->
                ParameterCount.nonEmbedding(m) + ParameterCount.multiTokenPrediction(m);
            case "total_and_prediction" -> ParameterCount.total(m) + ParameterCount.multiTokenPrediction(m);
            case "embedding" -> ParameterCount.embedding(m) + ParameterCount.unembedding(m);
            default -> throw new IllegalArgumentException(what);
        };
    }

    @Test
    void everyModelOfTheCatalogueIsHeldToAPublishedCount() {
        Set<String> held = new HashSet<>();
        rows().forEach(row -> held.add(row.text("model")));
        disagreements().forEach(row -> held.add(row.text("model")));
        assertThat(Models.list()).extracting(Transformer::name).allMatch(held::contains);
    }

    @Test
    void deepSeekIsTheSumOfItsMatricesAndVectors() {
        // arXiv 2412.19437 sections 2.1 and 4.2, added up by hand; the authors print 671 B.
        long embeddings = 2L * 129280 * 7168;
        long query = 7168L * 1536 + 1536 + 1536L * 128 * 192;
        long keyAndValue = 7168L * (512 + 64) + 512 + 512L * 128 * (128 + 128);
        long attention = query + keyAndValue + 128L * 128 * 7168;
        long norms = 2L * 7168;
        long dense = 3L * 7168 * 18432;
        long experts = (256L + 1) * 3 * 7168 * 2048 + 256L * 7168 + 256;
        long sum = embeddings + 61 * (attention + norms) + 3 * dense + 58 * experts + 7168;
        assertThat(sum / 1e9).isBetween(670.5, 671.5);
        assertThat(Models.DEEPSEEK_V3.parameters()).isEqualTo(sum);
    }

    @Test
    void gptOssAgreesPartByPart() {
        // arXiv 2508.10925 table 1: MLP 114.71 B and 19.12 B, attention 0.96 B and 0.64 B.
        Transformer large = Models.named("gpt-oss-120b");
        Transformer small = Models.named("gpt-oss-20b");
        assertThat(mlp(large) / 1e9).isBetween(114.705, 114.715);
        assertThat(mlp(small) / 1e9).isBetween(19.115, 19.125);
        assertThat(36 * ParameterCount.attentionPerLayer(large) / 1e9).isBetween(0.955, 0.965);
        assertThat(24 * ParameterCount.attentionPerLayer(small) / 1e9).isBetween(0.635, 0.645);
    }

    private static double mlp(Transformer m) {
        long inOne =
                ParameterCount.expertLayer(m) - ParameterCount.attentionPerLayer(m) - ParameterCount.normsPerLayer(m);
        return (double) m.layers() * inOne;
    }

    @Test
    void multiTokenModuleOfDeepSeek() {
        // README_WEIGHTS.md of DeepSeek-V3: 11.5 B of its own, which leaves out the projection of 2h by h.
        Transformer m = Models.DEEPSEEK_V3;
        double withoutProjection = ParameterCount.multiTokenPrediction(m) - 2.0 * m.hidden() * m.hidden();
        assertThat(withoutProjection / 1e9).isBetween(11.45, 11.55);
    }

    static List<Csv.Row> disagreements() {
        return Csv.resource(PublishedCountsTest.class, "published-disagreements.csv")
                .rows();
    }

    @ParameterizedTest
    @MethodSource("disagreements")
    void knownDisagreementsAreAsLargeAsNoted(Csv.Row row) {
        double printed = row.number("printed") * row.number("scale");
        double counted = counted(Models.named(row.text("model")), row.text("counted"));
        assertThat(100 * (counted / printed - 1))
                .as("%s: %s", row.text("model"), row.text("why"))
                .isCloseTo(row.number("gap_percent"), within(0.01));
    }
}
