package io.flowpp.platform.sweep;

import io.flowpp.platform.compare.ComparisonFiles;
import io.flowpp.platform.tracking.RunStart;
import io.flowpp.platform.tracking.RunStatus;
import io.flowpp.platform.tracking.TableView;
import io.flowpp.platform.tracking.TrackedRun;
import io.flowpp.platform.tracking.Tracker;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** A sweep as a run of its own in the tracker: above its trials, with how they go. */
final class SweepTracking implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Trials that begin before the server knows their sweep stand under it some seconds later. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  /** A twentieth more. */
  private static final int DONE_PER_REFRESH = 20;

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 500;
  private static final String CURVES = "sweep/";

  private final Tracker tracker;
  private final SweepState sweep;
  private final SweepPlaces folder;
  private final TrackedRun run;
  private Map<String, Integer> told = Map.of();
  private int onBoard;

  SweepTracking(Tracker tracker, SweepState sweep, String command, SweepPlaces folder) {
    this.tracker = tracker;
    this.sweep = sweep;
    this.folder = folder;
    SweepSpec spec = sweep.spec();
    Map<String, String> params = new TreeMap<>(spec.ranges());
    params.put("metric", spec.metric().name());
    Map<String, String> tags = new TreeMap<>();
    tags.put("flowpp.kind", "sweep");
    tags.put("flowpp.sweep", spec.name());
    tags.put("flowpp.command", command);
    tags.put("mlflow.source.name", sweep.file());
    tags.put("mlflow.source.type", "LOCAL");
    tags.put("mlflow.user", System.getProperty("user.name", "unknown"));
    run = tracker.start(new RunStart(key(sweep), "sweep " + spec.name(), null, params, tags));
    run.view(view());
  }

  /** The MLflow run; waits for it as long as a server needs to start. */
  Optional<String> awaitMlflowRun() {
    tracker.flush(START_PATIENCE);
    return mlflowRun();
  }

  /** The MLflow run, once a server knows it. */
  Optional<String> mlflowRun() {
    return tracker.mlflowRunId(key(sweep));
  }

  /** The trials with what they tried and what came of it, best first. */
  Optional<URI> page() {
    return tracker.viewPage(viewName());
  }

  /** What the sweep is made of is there from the beginning, whatever becomes of it. */
  void began() {
    try {
      keep("sweep.yaml", sweep.spec().text());
    } catch (IOException e) {
      throw new UncheckedIOException("the sweep's file cannot be written", e);
    }
  }

  /** How it goes, where that has changed. */
  void now(SweepResult result) {
    refresh(result);
    if (result.counts().equals(told)) {
      return;
    }
    told = result.counts();
    int over =
        told.entrySet().stream()
            .filter(e -> !List.of("pending", "running", "paused").contains(e.getKey()))
            .mapToInt(Map.Entry::getValue)
            .sum();
    Map<String, Double> values = new LinkedHashMap<>();
    for (String status : List.of("pending", "running", "done", "failed")) {
      values.put(CURVES + status, (double) told.getOrDefault(status, 0));
    }
    List<SweepResult.Trial> ranked = SweepResult.ranked(result.trials(), sweep.spec().metric());
    if (!ranked.isEmpty()) {
      String metric = sweep.spec().metric().name();
      double best = ranked.get(0).metrics().getOrDefault(metric, Double.NaN);
      values.put(CURVES + "best", best);
      run.tag("flowpp.best_trial", ranked.get(0).id());
    }
    run.metrics(values, over);
    run.tag(TrackedRun.NOTE, Leaders.note(sweep, result));
  }

  /**
   * The leaderboard, once a trial more is done; of many trials only now and then, since each is a
   * file of them all.
   */
  private void refresh(SweepResult result) {
    int done = result.counts().getOrDefault("done", 0);
    if (done < onBoard + Math.max(1, onBoard / DONE_PER_REFRESH)) {
      return;
    }
    try {
      board(result);
      onBoard = done;
    } catch (IOException | UncheckedIOException fullDisk) {
      return; // nothing that trials need: tried again at the next look
    }
  }

  private void board(SweepResult result) throws IOException {
    keep("leaderboard.md", Leaders.table(sweep, result, Integer.MAX_VALUE));
    keep("leaderboard.csv", Leaders.csv(sweep, result));
    List<SweepResult.Trial> ranked = SweepResult.ranked(result.trials(), sweep.spec().metric());
    if (ranked.size() > 1) {
      picture(ranked);
    }
  }

  /** The sweep has come to its end, for now. */
  void ended(SweepResult result, RunStatus status) {
    now(result);
    List<SweepResult.Trial> ranked = SweepResult.ranked(result.trials(), sweep.spec().metric());
    if (!ranked.isEmpty()) {
      String metric = sweep.spec().metric().name();
      run.metric(metric, ranked.get(0).metrics().getOrDefault(metric, Double.NaN), ranked.size());
    }
    try {
      keep("sweep.yaml", sweep.spec().text());
      board(result);
    } catch (IOException e) {
      throw new UncheckedIOException("the leaderboard cannot be written", e);
    }
    run.end(status);
    tracker.flush(PATIENCE);
  }

  /**
   * Its trials were compared.
   *
   * @param atWork whether other processes still work on the sweep, whose run then stays open
   */
  void compared(ComparisonFiles files, RunStatus status, boolean atWork) {
    List<Path> all = new ArrayList<>(List.of(files.html(), files.markdown(), files.csv()));
    all.addAll(files.figures());
    all.forEach(file -> run.keep(file, "comparison/" + file.getFileName()));
    if (!atWork) {
      run.end(status);
    }
    tracker.flush(PATIENCE);
  }

  /** The folder of the sweep's journal in {@code journals}. */
  static Path journal(Path journals, SweepState sweep) {
    return journals.resolve("sweep-" + sweep.spec().name() + "-" + sweep.instance());
  }

  @Override
  public void close() {
    tracker.close();
  }

  private void picture(List<SweepResult.Trial> done) throws IOException {
    Metric metric = sweep.spec().metric();
    List<ParallelCoordinates.Line> lines =
        done.stream()
            .map(
                trial -> {
                  Map<String, String> values = new LinkedHashMap<>(trial.params());
                  values.put("seed", String.valueOf(trial.seed()));
                  return new ParallelCoordinates.Line(
                      values, trial.metrics().getOrDefault(metric.name(), Double.NaN));
                })
            .toList();
    Path file = folder.board().resolve("parallel-coordinates.png");
    BufferedImage image = new ParallelCoordinates(metric, lines).draw(WIDTH, HEIGHT);
    Path part = part(file);
    ImageIO.write(image, "png", part.toFile());
    replace(part, file);
  }

  private void keep(String name, String content) throws IOException {
    Path file = folder.board().resolve(name);
    Path part = part(file);
    Files.writeString(part, content);
    replace(part, file);
  }

  private static Path part(Path file) {
    return file.resolveSibling("." + file.getFileName() + "-" + ProcessHandle.current().pid());
  }

  /** The file that was kept before is not written again: it may wait for its upload. */
  private void replace(Path part, Path file) throws IOException {
    run.keep(part, file.getFileName().toString());
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Under which the tracker knows the sweep's own run. */
  static String key(SweepState sweep) {
    return "sweep:" + sweep.spec().name() + "/" + sweep.instance();
  }

  private String viewName() {
    return "sweep-" + sweep.spec().name();
  }

  private TableView view() {
    Metric metric = sweep.spec().metric();
    List<String> columns = new ArrayList<>(sweep.spec().ranges().keySet());
    List<String> metrics = new ArrayList<>(List.of(metric.name()));
    for (String other : List.of("best/val_bpd", "perf/images_per_second")) {
      if (!other.equals(metric.name())) {
        metrics.add(other);
      }
    }
    return new TableView(
        viewName(),
        columns,
        metrics,
        metric.direction() == Metric.Direction.MINIMIZE
            ? TableView.Order.ASCENDING
            : TableView.Order.DESCENDING,
        List.of("flowpp.sweep=" + sweep.spec().name(), "flowpp.kind=run"));
  }
}
