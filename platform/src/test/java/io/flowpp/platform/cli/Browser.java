package io.flowpp.platform.cli;

import io.flowpp.platform.Chromium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Chromium without a window, at the pages of a tracking server. Pictures of what it shows go to
 * {@code target/screenshots}.
 */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Dimension WINDOW = new Dimension(1400, 900);

  private final ChromeDriver driver;
  private final URI server;
  private final Path pictures;

  private Browser(ChromeDriver driver, URI server, Path pictures) {
    this.driver = driver;
    this.server = server;
    this.pictures = pictures;
  }

  /** Fails, with what to install, where there is no browser: these tests are never skipped. */
  static Browser at(URI server) {
    Browser browser = new Browser(Chromium.start(), server, Chromium.PICTURES);
    browser.driver.manage().window().setSize(WINDOW);
    browser.beAResearchersBrowser();
    return browser;
  }

  /** Past what greets a fresh browser: pages for language models, and an assistant's panel. */
  private void beAResearchersBrowser() {
    driver.get(server + "/health");
    driver.executeScript(
        "localStorage.setItem('mlflow.assistant.panelOpen_v1', 'false');"
            + "localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true');");
  }

  /** Opens a page of the server and waits until it shows all of {@code texts}. */
  void open(String address, String... texts) {
    driver.get("about:blank"); // else a change behind the # alone loads nothing
    driver.get(address.startsWith("http") ? address : server + address);
    awaitTexts(texts);
  }

  void awaitTexts(String... texts) {
    for (String text : texts) {
      await("the text '" + text + "'", () -> text().contains(text));
    }
  }

  String text() {
    String text = String.valueOf(driver.executeScript("return document.body.innerText"));
    return text.replace('\u00a0', ' '); // spaces at which no line may be broken
  }

  String address() {
    return driver.getCurrentUrl();
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Clicks the innermost element with exactly this text. */
  void click(String text) {
    By exactly =
        By.xpath(
            "//*[normalize-space(.)='"
                + text
                + "' and not(.//*[normalize-space(.)='"
                + text
                + "'])]");
    await("'" + text + "' to click on", () -> !driver.findElements(exactly).isEmpty());
    await(
        "'" + text + "' to be clicked on",
        () -> {
          driver.findElement(exactly).click();
          return true;
        });
  }

  /** The same of the topmost that there is. */
  void pressFirst(String css) {
    press(css, 0);
  }

  /**
   * A click that finds its element also where something small lies over it. Pages draw their rows
   * anew while they load: an element that is gone meanwhile is looked for again.
   *
   * @param number from the top
   */
  void press(String css, int number) {
    await(
        css + " number " + number,
        () -> {
          List<WebElement> there =
              all(css).stream()
                  .sorted(Comparator.comparingInt(element -> element.getLocation().getY()))
                  .toList();
          if (there.size() <= number) {
            return false;
          }
          new Actions(driver).moveToElement(there.get(number)).click().perform();
          return true;
        });
  }

  /** Goes down the page as a user does, for charts are drawn when they come into view. */
  void scrollDown(Condition untilSeen) {
    await(
        "it, however far down",
        () -> {
          driver.executeScript(
              "const page = [...document.querySelectorAll('*')]"
                  + ".filter(e => e.clientHeight > 300 && e.scrollHeight > e.clientHeight + 50"
                  + " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowY));"
                  + "page.forEach(e => {"
                  + "  const before = e.scrollTop;"
                  + "  e.scrollTop += e.clientHeight / 2;"
                  + "  if (e.scrollTop === before) e.scrollTop = 0;"
                  + "})");
          return untilSeen.holds();
        });
  }

  /** Brings what has exactly this text to the middle. */
  void scrollTo(String text) {
    await(
        "'" + text + "' to be brought to the middle",
        () -> {
          WebElement element =
              driver.findElement(By.xpath("//*[normalize-space(text())='" + text + "']"));
          driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
          return true;
        });
  }

  /** Clicks a link, and goes along where it opens a tab of its own. */
  void follow(String link) {
    String before = address();
    String tab = driver.getWindowHandle();
    click(link);
    await(
        "where '" + link + "' leads",
        () -> driver.getWindowHandles().size() > 1 || !address().equals(before));
    for (String other : driver.getWindowHandles()) {
      if (!other.equals(tab)) {
        driver.close();
        driver.switchTo().window(other);
        return;
      }
    }
  }

  /** Within the one frame of the page. */
  void inFrame(Runnable look) {
    await("a frame", () -> !all("iframe").isEmpty());
    driver.switchTo().frame(0);
    try {
      look.run();
    } finally {
      driver.switchTo().defaultContent();
    }
  }

  boolean hasPixels(WebElement image) {
    return Boolean.TRUE.equals(
        driver.executeScript(
            "return arguments[0].complete && arguments[0].naturalWidth > 1", image));
  }

  interface Condition {
    boolean holds();
  }

  void await(String what, Condition condition) {
    try {
      new WebDriverWait(driver, PATIENCE)
          .ignoring(StaleElementReferenceException.class, NoSuchElementException.class)
          .until(any -> condition.holds());
    } catch (TimeoutException e) {
      shot("missed");
      throw new AssertionError(
          "after "
              + PATIENCE.toSeconds()
              + " s "
              + address()
              + " lacks "
              + what
              + "; it shows: "
              + text(),
          e);
    }
  }

  /** What is to be seen now, as a picture for people. */
  void shot(String name) {
    try {
      Files.createDirectories(pictures);
      Files.write(pictures.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
