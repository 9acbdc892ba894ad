package org.hopperline.kernel;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Divisors;

/**
 * How flash kernels cut the score matrix: an outer tile that one thread block owns, and inner blocks that it walks over.
 * Tile sizes are those of the kernels' sources: FlashAttention-3 {@code hopper/tile_size.h} and
 * {@code hopper/flash_bwd_launch_template.h}, FlashAttention-2 {@code csrc/flash_attn/src/flash_fwd_launch_template.h}
 * (Dao-AILab/flash-attention); cuDNN publishes none, so square tiles of 128 are assumed for it.
 */
final class AttentionTiles {

    private AttentionTiles() {}

    /**
     * Elements to which a kernel pads a vector: the flash kernels are compiled for sizes 64, 96, 128, 192 and 256 and do
     * the products of the next one up; the Triton port for powers of two; cuDNN for multiples of 8.
     */
    static int paddedDim(AttentionBackend backend, int dim) {
        if (backend == AttentionBackend.CUDNN) {
            return (dim + 7) / 8 * 8;
        }
        if (dim <= 64) {
            return 64;
        }
        boolean powersOfTwo = backend == AttentionBackend.TRITON_FLASH;
        if (dim <= 128) {
            return dim <= 96 && !powersOfTwo ? 96 : 128;
        }
        return dim <= 192 && !powersOfTwo ? 192 : 256;
    }

    /** Query rows of the tile that a thread block of the forward kernel owns. */
    static int forwardQueryTile(AttentionBackend backend, int headDim, int packedRows) {
        return switch (backend) {
            case FLASH_3 -> headDim <= 96 ? 192 : 128;
            case FLASH_3_PAGED -> headDim <= 128 && packedRows <= 64 ? 64 : headDim <= 96 ? 192 : 128;
            default -> 128;
        };
    }

    /** Keys of one inner block of the forward kernel. */
    static int forwardKeyTile(AttentionBackend backend, int headDim, int valueDim, boolean causal, boolean eightBit) {
        return switch (backend) {
            case FLASH_3 ->
                eightBit
                        ? headDim <= 64 ? 160 : headDim <= 96 ? 128 : headDim <= 128 ? 224 : headDim <= 192 ? 160 : 128
                        : headDim <= 64
                                ? (causal ? 128 : 192)
                                : headDim <= 96
                                        ? 144
                                        : headDim <= 128
                                                ? (causal ? 128 : 176)
                                                : headDim <= 192 ? (valueDim <= 128 ? 128 : 112) : 80;
            case FLASH_3_PAGED -> headDim <= 128 ? 128 : headDim <= 192 ? 96 : 80;
            case FLASH_2, TRITON_FLASH -> headDim <= 64 ? 128 : 64;
            default -> 128;
        };
    }

    /** Keys of the tile that a thread block of the backward kernel owns. */
    static int backwardKeyTile(int headDim) {
        return headDim <= 128 ? 128 : headDim <= 192 ? 96 : 80;
    }

    /** Queries of one inner block of the backward kernel. */
    static int backwardQueryTile(int headDim) {
        return headDim <= 64 ? 128 : 64;
    }

    /**
     * Inner blocks that all outer tiles of one group visit together.
     *
     * <p>Outer tile {@code i} of {@code 1..tiles} ends at position {@code e_i = min(start + i step, limit)} and visits
     * {@code ceil(e_i / block)} blocks, less those wholly before its window. Summed in closed form: the arithmetic series
     * of {@code e_i / block}, plus the mean rounding of the ceiling: {@code (r - 1) / 2r}, where {@code r} is the
     * denominator of {@code step / block} in lowest terms, or {@code ((r + 1) / 2 - f) / r} where {@code start} lies a
     * fraction {@code f > 0} of {@code block / r} beyond a multiple of it. Exact where positions are whole and {@code
     * tiles} is a multiple of {@code r}; otherwise within half a block a tile.
     *
     * @param tiles outer tiles, at least 1
     * @param outerRows rows of an outer tile
     * @param rowsPerPosition rows that share a position (query heads packed together), at least 1; the step is
     *     {@code outerRows / rowsPerPosition}
     * @param start visible positions before the first outer position
     * @param limit all positions
     * @param block positions of an inner block
     * @param causal false if every tile visits everything
     * @param window 0, or positions that an outer position may see
     */
    static double visitedBlocks(
            int tiles,
            int outerRows,
            int rowsPerPosition,
            int start,
            int limit,
            int block,
            boolean causal,
            int window) {
        double all = blocks(limit, block);
        if (!causal) {
            return tiles * all;
        }
        double step = (double) outerRows / rowsPerPosition;
        long scaled = (long) rowsPerPosition * block;
        long denominator = scaled / Divisors.greatestCommon(outerRows, scaled);
        double turns = (double) start * denominator / block;
        double phase = turns - Math.floor(turns);
        double rounding = (phase > 0 ? (denominator + 1) / 2.0 - phase : (denominator - 1) / 2.0) / denominator;
        // tiles 1..partial end before the limit, the rest see everything
        double partial = Math.min(tiles, Math.ceil((limit - start) / step) - 1);
        double visited = partial * (start + 0.5 * step * (partial + 1)) / block + partial * rounding;
        visited += (tiles - partial) * all;
        if (window > 0 && window < limit) {
            // tile i begins at start + (i - 1) step and skips what lies before its window
            double slack = window - 1.0 - start;
            double whole = slack < 0 ? 0 : Math.floor(slack / step) + 1;
            if (whole < tiles) {
                double skipping = tiles - whole;
                double firstSkip = start + whole * step + 1 - window;
                double skipped = skipping * (firstSkip + 0.5 * step * (skipping - 1)) / block - skipping * rounding;
                visited -= Math.max(0, skipped);
            }
        }
        return Math.max(visited, tiles);
    }

    /** Blocks of size {@code block} that cover {@code positions}. */
    static int blocks(int positions, int block) {
        return (int) (((long) positions + block - 1) / block);
    }

    /** Most inner blocks that one outer tile visits. */
    static double longestWalk(int outerRows, int rowsPerPosition, int limit, int block, boolean causal, int window) {
        double all = blocks(limit, block);
        if (!causal || window == 0) {
            return all;
        }
        return Math.min(all, 1 + Math.ceil((window - 1 + (double) outerRows / rowsPerPosition) / block));
    }
}
