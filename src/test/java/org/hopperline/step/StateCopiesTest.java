package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.hopperline.plan.GradientSum;
import org.hopperline.plan.ParameterStorage;
import org.junit.jupiter.api.Test;

/** What PyTorch and DeepSpeed move beside the collectives, counted kernel by kernel. */
class StateCopiesTest {

    @Test
    void aFlatTensorIsGatheredInPlaceAndItsGradientIsJoinedCastAndDivided() {
        assertThat(StateCopies.ofGather(ParameterStorage.FLAT, 2)).isZero();
        // join: read 2, write 2; divide in place: read 2, write 2
        assertThat(StateCopies.ofScatter(ParameterStorage.FLAT, 2)).isEqualTo(8);
        // join 4; cast: read 2, write 4; divide: read 4, write 4
        assertThat(StateCopies.ofScatter(ParameterStorage.FLAT, 4)).isEqualTo(18);
    }

    @Test
    void parametersByThemselvesAreCopiedOutAndTheirGradientsIn() {
        assertThat(StateCopies.ofGather(ParameterStorage.EACH, 2)).isEqualTo(4);
        assertThat(StateCopies.ofGather(ParameterStorage.EACH, 1)).isEqualTo(2);
        assertThat(StateCopies.ofScatter(ParameterStorage.EACH, 4)).isEqualTo(6);
        assertThat(StateCopies.ofScatter(ParameterStorage.EACH, 2)).isEqualTo(4);
    }

    @Test
    void buffersThatProductsUseNeedNoCopy() {
        assertThat(StateCopies.ofGather(ParameterStorage.IN_PLACE, 2)).isZero();
        assertThat(StateCopies.ofScatter(ParameterStorage.IN_PLACE, 4)).isZero();
        assertThat(StateCopies.ofSum(GradientSum.IN_PRODUCT, 4)).isZero();
    }

    @Test
    void sumsReadBothAndWriteOne() {
        assertThat(StateCopies.ofSum(GradientSum.ADDED, 2)).isEqualTo(6);
        assertThat(StateCopies.ofSum(GradientSum.ADDED, 4)).isEqualTo(10);
        assertThat(StateCopies.ofSum(GradientSum.CAST_AND_ADDED, 4)).isEqualTo(6 + 12);
    }

    @Test
    void adamMovesItsStatesAsTheyAreHeld() {
        // read 4 + 4 + 2 x 4, written 4 + 2 x 4
        assertThat(StateCopies.ofOptimizer(true, 16, 4)).isEqualTo(28);
        assertThat(StateCopies.ofOptimizer(true, 8, 2)).isEqualTo(14);
        // read 4 + 4 + 2 x 4, written 4 + 2 x 4 + 2
        assertThat(StateCopies.ofOptimizer(false, 16, 4)).isEqualTo(30);
        assertThat(StateCopies.ofOptimizer(false, 16, 2)).isEqualTo(28);
    }
}
