package io.flowpp.platform.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.core.data.ImageSource;
import io.flowpp.core.evaluate.SampleGrid;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.platform.report.CurveChart.Level;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ChartTest {
  @Property(tries = 300)
  void ticksAreRoundInsideTheAxisAndNeverTooMany(
      @ForAll @DoubleRange(min = -1e3, max = 1e3) double low,
      @ForAll @Scale(3) @DoubleRange(min = 1e-3, max = 1e5) double span) {
    Axis axis = new Axis(low, low + span, 0, 100);

    List<Double> ticks = axis.ticks(6);

    assertThat(ticks)
        .hasSizeBetween(2, 8)
        .isSorted()
        .allMatch(t -> axis.pixel(t) > -0.01 && axis.pixel(t) < 100.01);
    assertThat(ticks.stream().map(t -> axis.label(t, 6))).doesNotHaveDuplicates();
  }

  @Property(tries = 50)
  void thinningKeepsTheHighestAndLowestPoint(@ForAll @IntRange(min = 1, max = 20_000) int steps) {
    Series all = Series.ofSteps(ReportFixture.curve(Math.max(10, steps), 3, 5).steps());

    Series thin = all.thinned();

    assertThat(thin.size()).isLessThanOrEqualTo(800);
    assertThat(thin.quantile(0)).isEqualTo(all.quantile(0));
    assertThat(thin.quantile(1)).isEqualTo(all.quantile(1));
    assertThat(thin.x()).isSorted();
  }

  @Test
  void smoothingKeepsAConstantAndDampsNoise() {
    List<Step> steps =
        new ArrayList<>(
            IntStream.rangeClosed(1, 600)
                .mapToObj(s -> new Step(s, s % 2 == 0 ? 4 : 2, 1, 1, 1))
                .toList());
    steps.add(new Step(601, Double.NaN, 1, 1, 1));

    Series mean = Series.ofSteps(steps).smoothed();

    assertThat(mean.size()).isEqualTo(600);
    assertThat(Arrays.stream(mean.y()).min().orElseThrow()).isEqualTo(3, within(0.11));
    assertThat(Arrays.stream(mean.y()).max().orElseThrow()).isEqualTo(3, within(0.11));
  }

  @Test
  void levelsThatLieTogetherKeepTheirNamesApart() throws Exception {
    List<Level> cifar =
        List.of(
            new Level("left neighbour", 6.037),
            new Level("histogram per pixel", 7.883),
            new Level("one histogram", 7.912));
    Document svg =
        parse(new CurveChart(ReportFixture.curve(500, 3.9, 4), cifar).svg("c", 760, 380, "curve"));

    List<Double> baselines = new ArrayList<>();
    for (Element text : elements(svg, "text")) {
      if (text.getAttribute("class").equals("c-floor")) {
        baselines.add(Double.valueOf(text.getAttribute("y")));
      }
    }
    assertThat(baselines).hasSize(3).allMatch(y -> y > 8);
    baselines.sort(null);
    assertThat(baselines.get(1) - baselines.get(0)).isGreaterThanOrEqualTo(13.9);
  }

  @Test
  void aCurveThatEndsAboveEveryLevelIsStillSeen() {
    CurveChart chart =
        new CurveChart(
            ReportFixture.curve(500, 6.5, 30), List.of(new Level("left neighbour", 3.9)));

    assertThat(chart.svg("c", 760, 380, "curve")).contains(">7<").contains(">4<");
  }

  @Test
  void aThumbnailOfFewBitsUsesTheWholeRangeOfGrey() throws Exception {
    ImageSource threeBits = source(new ImageShape(1, 2, 1), 3, 0, 7);
    BufferedImage grey = ImageIO.read(new ByteArrayInputStream(Pictures.thumbnail(threeBits, 0)));
    BufferedImage colour =
        ImageIO.read(
            new ByteArrayInputStream(
                Pictures.thumbnail(source(new ImageShape(1, 1, 3), 8, 10, 200, 30), 0)));

    assertThat(grey.getRaster().getSample(0, 0, 0)).isZero();
    assertThat(grey.getRaster().getSample(1, 0, 0)).isEqualTo(255);
    assertThat(colour.getRGB(0, 0)).isEqualTo(0xff0ac81e);
  }

  @Test
  void aGridThatIsNotFullLeavesItsLastPlacesEmpty() throws Exception {
    SampleGrid three = new SampleGrid(new ImageShape(64, 64, 1), 3, new byte[3 * 64 * 64], 0);

    BufferedImage grid = ImageIO.read(new ByteArrayInputStream(Figures.samples(three)));

    assertThat(grid.getWidth()).isEqualTo(2 * 64 + 2);
    assertThat(grid.getRaster().getSample(0, 0, 0)).isZero();
    assertThat(grid.getRaster().getSample(100, 100, 0)).isEqualTo(0x90);
  }

  private static ImageSource source(ImageShape shape, int bits, int... values) {
    return new ImageSource() {
      @Override
      public ImageShape shape() {
        return shape;
      }

      @Override
      public int bits() {
        return bits;
      }

      @Override
      public int size() {
        return 1;
      }

      @Override
      public void read(int index, byte[] target, int offset) {
        for (int i = 0; i < values.length; i++) {
          target[offset + i] = (byte) values[i];
        }
      }

      @Override
      public int label(int index) {
        return 0;
      }
    };
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document document, String tag) {
    var nodes = document.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }
}
