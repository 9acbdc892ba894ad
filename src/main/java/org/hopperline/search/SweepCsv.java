package org.hopperline.search;

import java.util.Locale;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.step.StepPrediction;

/**
 * Answers of a sweep as comma-separated values (RFC 4180, lines end in a line feed). A question that failed has the reason
 * in its last two columns and nothing in those of the step.
 */
final class SweepCsv {

    static final String HEADER =
            "index,model,machine,machine_devices,devices,plan,sequences,sequence_length,precision,software,varied,"
                    + "dollars_per_device_hour,step_seconds,tokens_per_second,memory_bytes,dollars_per_million_tokens,failure,"
                    + "message\n";

    private SweepCsv() {}

    static void line(SweepOutcome outcome, StringBuilder out) {
        SweepPoint point = outcome.point();
        StepPrediction step = outcome.step();
        ParallelPlan plan = step == null ? point.plan() : step.setup().plan();
        text(out.append(outcome.index()).append(','), point.model().name());
        text(out.append(','), point.machine().name());
        out.append(',').append(point.machine().devices());
        out.append(',').append(plan == null ? "" : plan.devices());
        text(out.append(','), plan == null ? "" : plan.toString());
        out.append(',').append(step == null ? "" : step.setup().batch().sequences());
        out.append(',').append(point.batch().sequenceLength());
        out.append(',').append(point.precision());
        text(out.append(','), point.software().name());
        text(out.append(','), String.join("; ", point.varied()));
        number(out, point.dollarsPerDeviceHour());
        number(out, step == null ? Double.NaN : step.seconds());
        number(out, step == null ? Double.NaN : step.tokensPerSecond());
        number(out, outcome.memoryBytes());
        number(out, outcome.dollarsPerMillionTokens());
        text(out.append(','), outcome.failure() == null ? "" : outcome.failure());
        text(out.append(','), outcome.message());
        out.append('\n');
    }

    private static void number(StringBuilder out, double value) {
        out.append(',');
        if (!Double.isNaN(value)) {
            out.append(String.format(Locale.ROOT, "%.9g", value));
        }
    }

    private static void text(StringBuilder out, String value) {
        if (value.indexOf(',') < 0 && value.indexOf('"') < 0 && value.indexOf('\n') < 0 && value.indexOf('\r') < 0) {
            out.append(value);
        } else {
            out.append('"').append(value.replace("\"", "\"\"")).append('"');
        }
    }
}
