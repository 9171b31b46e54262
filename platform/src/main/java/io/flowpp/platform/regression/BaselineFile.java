package io.flowpp.platform.regression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A baseline on disk: JSON with a digest of its own content, so that nobody turns a build green
 * with an editor. The first one of a regression is {@code NAME.json}; kinds of machines that it is
 * not of have theirs beside it, {@code NAME@KIND.json}.
 */
final class BaselineFile {
  private static final String DIGEST = "sha256";

  /** In no regression's name. */
  private static final String MARK = "@";

  private BaselineFile() {}

  record Found(Path file, Baseline baseline) {}

  /**
   * That of this kind of machine; else another's, with which what does not depend on machines can
   * be compared. Empty where there is none at all.
   */
  static Optional<Found> find(RegressionSpec spec, Platform here) {
    Path own = own(spec, here);
    Optional<Path> file =
        Files.exists(own)
            ? Optional.of(own)
            : Files.exists(spec.baseline())
                ? Optional.of(spec.baseline())
                : others(spec).stream().findFirst();
    return file.map(found -> new Found(found, read(spec, found)));
  }

  /** Empty where there is no such file. */
  static Optional<Baseline> at(RegressionSpec spec, Path file) {
    return Files.exists(file) ? Optional.of(read(spec, file)) : Optional.empty();
  }

  /** Where a baseline of this kind of machine belongs: over its own, never over another's. */
  static Path place(RegressionSpec spec, Platform here) {
    Path own = own(spec, here);
    if (Files.exists(own)) {
      return own;
    }
    if (!Files.exists(spec.baseline())) {
      return spec.baseline();
    }
    try {
      Platform first = read(spec, spec.baseline()).platform();
      return first.kind().equals(here.kind()) ? spec.baseline() : own;
    } catch (UserFault damaged) {
      return spec.baseline();
    }
  }

  private static Path own(RegressionSpec spec, Platform here) {
    return spec.baseline().resolveSibling(spec.name() + MARK + here.kind() + ".json");
  }

  private static List<Path> others(RegressionSpec spec) {
    Path folder = spec.baseline().toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      String begin = spec.name() + MARK;
      return files
          .filter(file -> file.getFileName().toString().startsWith(begin))
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static Baseline read(RegressionSpec spec, Path file) {
    ObjectNode tree;
    try {
      tree = StageJson.readFile(file, JsonNode.class) instanceof ObjectNode o ? o : null;
    } catch (IOException e) {
      throw fault(spec, file, "unreadable-baseline", "is no baseline: " + firstLine(e), e);
    }
    if (tree == null) {
      throw fault(spec, file, "unreadable-baseline", "is no baseline: no JSON object", null);
    }
    String written = tree.path(DIGEST).asText();
    tree.remove(DIGEST);
    if (!StageJson.digest(tree).equals(written)) {
      throw fault(
          spec,
          file,
          "edited-baseline",
          "has been edited: its content is not what its sha256 says",
          null);
    }
    Baseline baseline = StageJson.read(tree.toString(), Baseline.class);
    if (!baseline.name().equals(spec.name())) {
      throw fault(
          spec, file, "other-baseline", "is the baseline of '" + baseline.name() + "'", null);
    }
    return baseline;
  }

  /** Whole or not at all. */
  static void write(Path file, Baseline baseline) {
    ObjectNode tree = (ObjectNode) StageJson.tree(baseline);
    ObjectNode signed = tree.objectNode();
    signed.put(DIGEST, StageJson.digest(tree));
    signed.setAll(tree);
    try {
      Files.createDirectories(file.getParent());
      StageJson.writeFile(file, signed);
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.FAILED,
          "unwritable-baseline",
          "cannot be written: " + e.getMessage(),
          file.toString(),
          "make room or set its permissions, then accept again",
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
  }

  private static UserFault fault(
      RegressionSpec spec,
      Path file,
      String code,
      String message,
      @org.jspecify.annotations.Nullable Exception cause) {
    Path here = Path.of("").toAbsolutePath();
    String advice =
        "take it back with: git checkout -- "
            + here.relativize(file.toAbsolutePath())
            + "; or make a new one with: "
            + spec.acceptCommand();
    UserFault fault = new UserFault(ExitCode.USAGE, code, message, file.toString(), advice);
    if (cause != null) {
      fault.initCause(cause);
    }
    return fault;
  }
}
