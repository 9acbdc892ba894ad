package org.hopperline.step;

import org.hopperline.text.FigureTable;

/**
 * Constants of overlap and waiting.
 *
 * @param scatterChunks chunks into which a product and the reduce-scatter after it are cut
 * @param projectionScatterSms streaming multiprocessors that the projection after attention leaves to the reduce-scatter
 * @param feedForwardScatterSms those that the second product of the feed-forward part leaves to it, over 4 ranks; as many
 *     less as there are more ranks
 * @param bulkSms streaming multiprocessors that other overlapped tensor traffic takes
 * @param projectionBulkSms those that the reduce-scatter beside the weight gradient of queries, keys and values takes
 * @param defaultSms those that scatters and bulk exchanges take where user buffers have no configuration
 * @param gatherChunks chunks of a ring exchange at the most: more ranks share one
 * @param bucketParameters parameters of one data-parallel bucket, at the least
 * @param launchSeconds time of the host for one kernel that an operation launches
 * @param fp8ExactAccumulation rate of an FP8 product that adds in 32 bits over one that does not
 */
public record StepConstants(
        double scatterChunks,
        double projectionScatterSms,
        double feedForwardScatterSms,
        double bulkSms,
        double projectionBulkSms,
        double defaultSms,
        double gatherChunks,
        double bucketParameters,
        double launchSeconds,
        double fp8ExactAccumulation) {

    private static final StepConstants SHIPPED = read(FigureTable.resource(StepConstants.class, "step.csv"));

    /** The constants that ship with the library. */
    public static StepConstants shipped() {
        return SHIPPED;
    }

    /** The constants of a table that has them all. */
    public static StepConstants read(FigureTable table) {
        return new StepConstants(
                table.value("scatter_chunks"),
                table.value("projection_scatter_sms"),
                table.value("feed_forward_scatter_sms"),
                table.value("bulk_sms"),
                table.value("projection_bulk_sms"),
                table.value("default_sms"),
                table.value("gather_chunks"),
                table.value("bucket_parameters"),
                table.value("launch"),
                table.value("fp8_exact_accumulation"));
    }
}
