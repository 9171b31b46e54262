package io.flowpp.platform.regression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.stage.StageJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A baseline on disk: JSON with a digest of its own content, so that nobody turns a build green
 * with an editor.
 */
final class BaselineFile {
  private static final String DIGEST = "sha256";

  private BaselineFile() {}

  /** Empty where there is none. */
  static Optional<Baseline> find(RegressionSpec spec) {
    return Files.exists(spec.baseline()) ? Optional.of(read(spec)) : Optional.empty();
  }

  private static Baseline read(RegressionSpec spec) {
    Path file = spec.baseline();
    ObjectNode tree;
    try {
      tree = StageJson.readFile(file, JsonNode.class) instanceof ObjectNode o ? o : null;
    } catch (IOException e) {
      throw fault(spec, "unreadable-baseline", "is no baseline: " + firstLine(e), e);
    }
    if (tree == null) {
      throw fault(spec, "unreadable-baseline", "is no baseline: no JSON object", null);
    }
    String written = tree.path(DIGEST).asText();
    tree.remove(DIGEST);
    if (!StageJson.digest(tree).equals(written)) {
      throw fault(
          spec,
          "edited-baseline",
          "has been edited: its content is not what its sha256 says",
          null);
    }
    Baseline baseline = StageJson.read(tree.toString(), Baseline.class);
    if (!baseline.name().equals(spec.name())) {
      throw fault(spec, "other-baseline", "is the baseline of '" + baseline.name() + "'", null);
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
      String code,
      String message,
      @org.jspecify.annotations.Nullable Exception cause) {
    Path here = Path.of("").toAbsolutePath();
    String advice =
        "take it back with: git checkout -- "
            + here.relativize(spec.baseline().toAbsolutePath())
            + "; or make a new one with: flowpp regress accept "
            + spec.file()
            + " --reason TEXT";
    UserFault fault =
        new UserFault(ExitCode.USAGE, code, message, spec.baseline().toString(), advice);
    if (cause != null) {
      fault.initCause(cause);
    }
    return fault;
  }
}
