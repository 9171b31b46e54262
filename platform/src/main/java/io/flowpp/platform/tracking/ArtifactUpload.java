package io.flowpp.platform.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.SentState.MlflowRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files to the server's artifact proxy, streamed. A file is sent only while it is what the journal
 * says (size and SHA-256), and counts as sent when what the server gives back has the same digest.
 * One that the server has already is not sent again.
 *
 * <p>Each method answers why the file cannot be sent, ever; empty where the server has it.
 */
final class ArtifactUpload {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactUpload.class);
  private static final int TOO_LARGE = 413;
  private static final String PROXY = "mlflow-artifacts:/";

  private final MlflowRest rest;

  ArtifactUpload(MlflowRest rest) {
    this.rest = rest;
  }

  /**
   * @param file where it lies now
   */
  Optional<String> send(MlflowRun run, Event.ArtifactSaved artifact, Path file) throws IOException {
    if (!Files.exists(file)) {
      return not(run, artifact.path(), "the file is gone: " + file);
    }
    if (Files.size(file) != artifact.size() || !Digests.sha256(file).equals(artifact.sha256())) {
      return not(run, artifact.path(), "the file has changed since it was recorded: " + file);
    }
    return put(run, artifact.path(), file, artifact.sha256());
  }

  /**
   * The grid of the UI shows the twin whose name ends in {@code +compressed}, and opens the other.
   */
  Optional<String> send(MlflowRun run, Event.Pictured picture, Path copy) throws IOException {
    if (!Files.exists(copy)) {
      return not(run, path(picture), "the picture is gone: " + copy);
    }
    String id = picture.file().replaceFirst("\\.png$", "");
    String name =
        "images/"
            + picture.key()
            + "+step+"
            + picture.step()
            + "+timestamp+"
            + picture.time()
            + "+"
            + id;
    for (String path : List.of(name + ".png", name + "+compressed.png")) {
      Optional<String> reason = put(run, path, copy, Digests.sha256(copy));
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  /** As people know a picture. */
  static String path(Event.Pictured picture) {
    return "images/" + picture.key() + "-step-" + picture.step() + ".png";
  }

  Optional<String> put(MlflowRun run, String path, Path file, String sha256) throws IOException {
    if (!run.artifacts().startsWith(PROXY)) {
      return not(
          run,
          path,
          "the server keeps artifacts at "
              + run.artifacts()
              + " and has no proxy for them (start it with --serve-artifacts)");
    }
    String root = run.artifacts().substring(PROXY.length()).replaceFirst("^/*", "");
    String target = root + "/" + path;
    long size = Files.size(file);
    try {
      if (isThere(target, size, sha256)) {
        return Optional.empty(); // from a try whose answer was lost
      }
      rest.putArtifact(target, file);
    } catch (MlflowRefusal e) {
      if (e.isPermanent()) {
        return not(
            run,
            path,
            e.status() == TOO_LARGE
                ? "too large for the server or what stands before it (413): "
                    + size
                    + " bytes; raise its limit for a request's body"
                : "the server refuses it: " + e.getMessage());
      }
      throw e;
    }
    if (!isThere(target, size, sha256)) {
      throw new IOException("artifact " + path + ": the server has something else than was sent");
    }
    return Optional.empty();
  }

  private static Optional<String> not(MlflowRun run, String path, String reason) {
    LOG.warn("'{}' of run {} is not uploaded: {}", path, run.id(), reason);
    return Optional.of(reason);
  }

  private boolean isThere(String target, long size, String sha256) throws IOException {
    return storedSize(target) == size && rest.artifactSha256(target, size).equals(sha256);
  }

  /** In bytes; -1 where there is no such file. */
  private long storedSize(String target) throws IOException {
    int slash = target.lastIndexOf('/');
    String name = target.substring(slash + 1);
    for (JsonNode file : rest.listArtifacts(target.substring(0, slash))) {
      if (file.path("path").asText().equals(name)) {
        return file.path("file_size").asLong();
      }
    }
    return -1;
  }
}
