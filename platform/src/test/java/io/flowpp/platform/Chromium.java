package io.flowpp.platform;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The browser of tests that look at pages, without a window. */
public final class Chromium {
  /** Where pictures for people go. */
  public static final Path PICTURES = Path.of("target", "screenshots");

  private static final String INSTALL =
      "install Chromium and its driver (Debian, Ubuntu: apt install chromium chromium-driver)";

  private Chromium() {}

  /** Fails, with what to install, where there is no browser: these tests are never skipped. */
  public static ChromeDriver start() {
    Path chromium = program("chromium", "chromium-browser", "google-chrome");
    Path chromedriver = program("chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // which root, as in containers, may not have
        "--disable-dev-shm-usage",
        "--disable-gpu");
    // What a page asks the network for, and what the browser complains of.
    options.setCapability("goog:loggingPrefs", Map.of("performance", "ALL", "browser", "ALL"));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.toFile())
            .usingAnyFreePort()
            .build();
    return new ChromeDriver(service, options);
  }

  private static Path program(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String name : names) {
      for (String folder : path.split(File.pathSeparator, -1)) {
        if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
          return Path.of(folder, name);
        }
      }
    }
    throw new AssertionError(
        "these tests look at pages in a browser and found no "
            + String.join(", ", List.of(names))
            + " on the PATH; "
            + INSTALL);
  }
}
