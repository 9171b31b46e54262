package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Turns calls into events. */
final class JournalledRun implements TrackedRun {
  static final String IMAGES = "images";
  private static final String FILES = "files"; // by digest

  private static final int DIGEST_CHARACTERS = 36;

  private final String key;
  private final Path directory;
  private final Path workspace;
  private final Clock clock;
  private final Consumer<Event> append;
  private final UnaryOperator<String> pathOf;

  /**
   * @param directory of the journal
   * @param pathOf the path of an artifact of the run by its digest; the digest where there is none
   */
  JournalledRun(
      String key,
      Path directory,
      Path workspace,
      Clock clock,
      Consumer<Event> append,
      UnaryOperator<String> pathOf) {
    this.key = key;
    this.directory = directory;
    this.workspace = workspace;
    this.clock = clock;
    this.append = append;
    this.pathOf = pathOf;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public void metric(String metric, double value, long step) {
    metrics(Map.of(metric, value), step);
  }

  @Override
  public void metrics(Map<String, Double> values, long step) {
    Map<String, Double> finite = new LinkedHashMap<>();
    Map<String, String> odd = new LinkedHashMap<>();
    values.forEach(
        (metric, value) -> {
          Names.checkKey(metric);
          if (Double.isFinite(value)) {
            finite.put(metric, value);
          } else {
            odd.put(metric, value.toString());
          }
        });
    long now = clock.millis();
    if (!finite.isEmpty()) {
      append.accept(new Event.Metrics(key, now, step, finite));
    }
    if (!odd.isEmpty()) {
      append.accept(new Event.NotFinite(key, now, step, odd.size(), odd));
    }
  }

  @Override
  public void moment(Instant at, Map<String, Double> values) {
    Map<String, Double> finite = new LinkedHashMap<>(values);
    finite.keySet().forEach(Names::checkKey);
    finite.values().removeIf(value -> !Double.isFinite(value)); // a gauge that has nothing to say
    if (!finite.isEmpty()) {
      append.accept(new Event.Metrics(key, at.toEpochMilli(), Event.Metrics.NEXT, finite));
    }
  }

  @Override
  public void param(String param, String value) {
    Names.checkKey(param);
    append.accept(new Event.Parameter(key, clock.millis(), param, value));
  }

  @Override
  public void tag(String tag, String value) {
    Names.checkKey(tag);
    append.accept(new Event.Tagged(key, clock.millis(), tag, value));
  }

  @Override
  public void dataset(String name, String digest, String context, String source, String shapeJson) {
    String shortDigest = digest.substring(0, Math.min(digest.length(), DIGEST_CHARACTERS));
    append.accept(
        new Event.DatasetUsed(key, clock.millis(), name, shortDigest, context, source, shapeJson));
  }

  @Override
  public void artifact(Path file, String artifactPath) {
    Names.checkArtifactPath(artifactPath);
    try {
      Path absolute = file.toAbsolutePath().normalize();
      saved(absolute, artifactPath, Digests.sha256(absolute));
    } catch (IOException e) {
      throw new UncheckedIOException("the artifact " + file + " cannot be read", e);
    }
  }

  @Override
  public String keep(Path file, String artifactPath) {
    Names.checkArtifactPath(artifactPath);
    try {
      String digest = Digests.sha256(file);
      String known = pathOf.apply(digest);
      if (!known.equals(digest)) {
        return known;
      }
      Path kept = directory.resolve(FILES).resolve(digest);
      if (!Files.exists(kept)) {
        Files.createDirectories(kept.getParent());
        link(file, kept);
      }
      saved(kept, artifactPath, digest);
      return artifactPath;
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + file + " cannot be kept for upload", e);
    }
  }

  private void saved(Path file, String artifactPath, String digest) throws IOException {
    append.accept(
        new Event.ArtifactSaved(
            key, clock.millis(), named(file), artifactPath, Files.size(file), digest));
  }

  private static void link(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (UnsupportedOperationException | IOException e) {
      Path part = Files.createTempFile(target.getParent(), "copy", ".part");
      Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public void view(TableView view) {
    append.accept(new Event.Viewed(key, clock.millis(), view));
  }

  @Override
  public void image(String imageKey, long step, Path png) {
    String name = Names.imageKey(imageKey);
    // The same picture gets the same name when a resumed run draws it again.
    UUID id = UUID.nameUUIDFromBytes((key + '\n' + name + '\n' + step).getBytes(UTF_8));
    Path copy = directory.resolve(IMAGES).resolve(id + ".png");
    try {
      if (!Files.exists(copy)) {
        Files.createDirectories(copy.getParent());
        Path part = Files.createTempFile(copy.getParent(), "copy", ".part");
        Files.copy(png, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the picture " + png + " cannot be copied to " + copy, e);
    }
    append.accept(new Event.Pictured(key, clock.millis(), name, step, id + ".png"));
  }

  /** Inside the workspace as seen from the journal, so that both may move together. */
  private String named(Path file) {
    return file.startsWith(workspace) ? directory.relativize(file).toString() : file.toString();
  }

  @Override
  public void register(ModelVersion version) {
    append.accept(new Event.Registered(key, clock.millis(), version));
  }

  @Override
  public void end(RunStatus status) {
    append.accept(new Event.Ended(key, clock.millis(), status));
  }
}
