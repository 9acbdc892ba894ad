package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenRoutingTest {

    /** arXiv 2412.19437 section 2.1.2: each token is sent to at most four nodes; 64 ranks of experts fill eight. */
    @Test
    void deepSeekReachesFourOfEightNodes() {
        TokenRouting routing = Models.DEEPSEEK_V3.experts().routing();
        assertThat(routing.groups()).isEqualTo(8);
        assertThat(routing.groupsVisited()).isEqualTo(4);
        assertThat(routing.nodeLimit(8)).isEqualTo(4);
        assertThat(routing.nodeLimit(16)).isEqualTo(8);
        assertThat(routing.nodeLimit(4)).as("two groups on each node").isEqualTo(4);
        assertThat(routing.nodeLimit(1)).isEqualTo(1);
    }

    @Test
    void withoutGroupsNothingIsLimited() {
        assertThat(TokenRouting.EVEN.nodeLimit(32)).isEqualTo(32);
    }

    @Test
    void oneThingChangesAtATime() {
        TokenRouting all = TokenRouting.EVEN.withLoad(1.2).withGroups(8, 4).inARow();
        assertThat(all).isEqualTo(new TokenRouting(1.2, 8, 4, true, false));
    }

    @Test
    void badInputIsRefused() {
        assertThatThrownBy(() -> TokenRouting.EVEN.withLoad(0))
                .hasMessage("load of the busiest rank over the mean is 0.0, but must be finite and above 0");
        assertThatThrownBy(() -> TokenRouting.EVEN.withGroups(4, 5))
                .hasMessage("a token visits 5 groups of experts, but there are 4; take at most 4");
        assertThatThrownBy(() -> TokenRouting.EVEN.withGroups(0, 1)).hasMessageStartingWith("groups of experts is 0");
        assertThatThrownBy(() -> TokenRouting.EVEN.withGroups(4, 0))
                .hasMessageStartingWith("groups that a token visits is 0");
    }

    @Test
    void paddingFixesTheLoadAtTheCapacity() {
        TokenRouting padded =
                TokenRouting.EVEN.withLoad(1.4).withGroups(8, 4).inARow().paddedTo(1.25);
        assertThat(padded).isEqualTo(new TokenRouting(1.25, 8, 4, true, true));
        assertThat(padded.withGroups(1, 1).inARow().padded()).isTrue();
        assertThatThrownBy(() -> TokenRouting.EVEN.paddedTo(0)).hasMessageContaining("load of the busiest rank");
    }
}
