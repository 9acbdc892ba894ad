package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** A schedule drawn as text and as SVG. */
class TimelineTest {

    @Test
    void textShowsEachStageInARow() {
        Timeline timeline =
                Pipeline.of(2, 1, 3).simulate(ChunkTimes.uniform(2, 1, 2)).timeline();
        assertThat(timeline.toText(36)).isEqualTo("""
                        stage 0 |F0-F1-......B0====F2-B1====...B2====|
                        stage 1 |...F0-B0====F1-B1====F2-B2====......|
                        0 to 12.00 s; one column 0.333 s
                        """);
    }

    @Test
    void textTellsChunksAndWeightGradientsApart() {
        String interleaved = Pipeline.of(2, 2, 2)
                .simulate(ChunkTimes.uniform(4, 1, 2))
                .timeline()
                .toText(60);
        assertThat(interleaved).contains("F0-").contains("Fa0").contains("Ba1");
        String split = new Pipeline(PipelineSchedule.ZERO_BUBBLE_H1, 2, 1, 2)
                .simulate(ChunkTimes.uniform(2, 1, 1, 1))
                .timeline()
                .toText(60);
        assertThat(split).contains("W0~").contains("W1~");
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void svgIsSmallAndDrawsEveryTaskOnce(PipelineSchedule schedule) throws Exception {
        int v = schedule == PipelineSchedule.INTERLEAVED ? 2 : 1;
        Pipeline pipeline = new Pipeline(schedule, 8, v, 16);
        Timeline timeline = pipeline.simulate(ChunkTimes.uniform(pipeline.chunks(), 0.001, 0.0011, 0.0009)
                        .withSendSeconds(1e-4))
                .timeline();
        String svg = timeline.toSvg();
        assertThat(svg.length()).isLessThan(100_000);
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        int legend = schedule.splitsBackward() ? 3 : 2;
        int background = 1;
        assertThat(document.getElementsByTagName("rect").getLength())
                .isEqualTo(timeline.tasks().size() + legend + background);
        assertThat(svg).contains("stage 0", "stage 7", "forward", "ms</text>");
    }
}
