package io.flowpp.platform.tracking;

import io.flowpp.platform.tracking.SentState.MlflowRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Journal events as requests to one server, in their order for each run. Sending a stretch of the
 * journal again changes nothing on the server, so after a fault the caller starts again where the
 * state that was saved last says.
 */
final class Sender {
  static final String NOT_FINITE = "perf/not_finite";

  /** By which MLflow nests a run. */
  private static final String PARENT = "mlflow.parentRunId";

  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  /** Keeps how far the journal is sent. */
  interface Progress {
    void save(SentState state) throws IOException;
  }

  private final MlflowRest rest;
  private final MlflowRuns runs;
  private final ArtifactUpload artifacts;
  private final String experiment;
  private final Path directory;
  private final Progress progress;

  private final Map<String, Batch> batches = new LinkedHashMap<>();
  private final Set<String> deleted =
      new HashSet<>(); // runs that somebody deleted in the UI: their events have no place to go
  private boolean experimentKnown;
  private SentState state;

  /**
   * @param directory that of the journal
   */
  Sender(MlflowRest rest, String experiment, Path directory, SentState state, Progress progress) {
    this.rest = rest;
    this.runs = new MlflowRuns(rest);
    this.artifacts = new ArtifactUpload(rest);
    this.experiment = experiment;
    this.directory = directory;
    this.state = state;
    this.progress = progress;
  }

  SentState state() {
    return state;
  }

  /** Sends a chunk of the journal and saves that it is sent. */
  void send(JournalReader.Chunk chunk) throws IOException {
    batches.clear(); // what a fault left behind is in the chunk again
    if (!experimentKnown) {
      save(state.inExperiment(runs.experiment(experiment)));
      experimentKnown = true;
    }
    for (JournalReader.Entry entry : chunk.entries()) {
      send(entry);
    }
    sendBatches();
    save(state.at(chunk.next()));
  }

  /** Puts runs under parents of other journals that the server has got meanwhile. */
  void adopt() throws IOException {
    for (Map.Entry<String, String> orphan : state.orphans().entrySet()) {
      String key = orphan.getKey();
      MlflowRun run = state.runs().get(key);
      Optional<MlflowRun> parent =
          runs.find(Objects.requireNonNull(state.experimentId()), orphan.getValue());
      if (run != null && parent.isPresent()) {
        orGiveUp(key, run, () -> runs.tag(run, PARENT, parent.get().id()));
        save(state.orphan(key, null));
      }
    }
  }

  /**
   * To be used where the server does not know the runs any more: everything is sent again, to runs
   * that are found or made anew.
   */
  void forget() throws IOException {
    experimentKnown = false;
    save(SentState.nothing());
  }

  private void send(JournalReader.Entry entry) throws IOException {
    Event event = entry.event();
    if (event instanceof Event.Started started) {
      start(started);
      return;
    }
    MlflowRun run = state.runs().get(event.run());
    if (run == null) {
      LOG.warn(
          "an event of run '{}' was passed over: the line that starts the run is damaged",
          event.run());
    } else if (!deleted.contains(event.run())) {
      send(run, event, entry.end());
    }
  }

  private void send(MlflowRun run, Event event, long end) throws IOException {
    String key = event.run();
    if (event instanceof Event.Metrics metrics) {
      for (Map.Entry<String, Double> value : metrics.values().entrySet()) {
        add(key, Batch.metric(value.getKey(), value.getValue(), metrics.time(), metrics.step()));
      }
    } else if (event instanceof Event.NotFinite odd) {
      add(key, Batch.metric(NOT_FINITE, odd.count(), odd.time(), odd.step()));
      add(
          key,
          Batch.tag(
              "flowpp.not_finite",
              odd.count() + " values, the last at step " + odd.step() + ": " + odd.values()));
    } else if (event instanceof Event.Parameter param) {
      add(key, Batch.param(param.key(), param.value()));
    } else if (event instanceof Event.Tagged tag) {
      add(key, Batch.tag(tag.key(), linked(run, tag.key(), tag.value())));
    } else if (event instanceof Event.DatasetUsed dataset) {
      orGiveUp(key, run, () -> rest.post("runs/log-inputs", inputs(run, dataset)));
    } else if (event instanceof Event.ArtifactSaved artifact) {
      sendBatches();
      Path file = directory.resolve(artifact.file()).normalize();
      Optional<String> reason = artifacts.send(run, artifact, file);
      save(state.at(end).artifact(key, artifact.path(), reason.orElse(null)));
    } else if (event instanceof Event.Pictured picture) {
      add(key, Batch.tag("mlflow.loggedImages", "True"));
      sendBatches();
      Path copy = directory.resolve(JournalledRun.IMAGES).resolve(picture.file());
      Optional<String> reason = artifacts.send(run, picture, copy);
      save(state.at(end).artifact(key, ArtifactUpload.path(picture), reason.orElse(null)));
    } else if (event instanceof Event.Registered registered) {
      sendBatches();
      if (isLacking(key, registered.version().folder())) {
        LOG.warn(
            "run '{}' becomes no version of {}: its weights are not on the server",
            key,
            registered.version().model());
      } else {
        orGiveUp(key, run, () -> register(run, registered.version()));
      }
    } else if (event instanceof Event.Viewed viewed) {
      orGiveUp(
          key, run, () -> runs.view(Objects.requireNonNull(state.experimentId()), viewed.view()));
    } else if (event instanceof Event.Ended ended) {
      sendBatches(); // a run that is over has everything
      orGiveUp(key, run, () -> runs.end(run, ended.status(), ended.time()));
    }
  }

  private void start(Event.Started started) throws IOException {
    String key = started.run();
    Map<String, String> tags = new TreeMap<>(started.tags());
    tags.put(MlflowRuns.KEY_TAG, key);
    if (started.parent() != null) {
      MlflowRun parent = state.runs().get(started.parent());
      if (parent == null) {
        LOG.warn(
            "run '{}' stands alone: its parent '{}' was never started in this journal",
            key,
            started.parent());
      } else {
        tags.put(PARENT, parent.id());
      }
    }
    String foreign = started.tags().get(RunStart.PARENT_KEY);
    if (foreign != null) {
      Optional<MlflowRun> parent = runs.find(Objects.requireNonNull(state.experimentId()), foreign);
      parent.ifPresent(known -> tags.put(PARENT, known.id()));
      save(state.orphan(key, parent.isPresent() ? null : foreign));
    }
    MlflowRun run = state.runs().get(key);
    if (run == null) {
      String experimentId = Objects.requireNonNull(state.experimentId());
      run = runs.find(experimentId, key).orElse(null);
      boolean found = run != null;
      if (run == null) {
        run = runs.create(experimentId, started, tags);
      }
      save(state.with(key, run));
      if (found) {
        reopen(key, run);
      }
    } else {
      reopen(key, run);
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      add(key, Batch.tag(tag.getKey(), linked(run, tag.getKey(), tag.getValue())));
    }
    for (Map.Entry<String, String> param : started.params().entrySet()) {
      add(key, Batch.param(param.getKey(), param.getValue()));
    }
  }

  private void reopen(String key, MlflowRun run) throws IOException {
    sendBatches();
    orGiveUp(key, run, () -> runs.reopen(run));
  }

  /** A note's links to the run's own page, which has an address by now. */
  private String linked(MlflowRun run, String tag, String value) {
    String experimentId = Objects.requireNonNull(state.experimentId());
    return tag.equals(TrackedRun.NOTE)
        ? value.replace(TrackedRun.PAGE, SharedView.runPath(experimentId, run.id()))
        : value;
  }

  private boolean isLacking(String key, String folder) {
    return state.notSent().stream()
        .anyMatch(one -> one.run().equals(key) && one.path().startsWith(folder + "/"));
  }

  private void register(MlflowRun run, ModelVersion version) throws IOException {
    new ModelVersions(rest)
        .ensure(version, run, linked(run, TrackedRun.NOTE, version.description()));
  }

  private void add(String key, Batch.Item item) throws IOException {
    if (deleted.contains(key)) {
      return;
    }
    Batch batch = batches.computeIfAbsent(key, any -> new Batch());
    if (!batch.hasRoomFor(item)) {
      batches.remove(key);
      sendBatch(key, batch.items());
      batch = batches.computeIfAbsent(key, any -> new Batch());
    }
    batch.add(item);
  }

  private void sendBatches() throws IOException {
    Map<String, Batch> ready = new LinkedHashMap<>(batches);
    batches.clear();
    for (Map.Entry<String, Batch> entry : ready.entrySet()) {
      sendBatch(entry.getKey(), entry.getValue().items());
    }
  }

  /**
   * A batch that is refused is halved until the one item that is at fault stands alone: the server
   * names none.
   */
  private void sendBatch(String key, List<Batch.Item> items) throws IOException {
    MlflowRun run = Objects.requireNonNull(state.runs().get(key));
    try {
      rest.post("runs/log-batch", Batch.request(run.id(), items));
    } catch (MlflowRefusal e) {
      if (!e.isPermanent() || e.isMissing()) {
        throw e;
      }
      if (items.size() == 1) {
        LOG.warn("run '{}': the server refused {}: {}", key, items.get(0).json(), e.getMessage());
      } else if (isDeleted(key, run)) {
        LOG.warn("run '{}' is deleted on the server: what it logs now stays in the journal", key);
      } else {
        sendBatch(key, items.subList(0, items.size() / 2));
        sendBatch(key, items.subList(items.size() / 2, items.size()));
      }
    }
  }

  private interface Command {
    void send() throws IOException;
  }

  private void orGiveUp(String key, MlflowRun run, Command command) throws IOException {
    try {
      command.send();
    } catch (MlflowRefusal e) {
      if (!e.isPermanent() || e.isMissing()) {
        throw e;
      }
      if (!isDeleted(key, run)) {
        LOG.warn("run '{}': {}", key, e.getMessage());
      }
    }
  }

  private boolean isDeleted(String key, MlflowRun run) throws IOException {
    return deleted.contains(key) || (runs.isDeleted(run) && deleted.add(key));
  }

  private void save(SentState next) throws IOException {
    state = next;
    progress.save(next);
  }

  private static Map<String, Object> inputs(MlflowRun run, Event.DatasetUsed dataset) {
    Map<String, Object> json = new HashMap<>();
    json.put("name", dataset.name());
    json.put("digest", dataset.digest());
    json.put("source_type", "local");
    json.put("source", dataset.source());
    json.put("profile", dataset.profile());
    List<Map<String, Object>> inputs = new ArrayList<>();
    inputs.add(
        Map.of(
            "tags",
            List.of(Map.of("key", "mlflow.data.context", "value", dataset.context())),
            "dataset",
            json));
    return Map.of("run_id", run.id(), "datasets", inputs);
  }
}
