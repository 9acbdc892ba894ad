package org.hopperline.plan;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;

/**
 * Layers chunk by chunk, as Megatron-Core's {@code --pipeline-model-parallel-layout} takes them
 * (megatron/core/transformer/pipeline_parallel_layer_layout.py): {@code E} is the embedding, {@code t} a layer, {@code m} a
 * layer that predicts a further token, {@code L} the logits with their loss; {@code |} ends a chunk; {@code x*n} and {@code
 * (…)*n} repeat a letter or a group; commas and spaces mean nothing. Chunk {@code g = c*p + i} is chunk {@code c} of stage
 * {@code i} among {@code p}.
 *
 * <p>{@code Et*3|(tt|)*29,m|L} is 32 chunks: embedding and three layers, 29 times two layers, a layer for a further token,
 * and the logits alone.
 *
 * @param layersOfChunk layers of each chunk, those for further tokens left out
 * @param furtherOfChunk layers of each chunk that predict further tokens
 */
public record PipelineLayout(List<Integer> layersOfChunk, List<Integer> furtherOfChunk) {

    /** Checks that both lists have an entry for each chunk and that further tokens follow on all layers. */
    public PipelineLayout {
        layersOfChunk = List.copyOf(Check.notNull(layersOfChunk, "layers of each chunk"));
        furtherOfChunk = List.copyOf(Check.notNull(furtherOfChunk, "layers for further tokens of each chunk"));
        int chunks = layersOfChunk.size();
        if (chunks == 0 || furtherOfChunk.size() != chunks) {
            throw new IllegalArgumentException("layers of " + chunks + " chunks and layers for further tokens of "
                    + furtherOfChunk.size() + "; give one of each for every chunk");
        }
        boolean predicts = false;
        for (int g = 0; g < chunks; g++) {
            Check.nonNegative(layersOfChunk.get(g), "layers of chunk " + g);
            Check.nonNegative(furtherOfChunk.get(g), "layers for further tokens of chunk " + g);
            if (predicts && layersOfChunk.get(g) > 0) {
                throw new IllegalArgumentException("chunk " + g + " has " + layersOfChunk.get(g)
                        + " layers after one for a further token; those come last");
            }
            predicts |= furtherOfChunk.get(g) > 0;
        }
    }

    /**
     * Reads a layout as Megatron-Core writes it.
     *
     * @throws IllegalArgumentException if it cannot be read, with the place, or has no embedding first or no logits last
     */
    public static PipelineLayout parse(String text) {
        String pieces = new LayoutText(text).expanded();
        if (pieces.isEmpty() || pieces.charAt(0) != 'E' || pieces.lastIndexOf('E') != 0) {
            throw wrong(text, "the embedding E must stand first and nowhere else");
        }
        int end = pieces.length() - 1;
        if (pieces.charAt(end) != 'L' || pieces.indexOf('L') != end) {
            throw wrong(text, "the logits L must stand last and nowhere else");
        }
        int lastLayer = pieces.lastIndexOf('t');
        int firstFurther = pieces.indexOf('m');
        if (firstFurther >= 0 && firstFurther < lastLayer) {
            throw wrong(text, "layers m for further tokens must follow on all layers t");
        }
        List<Integer> layers = new ArrayList<>();
        List<Integer> further = new ArrayList<>();
        for (String chunk : pieces.split("\\|", -1)) {
            layers.add((int) chunk.chars().filter(c -> c == 't').count());
            further.add((int) chunk.chars().filter(c -> c == 'm').count());
        }
        return new PipelineLayout(layers, further);
    }

    private static IllegalArgumentException wrong(String text, String rule) {
        return new IllegalArgumentException("the layout \"" + text + "\": " + rule + ", as in Et|(tt|)*30mL");
    }

    /** Chunks over all stages. */
    public int chunks() {
        return layersOfChunk.size();
    }

    /** Layers of all chunks, those for further tokens left out. */
    public int layers() {
        return sum(layersOfChunk);
    }

    /** Layers of all chunks that predict further tokens. */
    public int further() {
        return sum(furtherOfChunk);
    }

    private static int sum(List<Integer> counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    /** The layout as Megatron-Core reads it, equal neighbours once: {@code Ettt|(tt|)*29m|L}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int last = chunks() - 1;
        int g = 0;
        while (g <= last) {
            String chunk = chunk(g);
            int alike = 1;
            while (g > 0 && g + alike < last && chunk(g + alike).equals(chunk)) {
                alike++;
            }
            boolean repeats = alike > 1;
            text.append(repeats ? "(" : "").append(chunk).append(g < last ? "|" : "");
            text.append(repeats ? ")*" + alike : "");
            g += alike;
        }
        return text.toString();
    }

    private String chunk(int g) {
        return (g == 0 ? "E" : "")
                + repeated('t', layersOfChunk.get(g))
                + repeated('m', furtherOfChunk.get(g))
                + (g == chunks() - 1 ? "L" : "");
    }

    private static String repeated(char letter, int times) {
        return times < 4 ? String.valueOf(letter).repeat(times) : letter + "*" + times;
    }
}
