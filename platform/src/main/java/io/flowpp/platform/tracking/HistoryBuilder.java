package io.flowpp.platform.tracking;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up the events of a journal, run by run. */
final class HistoryBuilder {
  private final Path directory;
  private final Map<String, Run> runs = new LinkedHashMap<>();

  HistoryBuilder(Path directory) {
    this.directory = directory;
  }

  void add(Event event) {
    Run run = runs.get(event.run());
    if (run == null && event instanceof Event.Started started) {
      run = new Run(started);
      runs.put(started.run(), run);
    }
    if (run != null) { // without a start its line is damaged, which was told
      run.add(event, directory);
    }
  }

  List<RunHistory> build() {
    List<RunHistory> all = new ArrayList<>();
    for (Run run : runs.values()) {
      all.add(
          new RunHistory(
              run.first.run(),
              run.first.name(),
              run.first.parent(),
              Instant.ofEpochMilli(run.first.time()),
              Instant.ofEpochMilli(run.last),
              run.status,
              run.params,
              run.tags,
              run.metrics,
              List.copyOf(run.artifacts.values())));
    }
    return all;
  }

  private static final class Run {
    private final Event.Started first;
    private final Map<String, String> params = new TreeMap<>();
    private final Map<String, String> tags = new TreeMap<>();
    private final Map<String, RunHistory.Curve> metrics = new TreeMap<>();
    private final Map<String, RunHistory.Artifact> artifacts = new TreeMap<>();
    private @Nullable RunStatus status;
    private long last;

    Run(Event.Started first) {
      this.first = first;
    }

    void add(Event event, Path directory) {
      last = Math.max(last, event.time());
      if (event instanceof Event.Started started) {
        started.params().forEach(params::putIfAbsent);
        tags.putAll(started.tags());
        status = null;
      } else if (event instanceof Event.Metrics values) {
        values.values().forEach((key, value) -> point(key, value, values.step()));
      } else if (event instanceof Event.Parameter param) {
        params.putIfAbsent(param.key(), param.value());
      } else if (event instanceof Event.Tagged tag) {
        tags.put(tag.key(), tag.value());
      } else if (event instanceof Event.ArtifactSaved saved) {
        Path file = directory.resolve(saved.file()).normalize();
        artifacts.put(saved.path(), new RunHistory.Artifact(saved.path(), file, saved.sha256()));
      } else if (event instanceof Event.Pictured picture) {
        String path = ArtifactUpload.path(picture);
        Path file = directory.resolve(JournalledRun.IMAGES).resolve(picture.file());
        artifacts.put(path, new RunHistory.Artifact(path, file, null));
      } else if (event instanceof Event.Ended ended) {
        status = ended.status();
      }
    }

    private void point(String key, double value, long step) {
      metrics.merge(
          key,
          new RunHistory.Curve(value, step, 1),
          (all, one) ->
              one.step() >= all.step()
                  ? new RunHistory.Curve(one.last(), one.step(), all.points() + 1)
                  : new RunHistory.Curve(all.last(), all.step(), all.points() + 1));
    }
  }
}
