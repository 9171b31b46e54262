package io.flowpp.platform.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.WholeFile;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The workspace's memory of its runs. */
public final class RunRecords {
  private static final String FILE = "run.json";

  private final Workspace workspace;

  @Inject
  RunRecords(Workspace workspace) {
    this.workspace = workspace;
  }

  /** All runs, that which was worked on last first. */
  List<RunRecord> newestFirst() {
    try (Stream<Path> runs = Files.list(workspace.root().resolve("runs"))) {
      Map<RunRecord, FileTime> touched = new HashMap<>();
      for (Path run : runs.toList()) {
        Optional<RunRecord> record = find(run.getFileName().toString());
        if (record.isPresent()) {
          touched.put(record.get(), Files.getLastModifiedTime(run.resolve(FILE)));
        }
      }
      return touched.entrySet().stream()
          .sorted(Map.Entry.<RunRecord, FileTime>comparingByValue().reversed())
          .map(Map.Entry::getKey)
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("listing the runs of " + workspace.root(), e);
    }
  }

  /** The newest generation of a run. */
  public Optional<RunRecord> find(String runId) {
    // Reading makes no directory: planning works where nothing may be written.
    Path file = workspace.root().resolve("runs").resolve(runId).resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(StageJson.readFile(file, RunRecord.class));
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.FAILED,
          "unreadable-run-record",
          "cannot be read: " + reason(e),
          file.toString(),
          "delete it: stages that have finished stay cached, the run gets a new entry in the tracker",
          e);
    }
  }

  /** When somebody worked on a run last. */
  Instant changed(String runId) {
    Path file = workspace.root().resolve("runs").resolve(runId).resolve(FILE);
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException("looking at " + file, e);
    }
  }

  void save(RunRecord record) {
    Path file = directory(record.runId()).resolve(FILE);
    try {
      StageJson.writeFile(file, record);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Writes a file of a run, whole or not at all. */
  void write(Path file, String text) {
    try {
      WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Where the files of a run lie. */
  Path directory(String runId) {
    Path directory = workspace.runs().resolve(runId);
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  private static @Nullable String reason(IOException e) {
    // The message beyond the original names lines of our source and of the parser's settings.
    return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
  }

  private static UserFault unwritable(Path file, IOException e) {
    return new UserFault(
        ExitCode.FAILED,
        "unwritable-workspace",
        "cannot be written: " + e.getMessage(),
        file.toString(),
        "make room or make it writable, then run the same command again",
        e);
  }
}
