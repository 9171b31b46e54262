package io.flowpp.platform.regression;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.execution.ChildCommand;
import io.flowpp.platform.stage.Cancellation;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.workspace.Trees;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Measures what training costs in a process of its own, whose memory holds nothing else. */
final class CostProcess {
  private static final long BEAT_MILLIS = 100;

  private final Workspace workspace;

  @Inject
  CostProcess(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * @throws UserFault where the process fails, or is no longer wanted
   */
  Costs measure(LoadedExperiment experiment, Cancellation cancellation) {
    try {
      Path folder = Files.createTempDirectory("flowpp-cost");
      try {
        Path config = folder.resolve("experiment.json");
        Files.writeString(config, experiment.standalone().toString());
        return costs(run(config, folder, cancellation), experiment);
      } finally {
        Trees.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a process that measures", e);
    }
  }

  private JsonNode run(Path config, Path folder, Cancellation cancellation) throws IOException {
    List<String> words = new ArrayList<>(ChildCommand.of(ChildCommand.MAIN, "step-cost").words());
    words.addAll(List.of(config.toString(), "--json"));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("FLOWPP_WORKSPACE", workspace.root().toString());
    Process process = builder.start();
    try {
      while (!process.waitFor(BEAT_MILLIS, TimeUnit.MILLISECONDS)) {
        if (cancellation.isCancelled()) {
          throw interrupted();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    } finally {
      process.destroyForcibly();
    }
    if (cancellation.isCancelled()) { // a terminal interrupts children too
      throw interrupted();
    }
    JsonNode answer = answer(out);
    if (process.exitValue() != 0) {
      throw failed(answer, process.exitValue(), err);
    }
    return answer;
  }

  private static JsonNode answer(Path out) throws IOException {
    try {
      return StageJson.readFile(out, JsonNode.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException said) {
      return StageJson.tree(java.util.Map.of());
    }
  }

  private static Costs costs(JsonNode answer, LoadedExperiment experiment) {
    double products = answer.path("products").asDouble(Double.NaN);
    if (!(products > 0)) {
      throw new IllegalStateException(
          "no cost of " + experiment.config().name() + " measured: " + answer);
    }
    JsonNode peak = answer.path("peak_bytes");
    return new Costs(List.of(products), peak.isNumber() ? List.of(peak.doubleValue()) : List.of());
  }

  private static UserFault failed(JsonNode answer, int exit, Path err) throws IOException {
    JsonNode error = answer.path("error");
    String said = error.path("message").asText();
    if (said.isEmpty()) {
      try (Stream<String> lines = Files.lines(err)) {
        said = lines.filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("it said nothing");
      }
    }
    return new UserFault(
        ExitCode.FAILED,
        "cost-failed",
        "the process that measures speed and memory ended with exit code " + exit + ": " + said,
        null,
        error.path("suggestion").asText("see the log file in the workspace"));
  }

  private static UserFault interrupted() {
    return new UserFault(
        ExitCode.INTERRUPTED,
        "interrupted",
        "stopped while speed and memory were measured",
        null,
        "begin again with the same command");
  }
}
