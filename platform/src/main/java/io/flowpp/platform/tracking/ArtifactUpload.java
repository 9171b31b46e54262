package io.flowpp.platform.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.SentState.MlflowRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files to the server's artifact proxy, streamed. A file is sent only while it is what the journal
 * says (size and SHA-256), and counts as sent when what the server gives back has the same digest.
 * One that the server has already is not sent again.
 */
final class ArtifactUpload {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactUpload.class);
  private static final String PROXY = "mlflow-artifacts:/";

  private final MlflowRest rest;

  ArtifactUpload(MlflowRest rest) {
    this.rest = rest;
  }

  /**
   * @param file where it lies now
   */
  void send(MlflowRun run, Event.ArtifactSaved artifact, Path file) throws IOException {
    if (!Files.exists(file)) {
      LOG.warn(
          "{}: not uploaded: the file is gone; it is '{}' of run {}",
          file,
          artifact.path(),
          run.id());
    } else if (Files.size(file) != artifact.size()
        || !Digests.sha256(file).equals(artifact.sha256())) {
      LOG.warn(
          "{}: not uploaded: the file has changed since it was recorded as '{}' of run {}",
          file,
          artifact.path(),
          run.id());
    } else {
      put(run, artifact.path(), file, artifact.sha256());
    }
  }

  /**
   * The grid of the UI shows the twin whose name ends in {@code +compressed}, and opens the other.
   */
  void send(MlflowRun run, Event.Pictured picture, Path copy) throws IOException {
    if (!Files.exists(copy)) {
      LOG.warn(
          "{}: not uploaded: the picture is gone; it is '{}' of run {}",
          copy,
          picture.key(),
          run.id());
      return;
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
      put(run, path, copy, Digests.sha256(copy));
    }
  }

  void put(MlflowRun run, String path, Path file, String sha256) throws IOException {
    if (!run.artifacts().startsWith(PROXY)) {
      LOG.warn(
          "{}: not uploaded: the server keeps artifacts at {} and has no proxy for them",
          file,
          run.artifacts());
      return;
    }
    String root = run.artifacts().substring(PROXY.length()).replaceFirst("^/*", "");
    String target = root + "/" + path;
    long size = Files.size(file);
    try {
      if (isThere(target, size, sha256)) {
        return; // from a try whose answer was lost
      }
      rest.putArtifact(target, file);
    } catch (MlflowRefusal e) {
      if (e.isPermanent()) {
        LOG.warn("{}: not uploaded: {}", file, e.getMessage());
        return;
      }
      throw e;
    }
    if (!isThere(target, size, sha256)) {
      throw new IOException("artifact " + path + ": the server has something else than was sent");
    }
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
