package io.flowpp.platform.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Digests of raw sources, remembered in the workspace by path, size and time of change. Safe for
 * concurrent use.
 */
public final class RawDigests {
  private static final Logger LOG = LoggerFactory.getLogger(RawDigests.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A file changed this recently may change again without its time of change moving on: file
   * systems count in ticks.
   */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final Workspace workspace;
  private final Clock clock;

  @Inject
  public RawDigests(Workspace workspace) {
    this(workspace, Clock.systemUTC());
  }

  RawDigests(Workspace workspace, Clock clock) {
    this.workspace = workspace;
    this.clock = clock;
  }

  private record Known(long size, String modified, String sha256) {}

  /**
   * SHA-256 over the contents of the source's raw files, 64 hexadecimal digits; empty where a file
   * is missing. Where the files lie changes nothing.
   *
   * @throws UserFault where a file cannot be read
   */
  public synchronized Optional<String> of(DataSource source) {
    if (!source.missing().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Known> known = new HashMap<>(load());
    Map<String, Known> before = Map.copyOf(known);
    StringBuilder text = new StringBuilder(source.format()).append('\n');
    for (Path file : source.rawFiles()) {
      text.append(digest(file, known)).append('\n');
    }
    if (!known.equals(before)) {
      store(known);
    }
    return Optional.of(Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString());
  }

  private String digest(Path file, Map<String, Known> known) {
    try {
      String path = file.toRealPath().toString();
      long size = Files.size(file);
      FileTime modified = Files.getLastModifiedTime(file);
      Known entry = known.get(path);
      if (entry != null && entry.size() == size && entry.modified().equals(modified.toString())) {
        return entry.sha256();
      }
      String sha256 = MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
      if (modified.toInstant().isBefore(clock.instant().minus(SETTLED))) {
        known.put(path, new Known(size, modified.toString(), sha256));
      }
      return sha256;
    } catch (IOException fault) {
      throw DataFault.unreadable(fault, file);
    }
  }

  private Path cacheFile() {
    return workspace.root().resolve("cache").resolve("raw-digests.json");
  }

  private Map<String, Known> load() {
    try {
      return JSON.readValue(
          Files.readAllBytes(cacheFile()), new TypeReference<Map<String, Known>>() {});
    } catch (NoSuchFileException | JsonProcessingException nothingKnown) {
      return Map.of();
    } catch (IOException fault) {
      LOG.debug("digests are computed anew: {}", fault.toString());
      return Map.of();
    }
  }

  /**
   * Losing this costs a second read of the files, so a plan works on a workspace that cannot be
   * written, and leaves none behind.
   */
  private void store(Map<String, Known> known) {
    if (!Files.isDirectory(workspace.root())) {
      return;
    }
    try {
      Path temporary = Files.createTempFile(workspace.cache(), "raw-digests", ".tmp");
      Files.write(
          temporary, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new TreeMap<>(known)));
      Files.move(temporary, cacheFile(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UserFault fault) {
      LOG.debug("digests are not remembered: {}", fault.toString());
    }
  }
}
