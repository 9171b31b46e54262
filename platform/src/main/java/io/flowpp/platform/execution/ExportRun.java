package io.flowpp.platform.execution;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.tracking.Journals;
import io.flowpp.platform.tracking.RunHistory;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A run as a folder that needs neither a server nor this program. */
public final class ExportRun {
  private final TrainedRuns references;
  private final Journals journals;
  private final Workspace workspace;

  @Inject
  ExportRun(TrainedRuns references, Journals journals, Workspace workspace) {
    this.references = references;
    this.journals = journals;
    this.workspace = workspace;
  }

  /**
   * @param missing artifacts that are gone from the workspace, or are not what was recorded
   */
  public record Exported(
      String runId, Path directory, long points, int artifacts, List<String> missing) {
    public Exported {
      missing = List.copyOf(missing);
    }
  }

  private record Told(
      String name,
      @Nullable String status,
      String startedAt,
      String lastSign,
      Map<String, String> params,
      Map<String, String> tags,
      Map<String, RunHistory.Curve> metrics,
      List<String> artifacts) {}

  /**
   * Writes {@code run.json} (what the workspace knows of the run), {@code stages/NAME.json}, {@code
   * metrics.csv} (every value of every curve) and {@code artifacts/}.
   *
   * @param directory must not be there yet, or be empty
   */
  public Exported export(String reference, Path directory, Consumer<String> note) {
    RunRecord record = references.record(reference);
    Path journal = RunCatalogue.journal(workspace, record.runId());
    requireEmpty(directory);
    try {
      Files.createDirectories(directory);
      StageJson.writeFile(directory.resolve("run.json"), record);
      List<RunHistory> runs = newest(journals.runs(journal), record);
      Map<String, String> folders =
          runs.stream().collect(Collectors.toMap(RunHistory::key, run -> folder(run, record)));
      long points = metrics(journal, folders, directory.resolve("metrics.csv"));
      int copied = 0;
      List<String> missing = new ArrayList<>();
      for (RunHistory run : runs) {
        String folder = folder(run, record);
        Path told =
            folder.isEmpty()
                ? directory.resolve("experiment.json")
                : directory.resolve("stages").resolve(folder + ".json");
        Files.createDirectories(told.getParent());
        StageJson.writeFile(told, told(run));
        for (RunHistory.Artifact artifact : run.artifacts()) {
          Path target = directory.resolve("artifacts").resolve(folder).resolve(artifact.path());
          if (journals.copy(artifact, target)) {
            copied++;
          } else {
            missing.add(target.toString());
            note.accept("warning: " + artifact.file() + ": gone or changed, not exported");
          }
        }
      }
      return new Exported(record.runId(), directory, points, copied, missing);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  /** Of the newest generation. */
  private static List<RunHistory> newest(List<RunHistory> all, RunRecord record) {
    String key = record.trackingKey();
    return all.stream()
        .filter(run -> run.key().equals(key) || run.key().startsWith(key + "/"))
        .toList();
  }

  /** The stage's name; empty for the run of the whole experiment. */
  private static String folder(RunHistory run, RunRecord record) {
    String key = record.trackingKey();
    return run.key().equals(key) ? "" : run.key().substring(key.length() + 1);
  }

  private long metrics(Path journal, Map<String, String> folders, Path file) throws IOException {
    long[] points = {0};
    try (BufferedWriter csv = Files.newBufferedWriter(file)) {
      csv.write("stage,metric,step,time,value\n");
      journals.points(
          journal,
          (run, metric, step, time, value) -> {
            String stage = folders.get(run);
            if (stage != null) {
              points[0]++;
              write(
                  csv,
                  stage
                      + ","
                      + metric
                      + ","
                      + step
                      + ","
                      + Instant.ofEpochMilli(time)
                      + ","
                      + value
                      + "\n");
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return points[0];
  }

  private static void write(BufferedWriter csv, String line) {
    try {
      csv.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Told told(RunHistory run) {
    return new Told(
        run.name(),
        run.status() == null ? null : run.status().name(),
        run.startedAt().toString(),
        run.lastSign().toString(),
        run.params(),
        run.tags(),
        run.metrics(),
        run.artifacts().stream().map(RunHistory.Artifact::path).toList());
  }

  private static void requireEmpty(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        throw new UserFault(
            ExitCode.USAGE,
            "occupied-directory",
            "is there already and not empty",
            directory.toString(),
            "name another folder with --to");
      }
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  private static UserFault unwritable(Path directory, IOException e) {
    return new UserFault(
        ExitCode.FAILED,
        "unwritable-export",
        "cannot be written: " + e.getMessage(),
        directory.toString(),
        "make room or name another folder with --to",
        e);
  }
}
