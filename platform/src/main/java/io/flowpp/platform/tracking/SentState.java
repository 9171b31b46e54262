package io.flowpp.platform.tracking;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a journal is sent to one server, and what the server calls things.
 *
 * @param offset the byte of the journal where sending goes on
 * @param experimentId null before the server was reached for the first time
 * @param runs by our key
 * @param notSent artifacts before the offset that the server lacks
 * @param orphans runs, by their keys, with the key of a parent in another journal that the server
 *     does not know yet
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SentState(
    long offset,
    @Nullable String experimentId,
    Map<String, MlflowRun> runs,
    List<NotSent> notSent,
    Map<String, String> orphans) {

  /**
   * @param artifacts where the server wants the run's artifacts: {@code
   *     mlflow-artifacts:/1/0a1b.../artifacts}
   */
  record MlflowRun(String id, String artifacts) {}

  private static final Logger LOG = LoggerFactory.getLogger(SentState.class);
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  SentState {
    runs = Map.copyOf(runs);
    // Files of older versions say nothing of these two.
    notSent = List.copyOf(Objects.requireNonNullElse(notSent, List.of()));
    orphans = Map.copyOf(Objects.requireNonNullElse(orphans, Map.of()));
  }

  static SentState nothing() {
    return new SentState(0, null, Map.of(), List.of(), Map.of());
  }

  /**
   * What the file says; nothing sent where there is none, or a power cut left it unreadable:
   * sending again does no harm.
   */
  static SentState read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return nothing();
    }
    try {
      return MAPPER.readValue(file.toFile(), SentState.class);
    } catch (JsonProcessingException e) {
      LOG.warn(
          "{}: unreadable, so the journal is sent again from its start: {}",
          file,
          e.getOriginalMessage());
      return nothing();
    }
  }

  void write(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    MAPPER.writeValue(part.toFile(), this);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  SentState at(long newOffset) {
    return new SentState(newOffset, experimentId, runs, notSent, orphans);
  }

  SentState inExperiment(String id) {
    return new SentState(offset, id, runs, notSent, orphans);
  }

  SentState with(String key, MlflowRun run) {
    Map<String, MlflowRun> more = new TreeMap<>(runs);
    more.put(key, run);
    return new SentState(offset, experimentId, more, notSent, orphans);
  }

  /**
   * What came of an artifact, in place of what came of an older one of its path.
   *
   * @param reason null where the server has it
   */
  SentState artifact(String run, String path, @Nullable String reason) {
    List<NotSent> left = new ArrayList<>(notSent);
    left.removeIf(one -> one.run().equals(run) && one.path().equals(path));
    if (reason != null) {
      left.add(new NotSent(run, path, reason));
    }
    return new SentState(offset, experimentId, runs, left, orphans);
  }

  /**
   * @param parent null where the run has what it stands under
   */
  SentState orphan(String run, @Nullable String parent) {
    Map<String, String> left = new TreeMap<>(orphans);
    if (parent == null) {
      left.remove(run);
    } else {
      left.put(run, parent);
    }
    return new SentState(offset, experimentId, runs, notSent, left);
  }
}
