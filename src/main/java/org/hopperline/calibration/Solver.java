package org.hopperline.calibration;

import org.ddogleg.optimization.FactoryOptimization;
import org.ddogleg.optimization.OptimizationException;
import org.ddogleg.optimization.UnconstrainedLeastSquares;
import org.ddogleg.optimization.functions.FunctionNtoM;
import org.ddogleg.optimization.functions.FunctionNtoMxN;
import org.ddogleg.optimization.lm.ConfigLevenbergMarquardt;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Levenberg-Marquardt that does not take the solver's word for it. Its tests are absolute and its damping knows no
 * scale, and with its own scaling it reports convergence far from the minimum of NIST's Misra1a. So the columns of the
 * Jacobian are scaled to length 1 from outside, the run is repeated from where it stopped with a new scale until the
 * cost stands still, and then Gauss-Newton steps by QR (which does not square the condition, as the normal equations
 * do) settle the last digits and measure how far the minimum still is.
 */
final class Solver {

    /** Stands for an entry that cannot be computed, so that the step is refused. */
    private static final double REFUSED = 1e100;

    private static final int RESTARTS = 50;
    private static final int POLISHING = 20;

    /** Relative offset at which the parameters are settled, unless told otherwise. */
    static final double SETTLED = 1e-9;

    /** Relative rounding of a sum of squares. */
    private static final double ROUNDING = 1e-13;

    private final Objective objective;
    private final boolean cautious;
    private final int maximumIterations;
    private final double settled;
    private final double[] free;
    private final double[] scale;
    private final double[] entries;
    private double cost;
    private int iterations;
    private double offset = Double.POSITIVE_INFINITY;
    private double change = Double.POSITIVE_INFINITY;

    private Solver(Objective objective, double[] start, boolean cautious, int maximumIterations, double settled) {
        this.objective = objective;
        this.cautious = cautious;
        this.maximumIterations = maximumIterations;
        this.settled = settled;
        this.free = start.clone();
        this.scale = new double[start.length];
        this.entries = new double[objective.size()];
        objective.entries(free, entries);
        this.cost = Objective.cost(entries, entries.length);
    }

    /**
     * The end of one run.
     *
     * @param free where it stopped, in free coordinates
     * @param cost half the sum of squares there
     * @param iterations steps tried
     * @param offset the relative offset of Bates and Watts (1981): length of the residual along the tangent plane
     *     against that across it, each by its degrees of freedom; 0 at the minimum
     * @param change largest relative change that the next Gauss-Newton step would make to a free coordinate
     */
    record Solution(double[] free, double cost, int iterations, double offset, double change) {

        /** True if the next step would be a thousandth of a standard error, or would change nothing in ten digits. */
        boolean converged() {
            return offset <= 1e-3 || change <= 1e-10;
        }
    }

    /**
     * One run.
     *
     * @param start free coordinates at which the cost is finite
     * @param cautious damp all directions alike and start with short steps (Levenberg), which crosses curved ground;
     *     otherwise damp each by its curvature and start with Gauss-Newton's own step (Marquardt), which is fast
     * @param settled relative offset at which no further step is taken
     */
    static Solution solve(
            Objective objective, double[] start, boolean cautious, int maximumIterations, double settled) {
        Solver solver = new Solver(objective, start, cautious, maximumIterations, settled);
        solver.descend();
        solver.polish();
        return new Solution(solver.free, solver.cost, solver.iterations, solver.offset, solver.change);
    }

    private void descend() {
        for (int run = 0; run < RESTARTS && iterations < maximumIterations && cost > 0; run++) {
            double before = cost;
            rescale();
            run(run == 0 && cautious ? 100 : 1e-4);
            if (run > 0 && before - cost <= 1e-9 * before) {
                return;
            }
        }
    }

    /** Sets the scale at which each column of the Jacobian has length 1, and returns the Jacobian without it. */
    private double[] rescale() {
        int p = free.length;
        double[] jacobian = new double[entries.length * p];
        objective.jacobian(free, jacobian);
        for (int j = 0; j < p; j++) {
            double squares = 0;
            for (int i = 0; i < entries.length; i++) {
                double d = jacobian[i * p + j];
                squares += Double.isFinite(d) ? d * d : 0;
            }
            scale[j] = squares > 0 ? 1 / Math.sqrt(squares) : 1;
        }
        return jacobian;
    }

    private void run(double damping) {
        ConfigLevenbergMarquardt config = new ConfigLevenbergMarquardt();
        config.dampeningInitial = damping;
        config.mixture = cautious ? 1 : 1e-4;
        config.diagonalMin = 1e-30;
        config.hessianScaling = false;
        Scaled scaled = new Scaled(objective, scale.clone(), Math.sqrt(2 * cost));
        UnconstrainedLeastSquares<DMatrixRMaj> search = FactoryOptimization.levenbergMarquardt(config, true);
        search.setFunction(scaled, scaled);
        double[] start = new double[free.length];
        for (int j = 0; j < start.length; j++) {
            start[j] = free[j] / (scale[j] * scaled.length);
        }
        search.initialize(start, 1e-14, 0);
        try {
            boolean done = false;
            while (!done && iterations < maximumIterations) {
                done = search.iterate();
                iterations++;
            }
        } catch (OptimizationException e) {
            // It gives up where no step computes; what it had reached by then is kept below.
            iterations++;
        }
        double[] reached = scaled.unscale(search.getParameters());
        double[] there = new double[entries.length];
        objective.entries(reached, there);
        double found = Objective.cost(there, there.length);
        if (found < cost) {
            accept(reached, there, found);
        }
    }

    private void accept(double[] reached, double[] there, double found) {
        System.arraycopy(reached, 0, free, 0, free.length);
        System.arraycopy(there, 0, entries, 0, entries.length);
        cost = found;
    }

    /**
     * Gauss-Newton by QR with halved steps, as long as the cost falls. Near the minimum the cost is flat to rounding
     * before the parameters are settled, so a full step may leave it as it is.
     */
    private void polish() {
        int p = free.length;
        for (int k = 0; k < POLISHING; k++) {
            double[] step = step();
            if (step.length == 0 || change == 0 || (settled > SETTLED && offset <= settled)) {
                return;
            }
            boolean better = false;
            for (double share = 1; share > 1e-3 && !better; share /= 2) {
                double[] tried = new double[p];
                for (int j = 0; j < p; j++) {
                    tried[j] = free[j] - share * step[j];
                }
                double[] there = new double[entries.length];
                objective.entries(tried, there);
                double found = Objective.cost(there, there.length);
                boolean settles = share == 1 && offset > settled && found <= cost * (1 + ROUNDING);
                if (found < cost || settles) {
                    accept(tried, there, found);
                    better = true;
                }
            }
            if (!better) {
                return;
            }
        }
        step();
    }

    /** The Gauss-Newton step in free coordinates, and how large it is; empty where the Jacobian cannot be computed. */
    private double[] step() {
        int n = entries.length;
        int p = free.length;
        DMatrixRMaj jacobian = DMatrixRMaj.wrap(n, p, rescale());
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < p; j++) {
                jacobian.data[i * p + j] *= scale[j];
                if (!Double.isFinite(jacobian.data[i * p + j])) {
                    return new double[0];
                }
            }
        }
        LinearSolverDense<DMatrixRMaj> qr = LinearSolverFactory_DDRM.leastSquaresQrPivot(true, false);
        DMatrixRMaj right = DMatrixRMaj.wrap(n, 1, entries.clone());
        DMatrixRMaj solution = new DMatrixRMaj(p, 1);
        if (!qr.setA(jacobian.copy())) {
            return new double[0];
        }
        qr.solve(right, solution);
        measure(jacobian, solution);
        double[] step = new double[p];
        change = 0;
        for (int j = 0; j < p; j++) {
            step[j] = solution.data[j] * scale[j];
            change = Math.max(change, Math.abs(step[j]) / Math.max(Math.abs(free[j]), Double.MIN_NORMAL));
        }
        return step;
    }

    private void measure(DMatrixRMaj jacobian, DMatrixRMaj solution) {
        int p = free.length;
        double along = 0;
        double across = 0;
        for (int i = 0; i < entries.length; i++) {
            double tangent = 0;
            for (int j = 0; j < p; j++) {
                tangent += jacobian.data[i * p + j] * solution.data[j];
            }
            along += tangent * tangent;
            across += (entries[i] - tangent) * (entries[i] - tangent);
        }
        offset = Math.sqrt(along / p / (across / (entries.length - p)));
    }

    /** The objective in coordinates of unit columns, its entries relative to their length at the start of the run. */
    private static final class Scaled implements FunctionNtoM, FunctionNtoMxN<DMatrixRMaj> {

        private final Objective objective;
        private final double[] scale;
        private final double length;

        Scaled(Objective objective, double[] scale, double length) {
            this.objective = objective;
            this.scale = scale;
            this.length = length;
        }

        double[] unscale(double[] scaled) {
            double[] free = new double[scale.length];
            for (int j = 0; j < free.length; j++) {
                free[j] = scaled[j] * scale[j] * length;
            }
            return free;
        }

        @Override
        public int getNumOfInputsN() {
            return objective.columns();
        }

        @Override
        public int getNumOfOutputsM() {
            return objective.size();
        }

        @Override
        public void process(double[] input, double[] output) {
            objective.entries(unscale(input), output);
            for (int i = 0; i < objective.size(); i++) {
                // Whatever is not a number fails the comparison.
                output[i] = Math.abs(output[i]) < REFUSED * length ? output[i] / length : REFUSED;
            }
        }

        @Override
        public void process(double[] input, DMatrixRMaj output) {
            objective.jacobian(unscale(input), output.data);
            int p = scale.length;
            for (int i = 0; i < objective.size(); i++) {
                for (int j = 0; j < p; j++) {
                    double d = output.data[i * p + j] * scale[j];
                    output.data[i * p + j] = Double.isFinite(d) ? d : 0;
                }
            }
        }

        @Override
        public DMatrixRMaj declareMatrixMxN() {
            return new DMatrixRMaj(objective.size(), objective.columns());
        }
    }
}
