package org.hopperline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.awt.GraphicsEnvironment;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Chips;
import org.hopperline.kernel.Roofline;
import org.hopperline.kernel.RooflineCeiling;
import org.hopperline.measured.ProfiledKernel;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {

    /** Texts of an SVG, which a parser must accept. */
    private static List<Element> elements(String svg) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        NodeList nodes = document.getElementsByTagName("text");
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static List<String> texts(String svg) throws Exception {
        return elements(svg).stream().map(Element::getTextContent).toList();
    }

    private static Chart line(String title) {
        return Chart.builder(title)
                .x(Axis.linear("time", "s"))
                .y(Axis.linear("power", "W"))
                .line("limit", new double[] {0, 10}, new double[] {700, 700})
                .points("drawn", new double[] {1, 5}, new double[] {300, 650}, List.of("start", "<peak> & \"more\""))
                .build();
    }

    private static RooflineChart roofline() {
        return RooflineChart.titled("H100")
                .bandwidth("HBM", Figure.specified(3.35e12, "byte/s", "data sheet"))
                .bandwidth("HBM", Figure.measured(3.0e12, "byte/s", "copy of 4 GiB"))
                .bandwidth("NVLink", Figure.specified(450e9, "byte/s", "data sheet"))
                .rate("BF16", Figure.specified(989.4e12, "FLOP/s", "data sheet"))
                .rate("FP8", Figure.specified(1978.9e12, "FLOP/s", "data sheet"));
    }

    @Test
    void svgHoldsItsTextAsText() throws Exception {
        assertThat(texts(line("Power <of> a & b").toSvg()))
                .contains("Power <of> a & b", "limit", "start", "<peak> & \"more\"", "drawn", "time (s)", "power (W)");
    }

    @Test
    void anImageIsTwiceAsFine() {
        assertThat(line("a").toImage(300, 200).getWidth()).isEqualTo(600);
        assertThat(line("a").toImage(300, 200).getHeight()).isEqualTo(400);
    }

    @Test
    void sameChartSameBytes() {
        assertThat(line("a").toSvg()).isEqualTo(line("a").toSvg());
    }

    @Test
    void rooflineOfManyKernelsIsSmallAndNamesAll() throws Exception {
        RooflineChart chart = roofline().group("measured kernels");
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            double intensity = Math.pow(10, 3 * random.nextDouble());
            chart.kernel("kernel_" + i, intensity * 1e9, 1e9, 1e9 / 2.5e12 + intensity * 1e9 / 7e14);
        }
        String svg = chart.build().toSvg();
        assertThat(svg.length()).isLessThan(100_000);
        List<String> texts = texts(svg);
        assertThat(texts).contains("HBM 3.35 TB/s", "HBM 3 TB/s (measured)", "BF16 989.4 TFLOP/s", "measured kernels");
        for (int i = 0; i < 40; i++) {
            assertThat(texts).contains("kernel_" + i);
        }
    }

    @Test
    void labelsOfKernelsDoNotCoverEachOther() throws Exception {
        RooflineChart chart = roofline();
        for (int i = 0; i < 24; i++) {
            double intensity = Math.pow(10, i / 8.0);
            chart.kernel("kernel number " + i, intensity * 1e9, 1e9, 1e9 / 2.5e12 + intensity * 1e9 / 7e14);
        }
        List<Rectangle2D> boxes = new ArrayList<>();
        for (Element text : elements(chart.build().toSvg())) {
            if (text.getTextContent().startsWith("kernel number")) {
                boxes.add(new Rectangle2D.Double(
                        Double.parseDouble(text.getAttribute("x")),
                        Double.parseDouble(text.getAttribute("y")) - 8,
                        TextWidth.of(text.getTextContent(), 11),
                        8));
            }
        }
        assertThat(boxes).hasSize(24);
        for (int i = 0; i < boxes.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(boxes.get(i).intersects(boxes.get(j)))
                        .as("labels %d and %d", i, j)
                        .isFalse();
            }
        }
    }

    /** Two courses that begin together are told apart where they are apart. */
    @Test
    void linesAreNamedWhereTheyAreApart() throws Exception {
        double[] days = {0, 10, 100};
        Chart chart = Chart.builder("courses")
                .x(Axis.linear("time", "d"))
                .y(Axis.linear("done", "%"))
                .line("slow", days, new double[] {0, 5, 40})
                .line("fast", days, new double[] {0, 6, 100})
                .build();
        double start = Double.POSITIVE_INFINITY;
        List<Double> names = new ArrayList<>();
        for (Element text : elements(chart.toSvg())) {
            double x = Double.parseDouble(text.getAttribute("x"));
            if (List.of("slow", "fast").contains(text.getTextContent())) {
                names.add(x);
            } else if (text.getTextContent().equals("0")) {
                start = Math.max(x, 0);
            }
        }
        double frame = start;
        // A tenth of the time is 87 pixels, over which the two keep within 6 of each other.
        assertThat(names).hasSize(2).allSatisfy(x -> assertThat(x).isGreaterThan(frame + 87));
    }

    @Test
    void cloudOfManyDotsStaysBelowAHundredKilobytes() {
        Random random = new Random(2);
        double[] x = random.doubles(8000, 1e-6, 1e-2).toArray();
        double[] y = random.doubles(8000, 1e-6, 1e-2).toArray();
        String svg = Chart.builder("cloud")
                .x(Axis.log("measured", "s"))
                .y(Axis.log("predicted", "s"))
                .points("rows", x, y)
                .build()
                .toSvg();
        assertThat(svg.length()).isBetween(10_000, 100_000);
    }

    @Test
    void copiesStandOnTheLeftEdgeWithTheirBandwidth() throws Exception {
        Chart chart = roofline().kernel("copy", 0, 2e9, 1e-3).build();
        Chart.Points kernels = chart.points().get(0);
        assertThat(kernels.x()).containsExactly(chart.x().minimum());
        assertThat(kernels.y()).containsExactly(chart.x().minimum() * 2e12);
        assertThat(texts(chart.toSvg())).contains("copy 2 TB/s");
    }

    @Test
    void profiledKernelsStandAtTheirIntensity() {
        ProfiledKernel kernel = new ProfiledKernel(
                "0",
                "gemm",
                1e-3,
                java.util.OptionalDouble.of(1e9),
                java.util.OptionalDouble.of(5e11),
                java.util.Optional.of(org.hopperline.core.Precision.BF16));
        Chart.Points points =
                roofline().kernels(List.of(kernel)).build().points().get(0);
        assertThat(points.x()).containsExactly(500);
        assertThat(points.y()).containsExactly(5e14);
        assertThat(points.labels()).containsExactly("gemm");
    }

    @Test
    void ceilingsOfAChipAreAllThereAndThoseOfOneRateShareALine() {
        Roofline roofline = Roofline.of(Chips.H100_SXM5);
        List<String> names = RooflineChart.of(roofline).build().lines().stream()
                .map(Chart.Line::name)
                .toList();
        for (RooflineCeiling ceiling : roofline.levels()) {
            assertThat(names).anyMatch(name -> name.contains(ceiling.name()));
        }
        for (RooflineCeiling ceiling : roofline.peaks()) {
            assertThat(names).anyMatch(name -> name.contains(ceiling.name()));
        }
        assertThat(names).contains("BF16, FP16 989.4 TFLOP/s").doesNotHaveDuplicates();
    }

    @Test
    void specifiedCeilingsAreBrokenAndMeasuredOnesAreNot() {
        List<Chart.Line> lines = roofline().build().lines();
        assertThat(lines.get(0).stroke()).isEqualTo(Chart.Stroke.DASHED);
        assertThat(lines.get(1).stroke()).isEqualTo(Chart.Stroke.SOLID);
        // A bandwidth ends where it meets the highest rate.
        assertThat(lines.get(0).x()[1] * 3.35e12)
                .isCloseTo(1978.9e12, org.assertj.core.data.Percentage.withPercentage(1e-9));
    }

    @Test
    void filesOfARooflineWithAllItsCeilingsStayBelow100Kilobytes(@TempDir Path folder) throws IOException {
        Chart chart = RooflineChart.of(Roofline.of(Chips.H100_SXM5))
                .kernel("product", 1e15, 1e12, 1.4)
                .kernel("copy", 0, 2e9, 7e-4)
                .build();
        for (String name : List.of("roofline.png", "roofline.svg")) {
            Path file = folder.resolve(name);
            if (name.endsWith("png")) {
                chart.writePng(file);
            } else {
                chart.writeSvg(file);
            }
            assertThat(Files.size(file)).as(name).isBetween(5_000L, 100_000L);
        }
    }

    @Test
    void pngNeedsNoDisplayAndIsNotBlank(@TempDir Path folder) throws IOException {
        Path png = folder.resolve("chart.png");
        line("power").writePng(png);
        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(image.getWidth()).isEqualTo(Chart.WIDTH);
        assertThat(image.getHeight()).isEqualTo(Chart.HEIGHT);
        int drawn = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                drawn += (image.getRGB(x, y) & 0xFFFFFF) == 0xFFFFFF ? 0 : 1;
            }
        }
        assertThat(drawn).isBetween(5_000, image.getWidth() * image.getHeight() / 4);
    }

    @Test
    void svgIsWritten(@TempDir Path folder) throws IOException {
        Path svg = folder.resolve("chart.svg");
        line("power").writeSvg(svg);
        assertThat(Files.readString(svg)).isEqualTo(line("power").toSvg());
    }

    @Test
    void timelineHasARowForEachCategoryFromTheTop() throws Exception {
        String svg = Chart.builder("pipeline")
                .x(Axis.linear("time", "s"))
                .y(Axis.of("stage", List.of("stage 0", "stage 1")))
                .bar(Chart.Bar.row("F0", "forward", 0, 0.2, 0))
                .bar(Chart.Bar.row("F0", "forward", 0.2, 0.4, 1))
                .build()
                .toSvg();
        assertThat(texts(svg)).contains("stage 0", "stage 1", "F0", "forward", "time (ms)", "100", "400");
        assertThat(svg.indexOf(">stage 0<")).isPositive();
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        NodeList boxes = document.getElementsByTagName("rect");
        // The page and the clip come first, then the bars in their order.
        double first = Double.parseDouble(((Element) boxes.item(2)).getAttribute("y"));
        double second = Double.parseDouble(((Element) boxes.item(3)).getAttribute("y"));
        assertThat(first).isLessThan(second);
    }

    @Test
    void noDisplayNoWindow() {
        Assumptions.assumeTrue(GraphicsEnvironment.isHeadless());
        assertThatIllegalStateException()
                .isThrownBy(() -> line("power").show())
                .withMessage("there is no display to show \"power\" on; write it with writePng or writeSvg");
    }

    @Test
    void fileThatCannotBeWritten(@TempDir Path folder) {
        Path nowhere = folder.resolve("missing").resolve("chart.png");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> line("a").writePng(nowhere)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("chart.png");
    }

    @Test
    void emptyChart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Chart.builder("nothing").build())
                .withMessage("chart \"nothing\" has nothing to draw; add a line, points or bars");
    }

    @Test
    void zeroOnALogarithmicAxis() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Chart.builder("a")
                        .x(Axis.log("size", "byte"))
                        .points("p", new double[] {1, 0}, new double[] {1, 1})
                        .build())
                .withMessage(
                        "points \"p\", value 1: 0.0 byte cannot stand on the axis \"size\"; give finite numbers above"
                                + " 0, or a linear axis");
    }

    @Test
    void lineOfUnlikeLengths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Chart.builder("a").line("l", new double[] {1, 2}, new double[] {1}))
                .withMessage("line \"l\" has 2 abscissae and 1 ordinates; give as many of each, at least 2");
    }

    @Test
    void labelsOfUnlikeNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Chart.builder("a").points("p", new double[2], new double[2], List.of("one")))
                .withMessageContaining("have 2 abscissae, 2 ordinates and 1 labels");
    }

    @Test
    void sizeOfFewPixels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line("a").toSvg(100, 500))
                .withMessage("a side of 100 pixels; give 200 to 10000, such as 960 by 640");
    }

    @Test
    void axisThatEndsBeforeItBegins() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Axis.linear("time", "s").between(2, 1))
                .withMessage("axis \"time\": minimum 2.0 must be below maximum 1.0 s");
    }

    @Test
    void logarithmicAxisFromZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Axis.log("size", "byte").between(0, 1))
                .withMessageContaining("axis \"size\" is logarithmic, so its ends must be above 0 byte");
    }

    @Test
    void ceilingInAnotherUnit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> roofline().rate("BF16", Figure.specified(1, "byte/s", "x")))
                .withMessage("ceiling \"BF16\" is in byte/s, but must be in FLOP/s");
    }

    @Test
    void rooflineWithoutARoof() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RooflineChart.titled("none").build())
                .withMessage("roofline \"none\" has 0 bandwidths and 0 compute rates; give at least 1 of each");
    }
}
