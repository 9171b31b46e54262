package io.flowpp.platform.compare.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowpp.platform.Chromium;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.print.PageSize;
import org.openqa.selenium.print.PrintOptions;

/** The page of a comparison as its reader has it: in a browser, on a telephone, on paper. */
@Tag("slow")
class ComparisonBrowserTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Dimension WINDOW = new Dimension(1200, 1180);

  /** A4 at 96 dots an inch, less the margins that a browser prints with by default. */
  private static final int PAPER_WIDTH = 718;

  private static final int PAPER_HEIGHT = 1047;

  @TempDir static Path directory;
  private static ChromeDriver driver;

  @BeforeAll
  static void start() {
    driver = Chromium.start();
    driver.manage().window().setSize(WINDOW);
    driver.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
  }

  @AfterAll
  static void stop() {
    if (driver != null) {
      driver.quit();
    }
  }

  @Test
  void theAnswerIsSeenWithoutScrollingAndEveryFigureIsDrawn() throws Exception {
    open(new ComparisonFixture());

    WebElement answer = driver.findElement(By.id("answer"));
    assertThat(answer.getText())
        .contains("Against full: 2 worse, 1 equivalent", "affine is worse than full", "[+0.0");
    assertThat(answer.getRect().y + answer.getRect().height).isLessThan(WINDOW.height / 2);
    List<WebElement> figures = figures();
    assertThat(figures).hasSize(5);
    assertThat(figures.get(0).getRect().y).as("the forest plot").isLessThan(WINDOW.height);
    for (WebElement figure : figures) {
      assertThat(figure.getRect().width).isGreaterThan(900);
      assertThat(figure.getRect().height).isGreaterThan(150);
      assertThat(marks(figure)).as(figure.getAccessibleName()).isGreaterThan(3);
      assertThat(labelsThatTouch(figure)).as(figure.getAccessibleName()).isEmpty();
    }
    assertThat(pixels("document.documentElement.scrollWidth")).isLessThanOrEqualTo(WINDOW.width);
    shot("compare");
  }

  @Test
  void nothingIsAskedForAndNothingIsRefused() throws Exception {
    Path page = open(new ComparisonFixture());

    assertThat(requests()).containsExactly(page.toUri().toString());
    assertThat(complaints()).isEmpty();

    String picture = "<img src=\"http://127.0.0.1:9/x.png\" alt=\"\">";
    Path guarded =
        Files.writeString(
            directory.resolve("guarded.html"),
            Files.readString(page).replace("</main>", picture + "</main>"));
    driver.get(guarded.toUri().toString());
    assertThat(complaints())
        .as("what the page's policy refuses is seen")
        .anyMatch(text -> text.contains("Content Security Policy"));
    Path open =
        Files.writeString(
            directory.resolve("open.html"),
            Files.readString(guarded).replaceAll("<meta http-equiv[^>]*>", ""));
    driver.get(open.toUri().toString());
    assertThat(requests()).as("a request would be seen").contains("http://127.0.0.1:9/x.png");
  }

  @Test
  void onPaperTheAnswerIsOnTheFirstPageAndTablesAreWhole() throws Exception {
    open(new ComparisonFixture());
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    size(PAPER_WIDTH, PAPER_HEIGHT);
    try {
      WebElement answer = driver.findElement(By.id("answer"));
      assertThat(answer.isDisplayed()).isTrue();
      assertThat(answer.getRect().y + answer.getRect().height).isLessThan(PAPER_HEIGHT);
      List<WebElement> tables = driver.findElements(By.tagName("table"));
      assertThat(tables).hasSizeGreaterThan(5);
      for (WebElement table : tables) {
        assertThat(table.isDisplayed()).isTrue();
        assertThat(table.getRect().x + table.getRect().width)
            .as(table.getText())
            .isLessThanOrEqualTo(PAPER_WIDTH);
      }
      assertThat(figures()).hasSize(5).allMatch(WebElement::isDisplayed);
      shot("compare-print");
    } finally {
      driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
      driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
    PrintOptions paper = new PrintOptions();
    paper.setPageSize(new PageSize(29.7, 21));
    byte[] pdf = Base64.getDecoder().decode(driver.print(paper).getContent());
    Files.createDirectories(Chromium.PICTURES);
    Files.write(Chromium.PICTURES.resolve("compare.pdf"), pdf);
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    assertThat(text).startsWith("%PDF");
    assertThat(text.split("/Type /Page\\b(?!s)").length - 1).isBetween(3, 8);
  }

  @Test
  void onATelephoneNothingLeavesTheScreenAndFiguresAreDrawnForIt() throws Exception {
    open(new ComparisonFixture());
    size(390, 844);
    try {
      assertThat(pixels("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
      List<WebElement> figures = figures();
      assertThat(figures).hasSize(5);
      for (WebElement figure : figures) {
        assertThat(figure.getRect().width).isBetween(300, 390);
        assertThat(labelsThatTouch(figure)).as(figure.getAccessibleName()).isEmpty();
      }
      shot("compare-telephone");
    } finally {
      driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  @Test
  void twelveArmsWithLongNamesAndOneSeedAreLegibleInTheDark() throws Exception {
    ComparisonFixture fixture = new ComparisonFixture();
    fixture.names =
        IntStream.range(0, 12)
            .mapToObj(i -> "blocks=" + i + " filters=" + 32 * i + " components=16")
            .toList();
    fixture.effects = IntStream.range(0, 12).mapToDouble(i -> .011 * (i % 5)).toArray();
    fixture.seeds = 1;
    fixture.without = fixture.names.get(3);
    open(fixture);
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    try {
      for (WebElement figure : figures()) {
        assertThat(labelsThatTouch(figure)).as(figure.getAccessibleName()).isEmpty();
      }
      assertThat(driver.findElement(By.cssSelector(".badge.models")).getCssValue("border-style"))
          .isEqualTo("dashed");
      assertThat(driver.findElement(By.id("answer")).getText())
          .contains("these trained models only");
      assertThat(pixels("document.documentElement.scrollWidth")).isLessThanOrEqualTo(WINDOW.width);
      shot("compare-dark");
    } finally {
      driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
    }
  }

  private static Path open(ComparisonFixture fixture) throws Exception {
    Path page = ComparisonWriter.write(fixture.build(), directory).html().toRealPath();
    driver.get("about:blank");
    requests();
    complaints();
    driver.get(page.toUri().toString());
    return page;
  }

  private static List<WebElement> figures() {
    return driver.findElements(By.cssSelector("svg.chart")).stream()
        .filter(WebElement::isDisplayed)
        .toList();
  }

  /** Curves, dots and areas of a figure that take up room on the screen. */
  private static long marks(WebElement figure) {
    return (Long)
        driver.executeScript(
            "return [...arguments[0].querySelectorAll('path,circle,rect')]"
                + ".filter(e => { const r = e.getBoundingClientRect();"
                + "  return (r.width > 1 || r.height > 1) && getComputedStyle(e).visibility === 'visible' })"
                + ".length",
            figure);
  }

  /** Pairs of labels that lie over each other, and labels that leave their figure. */
  private static List<?> labelsThatTouch(WebElement figure) {
    return (List<?>)
        driver.executeScript(
            "const whole = arguments[0].getBoundingClientRect();"
                + "const all = [...arguments[0].querySelectorAll('text')]"
                + "  .map(e => ({t: e.textContent, r: e.getBoundingClientRect()}));"
                + "const found = [];"
                + "all.forEach((a, i) => {"
                + "  if (a.r.left < whole.left - 2 || a.r.right > whole.right + 2"
                + "      || a.r.top < whole.top - 2 || a.r.bottom > whole.bottom + 4) found.push(a.t);"
                + "  all.slice(i + 1).forEach(b => {"
                + "    if (a.r.left < b.r.right && b.r.left < a.r.right"
                + "        && a.r.top + 3 < b.r.bottom && b.r.top + 3 < a.r.bottom)"
                + "      found.push(a.t + ' / ' + b.t) }) });"
                + "return found",
            figure);
  }

  private static List<String> requests() throws Exception {
    List<String> addresses = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get("performance")) {
      JsonNode message = JSON.readTree(entry.getMessage()).path("message");
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        addresses.add(message.at("/params/request/url").asText());
      }
    }
    addresses.remove("about:blank");
    return addresses;
  }

  private static List<String> complaints() {
    return driver.manage().logs().get("browser").getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  private static void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  private static long pixels(String expression) {
    return ((Number) driver.executeScript("return " + expression)).longValue();
  }

  private static void shot(String name) throws Exception {
    Files.createDirectories(Chromium.PICTURES);
    Files.write(Chromium.PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }
}
