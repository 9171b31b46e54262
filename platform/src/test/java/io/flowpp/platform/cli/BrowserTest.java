package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.ManagedServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/**
 * Two trials of a small experiment, looked at as their researcher does: in a browser, at the server
 * that users get, by the links that the commands print.
 */
@Tag("slow")
class BrowserTest {
  private static final Path SERVER =
      Path.of(System.getProperty("flowpp.test.workspace", "target/mlflow-workspace"));
  private static final String MACHINE_LEARNING = "workflowType=machine_learning";
  private static final int STEPS = 60;

  /** What opens a row of the table. */
  private static final String EXPAND = ".ag-row button, .ag-row [role=button]";

  @TempDir static Path temporary;
  private static ManagedServer server = ManagedServer.of(SERVER, Map.of());
  private static String model = "";
  private static Path file = Path.of("unset");
  private static List<JsonNode> trials = List.of();
  private static JsonNode promoted;
  private static Browser browser;

  @BeforeAll
  static void twoTrialsAndABrowser() throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("MLFLOW_"));
    server = ManagedServer.of(SERVER, environment);
    URI uri = Objects.requireNonNull(server.up().uri());
    browser = Browser.at(uri);
    String token = UUID.randomUUID().toString().substring(0, 4);
    model = "fashion-" + token;
    file = experimentFile();
    trials =
        List.of(
            answer(trial(uri, "clothes " + token, "seed=1")),
            answer(
                trial(uri, "clothes " + token, "seed=2", "training.optimizer.learning-rate=4e-3")));
    promoted =
        answer(flowpp(uri, "runs", "promote", id(trials.get(1)), "--alias", "champion", "--json"));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    server.down();
  }

  @Test
  void theTableHasTheStagesUnderTheirRunsAndTheColumnsThatMatter() {
    browser.open(link("tracking_table"), "clothes", "final/test_bpd", "best/val_bpd", "seed");
    browser.awaitTexts("Flow++ runs, lower bits/dim is better");
    browser.await("two runs", () -> rows().size() == 2);
    browser.pressFirst(EXPAND);
    browser.await("four stages under the first", () -> rows().size() == 6);
    awaitNames(
        "clothes · learning-rate=0.004 · seed 2",
        "evaluate · ",
        "train-flow · ",
        "pretrain-dequantizer · ",
        "prepare-data · ",
        "clothes · seed 1");
    browser.shot("runs");
  }

  @Test
  void theRankingHasTheWholeRunsAloneTheBestFirst() {
    browser.open(link("tracking_ranking"), "clothes", "final/test_bpd");
    browser.await("two runs", () -> rows().size() == 2);
    double first = trials.get(0).at("/metrics/test~1bpd").asDouble();
    double second = trials.get(1).at("/metrics/test~1bpd").asDouble();
    String better = String.valueOf(Math.min(first, second)).substring(0, 6);
    String worse = String.valueOf(Math.max(first, second)).substring(0, 6);
    browser.await(better + " above " + worse, () -> isAbove(better, worse));
    browser.shot("ranking");
  }

  @Test
  void theOverviewSaysWhatTheRunIsWhatItReachedAndHowToRepeatIt() {
    browser.open(link("tracking_page"), "bits/dim on the test images", "learning-rate=0.004");
    browser.shot("overview");
    browser.click("Show more");
    browser.awaitTexts("test, importance-weighted", "./flowpp run");
    browser.awaitTexts("fashion-mnist-train", "Finished", "train-flow");
    browser.follow("report");
    browser.inFrame(() -> browser.awaitTexts("bits/dim", "left neighbour"));
    assertThat(browser.address()).contains("/artifacts/report.html");
    browser.shot("report");
  }

  @Test
  void theCurvesOfTheTrainingAreDrawn() {
    browser.open(page(stage("train-flow"), "/model-metrics"), "val_bpd");
    browser.scrollDown(() -> browser.text().contains("grad_norm"));
    browser.scrollTo("grad_norm");
    browser.await("a curve", () -> !browser.all(".scatterlayer .trace path.js-line").isEmpty());
    browser.shot("curves");
  }

  @Test
  void theMachineIsMeasuredWhileItTrains() {
    for (String run : List.of(run(), stage("train-flow"))) {
      browser.open(
          page(run, "/system-metrics"), "cpu_utilization_percentage", "disk_usage_megabytes");
      browser.await("a curve", () -> !browser.all(".scatterlayer .trace .point").isEmpty());
    }
    browser.shot("system-metrics");
  }

  @Test
  void thePicturesAreShownAndCanBeWalkedThroughByStep() {
    browser.open(page(stage("evaluate"), "/model-metrics"), "Model metrics");
    browser.scrollDown(() -> browser.text().contains("samples by step - 0 is data"));
    browser.await("three pictures", () -> pictures() >= 3);
    browser.scrollDown(() -> true);
    browser.shot("pictures");
    assertThat(browser.text()).doesNotContain("No image logged at this step");
  }

  @Test
  void twoRunsAreComparedByWhatTheModelsReached() {
    String both = encoded("[\"" + id(trials.get(0)) + "\",\"" + id(trials.get(1)) + "\"]");
    browser.open(
        "/#/compare-runs?runs="
            + both
            + "&experiments="
            + encoded("[\"" + experiment() + "\"]")
            + "&"
            + MACHINE_LEARNING,
        "Comparing 2 Runs",
        "clothes · learning-rate=0.004 · seed 2");
    browser.await(
        "a metric of the model, plotted at first",
        () -> browser.text().matches("(?s).*Metrics:.*bpd.*Clear All.*"));
    browser.shot("compare");
    browser.open(
        link("tracking_table").replace("/runs?", "/runs?compareRunsMode=CHART&"), "val_bpd");
    browser.scrollDown(() -> browser.text().contains("(val/bpd)"));
    browser.scrollTo("val/bpd");
    browser.await("two curves", () -> browser.all(".scatterlayer .trace path.js-line").size() >= 2);
    browser.shot("charts");
  }

  @Test
  void theModelHasAVersionForEachRunAndTheChampion() {
    browser.open(
        "/#/models/" + model + "?" + MACHINE_LEARNING, "Version 1", "Version 2", "test/bpd");
    browser.awaitTexts("@ champion");
    browser.shot("model");
    browser.open(promoted.path("page").asText(), "bits/dim on the test images", "To repeat it");
    browser.awaitTexts("@ champion");
    browser.follow("the run");
    browser.awaitTexts("About this run");
    assertThat(browser.address()).contains("/runs/" + id(trials.get(1)));
  }

  @Test
  void theSweepsPageHasItsTrialsWithWhatTheyTriedAndReachedTheBestFirst() throws Exception {
    String experiment = "arms " + UUID.randomUUID().toString().substring(0, 4);
    Path sweep =
        SweepFixture.write(
            temporary,
            "arms",
            """
            ablations:
              full: {}
              affine: {model.flow.coupling.kind: affine}
              uniform: {model.dequantizer.kind: uniform}
            seeds: [1]
            limits: {max-concurrent: 2}
            """,
            40,
            "tracking.experiment: " + experiment);
    JsonNode result =
        answer(
            flowpp(
                URI.create(link("tracking_table").replaceAll("/#.*", "")),
                "sweep",
                "run",
                sweep.toString(),
                "--json"));
    browser.open(result.path("page").asText(), "ablation", "affine", "uniform", "final/test_bpd");
    browser.await("three trials", () -> rows().size() == 3);
    List<String> best = new ArrayList<>();
    result.path("trials").forEach(t -> best.add(t.at("/metrics/final~1test_bpd").asText()));
    best.sort(Comparator.comparingDouble(Double::parseDouble));
    browser.await(
        "the best first", () -> isAbove(best.get(0).substring(0, 6), best.get(2).substring(0, 6)));
    browser.shot("sweep");
    browser.open(
        result.path("page").asText().replaceAll("viewStateShareKey=.*", "viewStateShareKey=flowpp"),
        "sweep arms");
    browser.await("the sweep alone, closed", () -> rows().size() == 1);
    browser.pressFirst(EXPAND);
    browser.await("its trials under it", () -> rows().size() == 4);
    browser.press(EXPAND, 1);
    browser.await("the stages under its first trial", () -> rows().size() == 8);
    awaitNames(
        "sweep arms",
        "",
        "evaluate · ",
        "train-flow · ",
        "pretrain-dequantizer · ",
        "prepare-data · ");
    browser.shot("sweep-nested");
    browser.follow("sweep arms");
    browser.awaitTexts("3 trials", "3 done", "affine");
    browser.shot("sweep-page");
  }

  private static List<WebElement> rows() {
    return browser.all(".ag-center-cols-container .ag-row");
  }

  /** The first rows of the table begin with these, once it is drawn. */
  private static void awaitNames(String... beginnings) {
    browser.await(
        "rows that begin with " + List.of(beginnings),
        () -> {
          List<String> names = names();
          return names.size() >= beginnings.length
              && IntStream.range(0, beginnings.length)
                  .allMatch(row -> names.get(row).startsWith(beginnings[row]));
        });
  }

  private static boolean isAbove(String first, String second) {
    String text = browser.text();
    return text.contains(first) && text.indexOf(first) < text.indexOf(second);
  }

  /** Of the runs in the table, from the top; the table's own order is that of drawing. */
  private static List<String> names() {
    return browser.all(".ag-row a[href*='/runs/']").stream()
        .sorted(Comparator.comparingInt(link -> link.getLocation().getY()))
        .map(WebElement::getText)
        .toList();
  }

  private static long pictures() {
    return browser.all(".rc-image img, img[src*=artifact]").stream()
        .filter(browser::hasPixels)
        .count();
  }

  private static Path experimentFile() throws IOException {
    Path file = Files.createDirectories(Path.of("target", "browser")).resolve("clothes.yaml");
    return Files.writeString(
        file,
        """
        # What for: the pages of MLflow, which tests look at.
        # Cost:     some seconds.
        # Expect:   curves, pictures and figures, none of them good.
        extends: ../../../experiments/smoke.yaml
        pretraining:
          steps: 10
        training:
          steps: %d
          validate-every: 10
        evaluation:
          images: 16
        tracking:
          system-metrics-every: 1
        """
            .formatted(STEPS));
  }

  private static FlowppProcess trial(URI uri, String experiment, String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                file.toString(),
                "--json",
                "tracking.experiment=" + experiment,
                "tracking.register=" + model));
    arguments.addAll(List.of(settings));
    return flowpp(uri, arguments.toArray(new String[0]));
  }

  private static FlowppProcess flowpp(URI uri, String... arguments) {
    return FlowppProcess.start(
        temporary.resolve("workspace"),
        Map.of("MLFLOW_TRACKING_URI", uri.toString(), "FLOWPP_OFFLINE", ""),
        arguments);
  }

  private static JsonNode answer(FlowppProcess process) throws Exception {
    assertThat(process.exitCode()).as(process.err()).isZero();
    return process.json();
  }

  private static String id(JsonNode trial) {
    return trial.path("mlflow_run_id").asText();
  }

  /** Of the second trial. */
  private static String link(String key) {
    String link = trials.get(1).path(key).asText();
    assertThat(link).as(key).startsWith("http").contains(MACHINE_LEARNING);
    return link;
  }

  private static String run() {
    return id(trials.get(1));
  }

  private static String stage(String name) {
    for (JsonNode stage : trials.get(1).path("stages")) {
      if (stage.path("name").asText().equals(name)) {
        return stage.path("mlflow_run_id").asText();
      }
    }
    throw new AssertionError("no stage " + name);
  }

  private static String experiment() {
    return link("tracking_page").replaceAll(".*/experiments/([^/]+)/.*", "$1");
  }

  private static String page(String run, String tab) {
    return "/#/experiments/" + experiment() + "/runs/" + run + tab + "?" + MACHINE_LEARNING;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
