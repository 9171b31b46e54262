package io.flowpp.platform.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.inject.Inject;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.Redaction;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.tracking.SentState.MlflowRun;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The server's registry of models, for commands that cannot do without it: they wait for the
 * server, and where there is none they say so (exit 6).
 */
public final class Registry {
  private final NeededServer needed;
  private final RedactedEvents redacted;

  @Inject
  Registry(NeededServer needed, TrackingEnvironment environment, ManagedServer managed) {
    this.needed = needed;
    this.redacted = new RedactedEvents(Redaction.of(environment.variables(), managed.workspace()));
  }

  /**
   * A version of a registered model.
   *
   * @param runId MLflow's id of the run that it comes from
   * @param tags of the version
   */
  public record Version(
      String model, String number, String runId, Map<String, String> tags, URI page) {}

  /** The version that a reference names; empty where there is none. */
  public Optional<Version> find(ModelReference reference) {
    return ask(
        server -> {
          ModelVersions versions = new ModelVersions(server.rest());
          return versions
              .named(reference.model(), reference.which())
              .map(found -> version(server, found));
        });
  }

  /**
   * Gives a version of {@code model} an alias, which leaves the version that had it. A run that is
   * no version of the model yet becomes one.
   *
   * @param runId MLflow's id of the run
   * @param weights sent to the server where the run is no version yet
   */
  public Version promote(ModelVersion model, String runId, Path weights, String alias) {
    return ask(
        server -> {
          ModelVersions versions = new ModelVersions(server.rest());
          Optional<String> known = versions.find(model.model(), runId);
          String number =
              known.isPresent() ? known.get() : create(server, redacted.of(model), runId, weights);
          versions.alias(model.model(), number, alias);
          return versions
              .named(model.model(), new ModelReference.Number(number))
              .map(found -> version(server, found))
              .orElseThrow(
                  () ->
                      new IOException(
                          "the server has just lost version " + number + " of " + model.model()));
        });
  }

  private static String create(
      NeededServer.Reached server, ModelVersion model, String runId, Path weights)
      throws IOException {
    MlflowRuns runs = new MlflowRuns(server.rest());
    MlflowRun run = runs.get(runId);
    String path = model.folder() + "/" + weights.getFileName();
    Optional<String> reason =
        new ArtifactUpload(server.rest()).put(run, path, weights, Digests.sha256(weights));
    if (reason.isPresent()) { // a version without its weights would be none
      throw new IOException("the weights are not on it, " + path + ": " + reason.get());
    }
    String page = SharedView.runPath(runs.experimentOf(runId), runId);
    return new ModelVersions(server.rest())
        .create(model, run, model.description().replace(TrackedRun.PAGE, page));
  }

  private interface Question<T> {
    T ask(NeededServer.Reached server) throws IOException;
  }

  private <T> T ask(Question<T> question) {
    NeededServer.Reached server = needed.reach();
    try {
      return question.ask(server);
    } catch (MlflowRefusal e) {
      if (e.isLogin()) {
        throw server.loginFault(e);
      }
      throw failed(server, e);
    } catch (IOException e) {
      throw failed(server, e);
    }
  }

  private static UserFault failed(NeededServer.Reached server, IOException e) {
    return new UserFault(
        ExitCode.UNREACHABLE,
        "registry-failed",
        "the tracking server has not done what was asked: " + Reasons.of(e),
        server.uri().toString(),
        "see whether it runs (flowpp mlflow status), then give the same command again",
        e);
  }

  private static Version version(NeededServer.Reached server, JsonNode version) {
    String model = version.path("name").asText();
    String number = version.path("version").asText();
    Map<String, String> tags = new TreeMap<>();
    version
        .path("tags")
        .forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
    return new Version(
        model,
        number,
        version.path("run_id").asText(),
        tags,
        SharedView.modelPage(server.uri(), model, number));
  }
}
