package org.hopperline.calibration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.collective.CollectiveConstants;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Cluster;
import org.hopperline.measured.CollectiveMeasurement;
import org.hopperline.measured.CollectiveTable;
import org.hopperline.measured.NcclTestLog;

/**
 * Fits constants of the collective model to measurements. The loss is on the logarithm of the time, linear beyond a few
 * percent.
 *
 * <p>A user's own fabric, from a log of nccl-tests:
 *
 * <pre>{@code
 * NcclTestLog log = NcclTests.read(Path.of("all_reduce.log"));
 * Fit fit = CollectiveCalibration.log(log, cluster).fit();
 * CollectiveConstants mine = CollectiveCalibration.constants(fit, "all_reduce.log of our cluster");
 * CollectiveModel model = CollectiveModel.on(cluster, mine);
 * double seconds = model.seconds(Collective.ALL_REDUCE, Group.all(cluster), 1e9);
 * }</pre>
 */
public final class CollectiveCalibration {

    /** Log residual at which the loss turns linear: about the scatter between versions of NCCL. */
    public static final double LOSS_SCALE = 0.05;

    /** Share of the shapes that judge a fit and are not fitted. */
    public static final double SCORED = 0.3;

    /** Deviation of the logarithm that a log may move a constant by before its rows must speak clearly. */
    private static final double LOG_PRIOR = 0.7;

    private static final List<String> NODE = List.of(
            "ring.ll.base",
            "ring.ll.hop",
            "ring.ll128.base",
            "ring.ll128.hop",
            "ring.ll128.link.share",
            "ring.simple.base",
            "ring.simple.hop",
            "ring.simple.link.share",
            "end.simple",
            "end.byte.reduction",
            "fill.node",
            "fill.half",
            "nvls.base",
            "nvls.link.share",
            "peer.base",
            "peer.each",
            "peer.link.share");

    private static final List<String> NETWORK = List.of("fill.level", "fill.level.half", "network.share");

    private static final List<String> EXPERT =
            List.of("expert.base", "expert.token", "expert.copy", "expert.sm.rate", "expert.link.share");

    private CollectiveCalibration() {}

    /** A fit of the constants inside a node to rows of nccl-tests on one node. */
    public static LeastSquares node(CollectiveTable table, Cluster cluster) {
        return prepared(table.rows(), cluster, NODE);
    }

    /** A fit of the constants of all-reduce between nodes. */
    public static LeastSquares network(CollectiveTable table, Cluster cluster) {
        return prepared(table.rows(), cluster, NETWORK);
    }

    /** A fit of the constants of the dispatch of experts inside a node. */
    public static LeastSquares expert(CollectiveTable table, Cluster cluster) {
        return prepared(table.rows(), cluster, EXPERT);
    }

    /**
     * A fit to one log: latencies and bandwidths of what the log ran, held to the shipped ones where the log says
     * nothing of them.
     *
     * @param cluster a machine of at least as many devices as the log has ranks
     */
    public static LeastSquares log(NcclTestLog log, Cluster cluster) {
        List<CollectiveMeasurement> rows = log.rows().stream()
                .map(row -> new CollectiveMeasurement(
                        "log",
                        cluster.fabric().name(),
                        cluster.chip().name(),
                        log.nodes(),
                        log.ranks(),
                        log.program().replace("_perf", ""),
                        "auto",
                        log.program(),
                        row.bytes(),
                        row.seconds()))
                .filter(CollectiveMeasurement::timed)
                .toList();
        List<String> names = names(log.program(), log.nodes() > 1);
        LeastSquares fit = prepared(rows, cluster, names);
        Parameter[] held = names.stream()
                .map(name -> {
                    Parameter parameter = parameter(name);
                    return parameter.withPrior(parameter.initial(), LOG_PRIOR);
                })
                .toArray(Parameter[]::new);
        return fit.parameters(held);
    }

    /** The constants of the library with what a fit found in their place. */
    public static CollectiveConstants constants(Fit fit, String source) {
        return CollectiveConstants.standard().with(fit.figures(source));
    }

    /** Seven tenths of the shapes to fit and three to judge by, dealt by a hash of operation, ranks and bytes. */
    public static Split split(CollectiveTable table) {
        List<CollectiveMeasurement> rows = table.rows();
        return Split.of(rows.size(), SCORED, row -> {
            CollectiveMeasurement x = rows.get(row);
            return Split.shape(
                    x.operation().hashCode(),
                    x.algorithm().hashCode(),
                    x.software().hashCode(),
                    x.devices(),
                    Double.isNaN(x.bytes()) ? 0 : x.bytes());
        });
    }

    /** The constants as a table with the columns name, value, unit, kind and source. */
    public static String csv(CollectiveConstants constants) {
        StringBuilder text = new StringBuilder("name,value,unit,kind,source\n");
        constants
                .figures()
                .forEach((name, figure) -> text.append(name)
                        .append(',')
                        .append(figure.value())
                        .append(',')
                        .append(figure.unit())
                        .append(',')
                        .append(figure.kind().name().toLowerCase(java.util.Locale.ROOT))
                        .append(",\"")
                        .append(figure.source().replace("\"", "\"\""))
                        .append("\"\n"));
        return text.toString();
    }

    private static List<String> names(String program, boolean network) {
        switch (program) {
            case "alltoall_perf":
            case "sendrecv_perf":
                return network ? List.of("peer.base", "peer.network.share") : List.of("peer.base", "peer.link.share");
            case "all_reduce_perf":
                return network
                        ? List.of("nvlstree.base", "nvlstree.network.hop", "fill.level", "network.share")
                        : List.of("ring.ll.base", "nvls.base", "nvls.link.share", "ring.simple.link.share");
            case "all_gather_perf":
            case "reduce_scatter_perf":
            case "broadcast_perf":
                return network
                        ? List.of("ring.ll.network.hop", "ring.simple.network.hop", "network.share")
                        : List.of("ring.ll.base", "ring.ll128.link.share", "ring.simple.link.share");
            default:
                throw new IllegalArgumentException("no model of " + program
                        + "; fit a log of all_reduce_perf, all_gather_perf, reduce_scatter_perf, alltoall_perf,"
                        + " broadcast_perf or sendrecv_perf");
        }
    }

    private static LeastSquares prepared(List<CollectiveMeasurement> rows, Cluster cluster, List<String> names) {
        Check.notNull(cluster, "cluster");
        double[] seconds =
                rows.stream().mapToDouble(CollectiveMeasurement::seconds).toArray();
        CollectiveConstants shipped = CollectiveConstants.standard();
        return LeastSquares.of(
                        p -> {
                            Map<String, Figure> figures = new LinkedHashMap<>();
                            for (int i = 0; i < p.length; i++) {
                                String name = names.get(i);
                                figures.put(
                                        name,
                                        Figure.fitted(p[i], shipped.get(name).unit(), "trial"));
                            }
                            CollectivePredictor predictor = CollectivePredictor.on(cluster, shipped.with(figures));
                            return row -> predictor.seconds(rows.get(row));
                        },
                        seconds)
                .parameters(names.stream().map(CollectiveCalibration::parameter).toArray(Parameter[]::new))
                .residual(Residual.LOG)
                .loss(Loss.pseudoHuber(LOSS_SCALE));
    }

    private static Parameter parameter(String name) {
        Figure figure = CollectiveConstants.standard().get(name);
        return Parameter.positive(name, figure.unit(), figure.value());
    }
}
