package org.hopperline.run;

import org.hopperline.core.Check;
import org.hopperline.core.Ledger;
import org.hopperline.hardware.Cluster;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.run.money.Cost;
import org.hopperline.run.money.Price;
import org.hopperline.run.power.ChipDraw;
import org.hopperline.run.power.Energy;
import org.hopperline.run.power.PowerChain;
import org.hopperline.search.Objective;
import org.hopperline.step.StepTerm;

/** Energy and cost as objectives of a search of plans: of steps that go on undisturbed, failures aside. */
public final class RunObjectives {

    private RunObjectives() {}

    /** Joules at the meter for each token, of the devices at work, with the machine's chain and its chip's draw. */
    public static Objective energy(Cluster machine) {
        Check.notNull(machine, "machine");
        return new EnergyObjective(PowerChain.of(machine), ChipDraw.of(machine.chip()));
    }

    /** Dollars of rented device-hours for each million tokens. */
    public static Objective rent(Price perGpuHour) {
        return new RentObjective(perGpuHour);
    }

    /** Dollars of electricity at the meter for each million tokens, of the devices at work. */
    public static Objective electricity(Cluster machine, Price perKilowattHour) {
        return new ElectricityObjective(
                new EnergyObjective(PowerChain.of(machine), ChipDraw.of(machine.chip())), perKilowattHour);
    }

    private record EnergyObjective(PowerChain chain, ChipDraw draw) implements Objective {

        @Override
        public String label() {
            return "energy";
        }

        @Override
        public String unit() {
            return "J/token";
        }

        @Override
        public double cost(ParallelPlan plan, Batch batch, double memoryBytes, Ledger<StepTerm> step) {
            double watts =
                    chain.drawn(draw.average(StepPhases.of(step))).facility().watts();
            return watts * plan.devices() * step.get(StepTerm.STEP) / batch.tokens();
        }

        /** Whatever a device does, it draws what it draws when it idles. */
        @Override
        public double atLeast(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
            double watts = chain.drawn(draw.stopped()).facility().watts();
            return watts * plan.devices() * leastSeconds / batch.tokens();
        }

        @Override
        public double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
            return chain.drawn(draw.stopped()).facility().watts() * leastDeviceSeconds;
        }
    }

    private record ElectricityObjective(EnergyObjective energy, Price perKilowattHour) implements Objective {

        ElectricityObjective {
            Cost.electricity(1, Check.notNull(perKilowattHour, "price of electricity"));
        }

        @Override
        public String label() {
            return "electricity";
        }

        @Override
        public String unit() {
            return "USD/million tokens";
        }

        @Override
        public double cost(ParallelPlan plan, Batch batch, double memoryBytes, Ledger<StepTerm> step) {
            return dollars(energy.cost(plan, batch, memoryBytes, step));
        }

        @Override
        public double atLeast(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
            return dollars(energy.atLeast(plan, batch, leastBytes, leastSeconds));
        }

        @Override
        public double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
            return dollars(energy.atLeast(leastDevices, mostDevices, leastDeviceSeconds));
        }

        private double dollars(double joulesPerToken) {
            return joulesPerToken * 1e6 / Energy.JOULES_PER_MEGAWATT_HOUR * 1000 * perKilowattHour.dollars();
        }
    }

    private record RentObjective(Price perGpuHour) implements Objective {

        RentObjective {
            Cost.rented(1, Check.notNull(perGpuHour, "price of a GPU-hour"));
        }

        @Override
        public String label() {
            return "rent";
        }

        @Override
        public String unit() {
            return "USD/million tokens";
        }

        @Override
        public double cost(ParallelPlan plan, Batch batch, double memoryBytes, Ledger<StepTerm> step) {
            return atLeast(plan, batch, memoryBytes, step.get(StepTerm.STEP));
        }

        @Override
        public double atLeast(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
            return plan.devices() * leastSeconds / 3600 / batch.tokens() * 1e6 * perGpuHour.dollars();
        }

        @Override
        public double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
            return leastDeviceSeconds / 3600 * 1e6 * perGpuHour.dollars();
        }
    }
}
