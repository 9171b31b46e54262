package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.Arrival;
import io.flowpp.platform.tracking.FaultyProxy;
import io.flowpp.platform.tracking.FaultyProxy.Fault;
import io.flowpp.platform.tracking.MlflowProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A training whose server fails in every way that a server or a network can: it ends with the same
 * weights, is not held up, and nothing is missing or twice on the server in the end.
 */
class TrackingFaultsTest {
  /** Steps of a training that outlasts a few seconds of faults, and one that outlasts a minute. */
  private static final int SHORT = 400;

  private static final int LONG = 1500;
  private static final int STORM_SECONDS = 60;
  private static final double MOST_OF_TRAINING = 0.01;
  private static final long ROOM = 16 << 10;

  /** By steps. */
  private static final Map<Integer, JsonNode> UNDISTURBED = new HashMap<>();

  @TempDir private static Path store;
  private static MlflowProcess server;
  private static FaultyProxy proxy;

  @TempDir Path temporary;

  @BeforeAll
  static void startServer() throws Exception {
    server = MlflowProcess.start(store);
    proxy = FaultyProxy.before(server.uri());
  }

  @AfterAll
  static void stopServer() throws Exception {
    proxy.close();
    server.close();
  }

  @Tag("slow")
  @Test
  void oneTrainingMeetsASlowASilentAFailingAndADeadServer() throws Exception {
    FlowppProcess run = run("several", SHORT, proxy.uri());
    awaitTraining(run, "several");
    proxy.set(Fault.REFUSE); // sees nobody who comes, but is the first that a log can tell of
    run.awaitThat("trouble", () -> isTold("the tracking server fails", "several"));
    for (Fault fault : new Fault[] {Fault.LATENCY, Fault.SILENCE, Fault.ERROR, Fault.CUT}) {
      proxy.set(fault);
      run.awaitThat(fault + " was met", () -> proxy.met() > 0);
    }
    server.kill();
    assertThat(temporary.resolve("several").resolve("stages").resolve("train-flow"))
        .as("what only a training that is over leaves")
        .satisfiesAnyOf(
            path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
    proxy.set(Fault.NONE);
    JsonNode answer = finished(run);
    assertThat(answer.path("tracking").asText()).isEqualTo("pending");
    server = server.again(MlflowProcess.UNLIMITED);
    arrives("several", answer, SHORT);
  }

  @Tag("storm")
  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aMinuteOfOneFaultInTheMiddleOfTraining(Fault fault) throws Exception {
    String name = fault.name().toLowerCase(java.util.Locale.ROOT);
    FlowppProcess run = run(name, LONG, proxy.uri());
    awaitTraining(run, name);
    proxy.set(fault);
    TimeUnit.SECONDS.sleep(STORM_SECONDS);
    assertThat(proxy.met() > 0 || fault == Fault.REFUSE).as("somebody met it").isTrue();
    proxy.set(Fault.NONE);
    arrives(name, finished(run), LONG);
  }

  @Tag("storm")
  @Test
  void serverThatIsUp() throws Exception {
    arrives("up", finished(run("up", LONG, proxy.uri())), LONG);
  }

  @Tag("storm")
  @Test
  void serverKilledForAMinuteInTheMiddleOfTraining() throws Exception {
    FlowppProcess run = run("killed", LONG, proxy.uri());
    awaitTraining(run, "killed");
    server.kill();
    TimeUnit.SECONDS.sleep(STORM_SECONDS);
    server = server.again(MlflowProcess.UNLIMITED);
    arrives("killed", finished(run), LONG);
  }

  @Tag("storm")
  @Test
  void serverWithoutRoomForAMinuteInTheMiddleOfTraining() throws Exception {
    FlowppProcess run = run("full", LONG, proxy.uri());
    awaitTraining(run, "full");
    server = server.again(server.storeBytes() + ROOM);
    TimeUnit.SECONDS.sleep(STORM_SECONDS);
    server = server.again(MlflowProcess.UNLIMITED);
    arrives("full", finished(run), LONG);
  }

  private FlowppProcess run(String name, int steps, URI tracking) {
    return process(
        name,
        Map.of("MLFLOW_TRACKING_URI", tracking.toString(), "FLOWPP_OFFLINE", ""),
        "run",
        "../experiments/smoke.yaml",
        "--json",
        "tracking.experiment=" + name,
        "pretraining.steps=4",
        "training.steps=" + steps,
        "training.checkpoint-every=20",
        "evaluation.images=4",
        "evaluation.samples=1");
  }

  private FlowppProcess process(String name, Map<String, String> environment, String... arguments) {
    return FlowppProcess.start(temporary.resolve(name), environment, arguments);
  }

  private void awaitTraining(FlowppProcess run, String name) throws InterruptedException {
    Path scratch = temporary.resolve(name).resolve("scratch").resolve("train-flow");
    run.awaitThat("checkpoint", () -> !Checkpointed.in(scratch).isEmpty());
  }

  private boolean isTold(String words, String name) {
    try (Stream<Path> logs = Files.list(temporary.resolve(name).resolve("logs"))) {
      for (Path log : logs.toList()) {
        if (Files.readString(log).contains(words)) {
          return true;
        }
      }
      return false;
    } catch (NoSuchFileException none) {
      return false; // the folder is made with the first line
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode finished(FlowppProcess run) throws Exception {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  /** What the run left behind is on the server after a sync, and its result is the undisturbed. */
  private void arrives(String name, JsonNode answer, int steps) throws Exception {
    FlowppProcess sync =
        process(
            name, Map.of("MLFLOW_TRACKING_URI", proxy.uri().toString()), "runs", "sync", "--json");
    assertThat(sync.exitCode()).as(sync.err()).isZero();
    assertThat(sync.json().path("pending").asLong(-1)).isZero();
    Path workspace = temporary.resolve(name);
    Arrival arrival = Arrival.whole(workspace.resolve("journals"), server.uri(), name);
    assertThat(arrival.runs()).isEqualTo(5);
    assertThat(Journals.steps(workspace.resolve("journals"), "train/bpd", "train-flow"))
        .hasSize(steps);
    JsonNode training = answer.path("stages").get(2);
    assertThat(training.path("tracking_share").asDouble(1)).isLessThan(MOST_OF_TRAINING);
    JsonNode undisturbed = undisturbed(steps);
    System.out.printf(
        "%s: %.3f%% of the training's %.0f s in tracking (offline %.3f%% of %.0f s); %d values, %d artifacts arrived; %d events by sync%n",
        name,
        100 * training.path("tracking_share").asDouble(),
        training.path("seconds").asDouble(),
        100 * undisturbed.path("stages").get(2).path("tracking_share").asDouble(),
        undisturbed.path("stages").get(2).path("seconds").asDouble(),
        arrival.values(),
        arrival.artifacts(),
        sync.json().path("sent").asLong());
    assertThat(answer.path("weights_sha256")).isEqualTo(undisturbed.path("weights_sha256"));
  }

  private static JsonNode undisturbed(int steps) throws Exception {
    if (!UNDISTURBED.containsKey(steps)) {
      UNDISTURBED.put(steps, train(steps));
    }
    return UNDISTURBED.get(steps);
  }

  private static JsonNode train(int steps) throws Exception {
    return finished(
        FlowppProcess.start(
            store.resolve("undisturbed"),
            Map.of("FLOWPP_OFFLINE", "1"),
            "run",
            "../experiments/smoke.yaml",
            "--json",
            "--until",
            "train-flow",
            "pretraining.steps=4",
            "training.steps=" + steps,
            "training.checkpoint-every=20"));
  }
}
