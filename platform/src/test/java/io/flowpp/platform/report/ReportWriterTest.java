package io.flowpp.platform.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.core.evaluate.ImageScore;
import io.flowpp.core.train.TrainingListener.Step;
import io.flowpp.core.train.TrainingListener.Validation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
  @TempDir Path directory;

  private final ReportFixture fixture = new ReportFixture();

  @Test
  void everyFileIsThereAndTheScoresKeepTheirFullPrecision() throws Exception {
    fixture.scores =
        List.of(
            new ImageScore(3, 9, "ab".repeat(32), 3.1234567890123, 3.2, 4.5),
            new ImageScore(4, 0, "cd".repeat(32), 2, 2.5, 1));

    ReportFiles files = write();

    assertThat(Files.readString(files.perImage()))
        .isEqualTo(
            "index,label,image_sha256,bpd,bpd_elbo,ess\n3,9,"
                + "ab".repeat(32)
                + ",3.1234567890123,3.2,4.5\n4,0,"
                + "cd".repeat(32)
                + ",2.0,2.5,1.0\n");
    for (Path png : List.of(files.samples(), files.reconstructions(), files.curves())) {
      assertThat(ImageIO.read(png.toFile())).as(png.toString()).isNotNull();
    }
    assertThat(files.html()).hasFileName("report.html");
  }

  @Test
  void thePageAsksForNothingOutsideItself() throws Exception {
    String html = html();

    assertThat(matches(html, "(?:src|href|srcset|poster|data|action)=\"([^\"]*)\""))
        .isNotEmpty()
        .allMatch(
            v ->
                v.startsWith("data:image/png;base64,") || v.startsWith("http://127.0.0.1:5000/#/"));
    assertThat(matches(html, "href=\"([^\"]*)\""))
        .containsExactly("http://127.0.0.1:5000/#/experiments/1/runs/8d0f1c2b3a4e");
    assertThat(matches(html, "(url\\([^)]*\\))")).isNotEmpty().allMatch(v -> v.startsWith("url(#"));
    assertThat(html)
        .doesNotContainIgnoringCase("<script")
        .doesNotContainIgnoringCase("<link")
        .doesNotContain("@import")
        .contains("default-src 'none'");
  }

  @Test
  void theAnswerStandsFirst() throws Exception {
    fixture.bpd = 3.284;
    String html = html();

    assertThat(html.indexOf("3.284<span class=\"unit\">bits/dim"))
        .isPositive()
        .isLessThan(html.indexOf("<h2>"));
    assertThat(html)
        .contains(
            "17\u00a0% fewer bits than the best one measured here (left neighbour, 3.937) and 28\u00a0% fewer than lossless WebP (4.555)")
        .contains("One 28x28x1 image takes 322 bytes with it, 784 as it is.")
        .contains("Glow 2.958 (Nalisnick et al. 2019)")
        .contains("a lower estimate of")
        .contains("gives every one of the 9,408 values again");
    List<String> rungs = matches(html, "class=\"who\" role=\"cell\">([^<]*?) ?<");
    assertThat(rungs)
        .containsExactly(
            "this model",
            "left neighbour",
            "lossless WebP",
            "histogram per pixel",
            "one histogram",
            "PNG",
            "no coding");
  }

  @Test
  void whateverAUserWroteIsShownAsWrittenAndNeverRun() throws Exception {
    fixture.name = "<b>&\"'</title><script>x</script>";
    fixture.config = "name: |\n  </pre><img src=x onerror=alert(1)> ${7*7} <#if>\n";
    fixture.dataName = "\"><i>";
    fixture.trackingUri = "javascript:alert(1)//\"";

    String html = html();

    assertThat(html)
        .contains("<h1>&lt;b&gt;&amp;&quot;&#39;&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;</h1>")
        .contains("<title>&lt;b&gt;&amp;")
        .contains("&lt;/pre&gt;&lt;img src=x onerror=alert(1)&gt; ${7*7} &lt;#if&gt;")
        .contains("&quot;&gt;&lt;i&gt;")
        .doesNotContain("<script")
        .doesNotContain("<img src=x")
        .doesNotContain("href=");
  }

  @Test
  void equalRunsGiveEqualBytesWhateverTheLanguageOfTheMachine() throws Exception {
    ReportFiles one = new ReportWriter().write(fixture.build(), directory.resolve("one"));
    Locale before = Locale.getDefault();
    ReportFiles two;
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      two = new ReportWriter().write(new ReportFixture().build(), directory.resolve("two"));
    } finally {
      Locale.setDefault(before);
    }

    assertThat(two.html()).hasSameBinaryContentAs(one.html());
    assertThat(two.samples()).hasSameBinaryContentAs(one.samples());
    assertThat(two.reconstructions()).hasSameBinaryContentAs(one.reconstructions());
    assertThat(two.curves()).hasSameBinaryContentAs(one.curves());
    assertThat(two.perImage()).hasSameBinaryContentAs(one.perImage());
  }

  @Test
  void aScoreThatIsNoNumberIsSaidPlainly() throws Exception {
    fixture.bpd = Double.NaN;
    fixture.scores = List.of(new ImageScore(0, 1, "00", Double.NaN, Double.NaN, 1));
    fixture.training =
        new ReportInput.Curve(
            List.of(
                new Step(1, Double.NaN, 1, 1, 1), new Step(2, Double.POSITIVE_INFINITY, 1, 1, 1)),
            List.of(new Validation(2, Double.NaN, 0)));

    assertThat(html().replaceAll("base64,[^\"]*", ""))
        .contains("The score of the test images is not a number")
        .contains(">not a number<span")
        .doesNotContain("NaN")
        .contains("no image has a finite score");
  }

  @Test
  void aModelThatLosesToSimpleCodersIsNotPraised() throws Exception {
    fixture.bpd = 4.7;
    assertThat(html())
        .contains(
            "This model does not beat every simple coder: left neighbour (3.937), lossless WebP (4.555), histogram per pixel (4.602) do better.")
        .doesNotContain("The model beats");

    fixture.bpd = 9.1;
    assertThat(html()).contains("it has learned nothing yet");
  }

  @Test
  void aDataSetOfOnesOwnHasNoQuotedFigures() throws Exception {
    fixture.dataName = "my-cats";

    assertThat(html())
        .doesNotContain("WebP")
        .doesNotContain("PNG and")
        .doesNotContain("Published")
        .contains("left neighbour");
  }

  @Test
  void aRunWithoutAnyCurveStillHasAReport() throws Exception {
    fixture.training = ReportInput.Curve.EMPTY;
    fixture.pretraining = ReportInput.Curve.EMPTY;

    assertThat(html())
        .doesNotContain("Pretraining of the dequantizer")
        .contains("left neighbour 3.937");
  }

  @Test
  void gridsEnlargeEveryPixelToAWholeSquare() throws Exception {
    ReportFiles files = write();
    BufferedImage samples = ImageIO.read(files.samples().toFile());
    byte[] first = new byte[784];
    fixture.test.read(0, first, 0);

    assertThat(samples.getWidth()).isEqualTo(8 * 84 + 7 * 2).isEqualTo(samples.getHeight());
    for (int y = 0; y < 84; y++) {
      for (int x = 0; x < 84; x++) {
        assertThat(samples.getRaster().getSample(x, y, 0))
            .isEqualTo(first[y / 3 * 28 + x / 3] & 0xff);
      }
    }
    BufferedImage rows = ImageIO.read(files.reconstructions().toFile());
    assertThat(rows.getWidth()).isEqualTo(12 * 84 + 11 * 2);
    assertThat(rows.getHeight()).isEqualTo(3 * 84 + 2 * 2);
  }

  @Test
  void aMissingMetricIsNamed() {
    ReportInput whole = fixture.build();
    var metrics = new TreeMap<>(whole.metrics());
    metrics.remove("test/ess");

    assertThatThrownBy(
            () ->
                new ReportInput(
                    whole.run(),
                    whole.model(),
                    whole.data(),
                    whole.stages(),
                    whole.floors(),
                    whole.evaluation(),
                    metrics,
                    whole.training(),
                    whole.pretraining(),
                    whole.scores(),
                    whole.test(),
                    whole.samples(),
                    whole.reconstructions(),
                    whole.versions()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test/ess");
  }

  @Test
  void aFolderThatCannotBeWrittenIsAnIoExceptionWithItsName() throws Exception {
    Path file = Files.writeString(directory.resolve("taken"), "");

    assertThatThrownBy(() -> new ReportWriter().write(fixture.build(), file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("taken");
  }

  /** For the eye: the page of the fixture lies in target/report-preview afterwards. */
  @Test
  void thePreviewIsSmallEnoughToMail() throws Exception {
    ReportFiles files =
        new ReportWriter().write(fixture.build(), Path.of("target", "report-preview"));

    assertThat(Files.size(files.html())).isLessThan(400_000);
  }

  private ReportFiles write() throws IOException {
    return new ReportWriter().write(fixture.build(), directory);
  }

  private String html() throws IOException {
    return Files.readString(write().html());
  }

  private static List<String> matches(String text, String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    return matcher.results().map(r -> r.group(1)).toList();
  }
}
