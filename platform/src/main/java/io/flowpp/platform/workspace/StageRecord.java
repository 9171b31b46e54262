package io.flowpp.platform.workspace;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code stage.json}, the label on a finished output.
 *
 * @param key the 64 digits of the stage's key
 * @param finishedAt ISO-8601, UTC
 */
public record StageRecord(String stage, String key, String finishedAt, List<Output> files) {
  public static final String FILE = "stage.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  public StageRecord {
    files = List.copyOf(files);
  }

  /**
   * @param path relative to the output's directory, with forward slashes
   */
  public record Output(String path, long size, String sha256) {}

  /** Reads the label of a finished output. */
  public static StageRecord read(Path output) throws IOException {
    return JSON.readValue(output.resolve(FILE).toFile(), StageRecord.class);
  }

  static StageRecord of(StageKey key, Path output, Instant finishedAt) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(output)) {
      paths =
          walk.filter(path -> !Files.isDirectory(path))
              .filter(path -> !path.equals(output.resolve(FILE)))
              .sorted()
              .toList();
    }
    List<Output> files = new ArrayList<>();
    for (Path path : paths) {
      String name = output.relativize(path).toString().replace('\\', '/');
      files.add(new Output(name, Files.size(path), sha256(path)));
    }
    return new StageRecord(key.stage(), key.digest(), finishedAt.toString(), files);
  }

  /** The first file that is not the one that was published. */
  Optional<Path> damaged(Path output) throws IOException {
    for (Output file : files) {
      Path path = output.resolve(file.path());
      boolean intact =
          Files.isRegularFile(path)
              && Files.size(path) == file.size()
              && sha256(path).equals(file.sha256());
      if (!intact) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  void write(Path output) throws IOException {
    Trees.replace(
        output.resolve(FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // the stream feeds the digest
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
