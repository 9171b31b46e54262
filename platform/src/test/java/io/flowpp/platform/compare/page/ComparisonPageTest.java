package io.flowpp.platform.compare.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowpp.platform.compare.Arm;
import io.flowpp.platform.compare.Comparison;
import io.flowpp.platform.compare.Comparison.Against;
import io.flowpp.platform.compare.Comparison.Row;
import io.flowpp.platform.compare.Comparison.View;
import io.flowpp.platform.compare.ComparisonFiles;
import io.flowpp.platform.compare.statistics.Interval;
import io.flowpp.platform.compare.statistics.Rules;
import io.flowpp.platform.compare.statistics.Verdict;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ComparisonPageTest {
  private static final String BAD =
      "a<b>&\"'|`*_[x](y)</td><script>alert(1)</script>\n${7*7} @all #8 \u0001";

  @TempDir Path directory;

  private final ComparisonFixture fixture = new ComparisonFixture();

  @Test
  void theAnswerStandsBeforeWarningsAndThoseBeforeFiguresAndTables() throws Exception {
    String html = html(fixture.build());

    assertThat(html).contains("<p class=\"headline\">Against full: 2 worse, 1 equivalent</p>");
    assertInOrder(
        html,
        "class=\"headline\"",
        "affine is worse than full by 0.0",
        "uniform is worse than full by 0.0",
        "no-attention and full are equivalent",
        ComparisonFixture.SECOND_LOOK,
        "<h2>Differences from full</h2>",
        "<svg",
        "<table class=\"rows\">",
        "<h2>What differs</h2>",
        "<h2>Equal steps</h2>",
        "<h2>Equal time</h2>",
        "<h2>Equal parameters</h2>",
        "<b>no-attention</b> is left out: 813,488 parameters",
        "<h2>Learning curves</h2>",
        "<h2>Cost</h2>",
        "<h2>Image by image</h2>",
        "no evidence on the methods",
        "Wilcoxon p",
        "<h2>Method</h2>",
        "<h2>Runs</h2>");
  }

  @Test
  void markdownAndTerminalBeginWithTheAnswerToo() throws Exception {
    Comparison comparison = fixture.build();

    assertInOrder(
        Files.readString(write(comparison).markdown()),
        "**Against full: 2 worse, 1 equivalent**",
        "- **worse**: affine is worse than full",
        "> [!WARNING]",
        "### end of training",
        "| arm | seeds |",
        "### What differs",
        "<summary>Image by image (description, not evidence)</summary>",
        "<summary>Method</summary>",
        "<summary>Runs</summary>");
    assertInOrder(
        ComparisonWriter.terminal(comparison),
        "made-up example by ablation",
        "Against full: 2 worse, 1 equivalent (test/bpd)",
        "  affine is worse than full",
        "  no-attention and full are equivalent",
        "warning: affine seed 2",
        "end of training: test/bpd of the final models on 200 test images",
        "p adj.",
        "equal parameters:",
        "no-attention left out: 813,488 parameters",
        "what differs from the baseline",
        "model.flow.coupling.kind: affine (baseline mixture)");
  }

  @Test
  void numbersHaveFourDecimalsAndSmallProbabilitiesABound() throws Exception {
    Comparison comparison = fixture.build();
    Row affine = comparison.views().get(0).rows().get(1);
    Against against = Objects.requireNonNull(affine.against());
    String delta = String.format(Locale.ROOT, "+%.4f", against.delta());

    assertThat(html(comparison))
        .contains("<td class=\"n\"><b>" + delta + "</b></td>")
        .contains("<td class=\"n\">&lt;.001</td><td class=\"n\">&lt;.001</td>")
        .contains(">.437</td><td class=\"n\">.874</td>");
    assertThat(Numbers.p(.0004)).isEqualTo("<.001");
    assertThat(Numbers.p(.0344)).isEqualTo(".034");
    assertThat(Numbers.p(1.)).isEqualTo(">.999");
    assertThat(Numbers.p(null)).isEqualTo("-");
    assertThat(new Numbers(comparison).change(-1e-9)).isEqualTo("0.0000");
    fixture.unit = "images/s";
    assertThat(new Numbers(fixture.build()).value(12345.678)).isEqualTo("12,345.7");
  }

  @Test
  void whateverAUserWroteIsShownAsWrittenAndNeverRun() throws Exception {
    fixture.title = BAD;
    fixture.names = List.of("full", BAD, "p|pe", "x".repeat(300));
    fixture.warnings = List.of(BAD);
    fixture.page = "javascript:alert(1)//\"";
    ComparisonFiles files = write(fixture.build());

    String html = Files.readString(files.html());
    assertThat(html)
        .contains("a&lt;b&gt;&amp;&quot;&#39;|`*_[x](y)&lt;/td&gt;&lt;script&gt;alert(1)")
        .contains("${7*7}")
        .doesNotContain("<script")
        .doesNotContain("href=");
    List<String> figures = svgs(html);
    assertThat(figures).hasSize(10);
    for (String svg : figures) {
      parse(svg);
    }
    String markdown = Files.readString(files.markdown());
    assertThat(markdown)
        .contains("a&lt;b&gt;&amp;\"'\\|\\`\\*\\_\\[x\\](y)&lt;/td&gt;&lt;script&gt;")
        .contains("p\\|pe")
        .doesNotContain("<script")
        .doesNotContain("@all")
        .doesNotContain("#8");
    assertTablesHaveEvenRows(markdown);
    assertThat(csv(files).stream().map(r -> r.get("group"))).contains(BAD, "p|pe");
    assertFitsTheTerminal(fixture.build());
  }

  @Test
  void everyFigureIsAFileThatStandsAlone() throws Exception {
    ComparisonFiles files = write(fixture.build());

    assertThat(files.figures().stream().map(f -> f.getFileName().toString()))
        .containsExactlyInAnyOrder(
            "forest.svg",
            "forest.png",
            "curves-steps.svg",
            "curves-steps.png",
            "curves-time.svg",
            "curves-time.png",
            "scatter.svg",
            "scatter.png",
            "cost.svg",
            "cost.png");
    for (Path figure : files.figures()) {
      if (figure.toString().endsWith(".png")) {
        assertThat(ImageIO.read(figure.toFile()).getWidth()).isGreaterThan(1700);
      } else {
        Document svg = parse(Files.readString(figure));
        assertThat(svg.getDocumentElement().getNamespaceURI())
            .isEqualTo("http://www.w3.org/2000/svg");
        assertThat(elements(svg, "path").size()).isGreaterThan(8);
        assertThat(elements(svg, "text").stream().map(Element::getTextContent))
            .as(figure.toString())
            .anyMatch(text -> text.startsWith("no-attention"));
      }
    }
  }

  @Test
  void theForestHasZeroTheMarginAndAnIntervalForEachArm() throws Exception {
    Comparison comparison = fixture.build();
    Document svg = parse(Charts.svg(new ForestChart(comparison), Charts.WIDE));

    List<Element> dots = elements(svg, "circle");
    assertThat(dots).hasSize(3);
    double affine = x(dots.get(0));
    double uniform = x(dots.get(1));
    double noAttention = x(dots.get(2));
    assertThat(noAttention).isLessThan(affine);
    assertThat(affine).isLessThan(uniform);
    Element margin =
        elements(svg, "rect").stream()
            .filter(rect -> rect.getAttribute("class").equals("c-margin"))
            .findFirst()
            .orElseThrow();
    double left = Double.parseDouble(margin.getAttribute("x"));
    double width = Double.parseDouble(margin.getAttribute("width"));
    double pixels = width / (2 * comparison.rules().margin());
    double zero = left + width / 2;
    assertThat((affine - zero) / pixels).isCloseTo(delta(comparison, 1), within(2e-4));
    assertThat((uniform - zero) / pixels).isCloseTo(delta(comparison, 2), within(2e-4));
  }

  @Test
  void theCsvHasEveryRowOfEveryViewAsItIs() throws Exception {
    Comparison comparison = fixture.build();
    ComparisonFiles files = write(comparison);

    List<CSVRecord> records = csv(files);
    assertThat(Files.readString(files.csv()))
        .startsWith(
            "view,group,seeds,images,mean,ci_low,ci_high,delta,delta_ci_low,delta_ci_high,p,p_adjusted,p_equivalent,verdict,scope,seeds_needed\n");
    int at = 0;
    for (View view : comparison.views()) {
      for (Row row : view.rows()) {
        CSVRecord record = records.get(at++);
        assertThat(record.get("view")).isEqualTo(view.name());
        assertThat(record.get("group")).isEqualTo(row.group());
        assertThat(Double.parseDouble(record.get("mean"))).isEqualTo(row.mean());
        assertThat(record.get("images")).isEqualTo(String.valueOf(row.images()));
        Against against = row.against();
        if (against == null) {
          assertThat(record.get("delta") + record.get("verdict") + record.get("p")).isEmpty();
        } else {
          Interval interval = Objects.requireNonNull(against.interval());
          assertThat(Double.parseDouble(record.get("delta"))).isEqualTo(against.delta());
          assertThat(Double.parseDouble(record.get("delta_ci_low"))).isEqualTo(interval.low());
          assertThat(Double.parseDouble(record.get("p_equivalent")))
              .isEqualTo(against.pEquivalent());
          assertThat(record.get("verdict")).isEqualTo(against.verdict().id());
          assertThat(record.get("scope")).isEqualTo("methods");
        }
      }
    }
    assertThat(records).hasSize(at).hasSize(15);
  }

  @Test
  void equalComparisonsGiveEqualBytesWhateverTheLanguageOfTheMachine() throws Exception {
    ComparisonFiles one = ComparisonWriter.write(fixture.build(), directory.resolve("one"));
    Locale before = Locale.getDefault();
    ComparisonFiles two;
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      two = ComparisonWriter.write(new ComparisonFixture().build(), directory.resolve("two"));
    } finally {
      Locale.setDefault(before);
    }

    assertThat(two.html()).hasSameBinaryContentAs(one.html());
    assertThat(two.markdown()).hasSameBinaryContentAs(one.markdown());
    assertThat(two.csv()).hasSameBinaryContentAs(one.csv());
    for (int i = 0; i < one.figures().size(); i++) {
      assertThat(two.figures().get(i)).hasSameBinaryContentAs(one.figures().get(i));
    }
  }

  @Test
  void thePageAsksForNothingOutsideItself() throws Exception {
    String html = html(fixture.build());

    assertThat(matches(html, "(?:src|href|srcset|poster|data|action)=\"([^\"]*)\""))
        .containsExactly(fixture.page);
    assertThat(matches(html, "(url\\([^)]*\\))")).isNotEmpty().allMatch(v -> v.startsWith("url(#"));
    assertThat(html)
        .doesNotContainIgnoringCase("<script")
        .doesNotContainIgnoringCase("<link")
        .doesNotContain("@import")
        .contains("default-src 'none'");
    List<String> ids = matches(html, " id=\"([^\"]*)\"");
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(matches(html, "url\\(#([^)]*)\\)")).allMatch(ids::contains);
  }

  @Test
  void withOneSeedNothingIsSaidOfMethods() throws Exception {
    fixture.seeds = 1;
    Comparison comparison = fixture.build();

    String html = html(comparison);
    assertThat(html)
        .contains("Against full: of trained models alone: 2 worse, 1 equivalent")
        .contains("<span class=\"badge worse models\">worse</span>")
        .contains("these trained models only")
        .contains("A hollow dot on an interrupted line");
    assertThat(Charts.svg(new ForestChart(comparison), Charts.WIDE))
        .contains("class=\"ring arm c-arm-1\"")
        .contains("class=\"dashes arm c-arm-1\"")
        .doesNotContain("class=\"dot");
    assertThat(Files.readString(write(comparison).markdown()))
        .contains("- **worse** *(these models only)*: these two models");
    assertThat(ComparisonWriter.terminal(comparison))
        .contains("worse*")
        .contains("* these trained models only");
    assertThat(csv(write(comparison)).get(1).get("scope")).isEqualTo("models");
    fixture.seeds = 3;
    assertThat(html(fixture.build())).doesNotContain("models only").doesNotContain("hollow");
  }

  @Test
  void anIntervalWithoutEndsIsCutOffAndSaidToHaveNone() throws Exception {
    Comparison comparison =
        changed(
            fixture.build(),
            a ->
                new Against(
                    a.scope(),
                    a.delta(),
                    new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
                    Double.NaN,
                    a.pAdjusted(),
                    a.pEquivalent(),
                    a.verdict(),
                    a.words(),
                    a.seedsNeeded(),
                    a.images()));

    assertSound(comparison);
    assertThat(html(comparison)).contains("[−∞, +∞]");
    assertThat(csv(write(comparison)).get(1).get("delta_ci_high")).isEqualTo("Infinity");
    assertThat(csv(write(comparison)).get(1).get("p")).isEmpty();
    Comparison wide =
        changed(
            fixture.build(),
            a ->
                a.delta() > .06
                    ? new Against(
                        a.scope(),
                        a.delta(),
                        new Interval(-40, 40),
                        .9,
                        .9,
                        .9,
                        Verdict.CANNOT_TELL,
                        a.words(),
                        null,
                        null)
                    : a);
    Document svg = parse(Charts.svg(new ForestChart(wide), Charts.WIDE));
    assertThat(x(elements(svg, "circle").get(0)) - x(elements(svg, "circle").get(2)))
        .as("the other arms are still told apart")
        .isGreaterThan(15);
  }

  @Test
  void whereNobodyWillRunSoManySeedsABoundIsSaid() throws Exception {
    fixture.effects = new double[] {0, .0412, .002, .0021};

    assertThat(html(fixture.build()))
        .contains("<span class=\"badge cannot-tell\">cannot tell</span>")
        .contains("<td class=\"n\">&gt;1,000</td>");
  }

  @Test
  void valuesThatAreAllEqualHaveAxes() throws Exception {
    fixture.effects = new double[4];
    fixture.seedSpread = 0;

    assertSound(fixture.build());
  }

  @Test
  void valuesThatAreNoNumbersAreNotDrawnNorPrinted() throws Exception {
    fixture.effects = new double[] {0, Double.NaN, .05, Double.POSITIVE_INFINITY};

    assertSound(fixture.build());
  }

  @Test
  void anArmWithoutCurvesImagesOrRowsIsStillNamed() throws Exception {
    fixture.without = "uniform";
    assertSound(fixture.build());
    assertThat(Charts.svg(CurvesChart.steps(fixture.build()), Charts.WIDE))
        .contains("uniform (nothing to show)");

    fixture.images = 0;
    assertSound(fixture.build());

    Comparison whole = fixture.build();
    assertSound(
        new Comparison(
            whole.title(),
            "perf/images_per_second",
            "",
            new Rules(.05, 2, .8, Rules.Better.HIGHER),
            whole.arms(),
            Map.of(),
            List.of(),
            List.of(),
            null));
  }

  @Test
  void twoArmsAndTwelveArmsAndTheBaselineAloneHaveTheirPages() throws Exception {
    fixture.names = List.of("full", "affine");
    assertSound(fixture.build());

    fixture.names = IntStream.range(0, 12).mapToObj(i -> "blocks=" + i + " heads=4").toList();
    fixture.effects = IntStream.range(0, 12).mapToDouble(i -> .011 * i).toArray();
    Comparison twelve = fixture.build();
    assertSound(twelve);
    Document cost = parse(Charts.svg(new CostChart(twelve), Charts.WIDE));
    assertThat(
            elements(cost, "circle").stream()
                .map(dot -> dot.getAttribute("class"))
                .distinct()
                .count())
        .as("each arm looks different")
        .isEqualTo(12);

    Comparison alone =
        new Comparison(
            "alone",
            "test/bpd",
            "bits/dim",
            Rules.BITS_PER_DIM,
            twelve.arms().subList(0, 1),
            Map.of(),
            List.of(),
            List.of(
                new View(
                    "end of training",
                    "?",
                    twelve.views().get(0).rows().subList(0, 1),
                    Map.of("other", "has no scores"))),
            null);
    assertSound(alone);
    assertThat(html(alone)).contains("Against blocks=0 heads=4: nothing that could be compared");
  }

  @Test
  void namesThatOnlyDifferInTheirMiddleStayApart() {
    String long1 = "model.flow.blocks=" + "1".repeat(40) + "2" + "1".repeat(40);
    String long2 = "model.flow.blocks=" + "1".repeat(40) + "3" + "1".repeat(40);
    ShortNames names =
        new ShortNames(List.of(long1, long2, "short", "\uD83D\uDE00".repeat(40)), 16);

    assertThat(names.of(long1)).hasSizeLessThanOrEqualTo(16).isNotEqualTo(names.of(long2));
    assertThat(names.of(long2)).hasSizeLessThanOrEqualTo(16);
    assertThat(names.of("short")).isEqualTo("short");
    assertThat(names.of("\uD83D\uDE00".repeat(40)).getBytes(StandardCharsets.UTF_8))
        .as("no half of a pair")
        .doesNotContain((byte) '?');
  }

  /** For the eye: the pages of the fixture lie in target/compare-preview afterwards. */
  @Test
  void thePreviewIsSmallEnoughToMail() throws Exception {
    fixture.images = 5000;
    ComparisonFiles files =
        ComparisonWriter.write(fixture.build(), Path.of("target", "compare-preview", "large"));
    ComparisonWriter.write(
        new ComparisonFixture().build(), Path.of("target", "compare-preview", "usual"));

    assertThat(Files.size(files.html())).isLessThan(200_000);
  }

  /** All files are there, well-formed, without numbers that are none, and lines fit. */
  private void assertSound(Comparison comparison) throws Exception {
    ComparisonFiles files = write(comparison);
    String html = Files.readString(files.html());
    for (String svg : svgs(html)) {
      parse(svg);
    }
    for (Path figure : files.figures()) {
      if (figure.toString().endsWith(".svg")) {
        parse(Files.readString(figure));
        assertThat(figure).content().doesNotContain("NaN").doesNotContain("Infinity");
      }
    }
    String markdown = Files.readString(files.markdown());
    assertTablesHaveEvenRows(markdown);
    for (String text : List.of(html, markdown, ComparisonWriter.terminal(comparison))) {
      assertThat(text.replaceAll("by NaN|by Infinity", ""))
          .doesNotContain("NaN")
          .doesNotContain("Infinity")
          .doesNotContain("null");
    }
    assertThat(files.csv()).content().doesNotContain("NaN");
    assertFitsTheTerminal(comparison);
  }

  private static void assertFitsTheTerminal(Comparison comparison) {
    assertThat(ComparisonWriter.terminal(comparison).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(TerminalText.WIDTH));
  }

  private static void assertTablesHaveEvenRows(String markdown) {
    int columns = 0;
    for (String line : markdown.split("\n", -1)) {
      if (!line.startsWith("|")) {
        columns = 0;
        continue;
      }
      int here = line.replace("\\|", "").replaceAll("[^|]", "").length();
      if (columns == 0) {
        columns = here;
      }
      assertThat(here).as(line).isEqualTo(columns);
    }
  }

  private static void assertInOrder(String text, String... parts) {
    int from = 0;
    for (String part : parts) {
      int at = text.indexOf(part, from);
      assertThat(at).as("'%s' after the others", part).isNotNegative();
      from = at + part.length();
    }
  }

  private static Comparison changed(Comparison comparison, UnaryOperator<Against> change) {
    List<View> views = new ArrayList<>();
    for (View view : comparison.views()) {
      List<Row> rows = new ArrayList<>();
      for (Row row : view.rows()) {
        Against against = row.against();
        rows.add(
            new Row(
                row.group(),
                row.seeds(),
                row.images(),
                row.mean(),
                row.interval(),
                against == null ? null : change.apply(against)));
      }
      views.add(new View(view.name(), view.question(), rows, view.left()));
    }
    List<Arm> arms = comparison.arms();
    return new Comparison(
        comparison.title(),
        comparison.metric(),
        comparison.unit(),
        comparison.rules(),
        arms,
        comparison.differing(),
        comparison.warnings(),
        views,
        comparison.page());
  }

  private static double delta(Comparison comparison, int row) {
    return Objects.requireNonNull(comparison.views().get(0).rows().get(row).against()).delta();
  }

  private static double x(Element circle) {
    return Double.parseDouble(circle.getAttribute("cx"));
  }

  private ComparisonFiles write(Comparison comparison) throws IOException {
    return ComparisonWriter.write(comparison, directory.resolve("new"));
  }

  private String html(Comparison comparison) throws IOException {
    return Files.readString(write(comparison).html());
  }

  private static List<CSVRecord> csv(ComparisonFiles files) throws IOException {
    try (StringReader text = new StringReader(Files.readString(files.csv()))) {
      return CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .get()
          .parse(text)
          .getRecords();
    }
  }

  private static List<String> svgs(String html) {
    return matches(html, "(?s)(<svg.*?</svg>)");
  }

  private static List<String> matches(String text, String regex) {
    return Pattern.compile(regex).matcher(text).results().map(r -> r.group(1)).toList();
  }

  private static Document parse(String xml) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document document, String tag) {
    var nodes = document.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }
}
