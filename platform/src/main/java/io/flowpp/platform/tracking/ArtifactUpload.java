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
 * says (size and SHA-256), and counts as sent when the server lists it with its full size.
 */
final class ArtifactUpload {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactUpload.class);
  private static final String PROXY = "mlflow-artifacts:/";

  private final MlflowRest rest;

  ArtifactUpload(MlflowRest rest) {
    this.rest = rest;
  }

  void send(MlflowRun run, Event.ArtifactSaved artifact) throws IOException {
    Path file = Path.of(artifact.file());
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
      put(run, artifact.path(), file);
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
      put(run, path, copy);
    }
  }

  private void put(MlflowRun run, String path, Path file) throws IOException {
    if (!run.artifacts().startsWith(PROXY)) {
      LOG.warn(
          "{}: not uploaded: the server keeps artifacts at {} and has no proxy for them",
          file,
          run.artifacts());
      return;
    }
    String root = run.artifacts().substring(PROXY.length()).replaceFirst("^/*", "");
    String target = root + "/" + path;
    try {
      rest.putArtifact(target, file);
    } catch (MlflowRefusal e) {
      if (e.isPermanent()) {
        LOG.warn("{}: not uploaded: {}", file, e.getMessage());
        return;
      }
      throw e;
    }
    long stored = storedSize(target);
    if (stored != Files.size(file)) {
      throw new IOException(
          "artifact " + path + ": the server has " + stored + " of " + Files.size(file) + " bytes");
    }
  }

  private long storedSize(String target) throws IOException {
    int slash = target.lastIndexOf('/');
    String name = target.substring(slash + 1);
    for (JsonNode file : rest.listArtifacts(target.substring(0, slash))) {
      if (file.path("path").asText().equals(name)) {
        return file.path("file_size").asLong();
      }
    }
    return 0;
  }
}
