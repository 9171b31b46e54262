package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The Python environment of the managed server. {@code prepare.sh} makes it, once, and waits for
 * another that is at it: the launcher starts the same script while Maven builds.
 */
final class PythonEnvironment {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final List<String> SCRIPT = List.of("prepare.sh", "requirements.txt");

  private final Path workspace;
  private final Map<String, String> environment;

  PythonEnvironment(Path workspace, Map<String, String> environment) {
    this.workspace = workspace;
    this.environment = environment;
  }

  Path python() {
    return venv().resolve("bin").resolve("python");
  }

  /** The version of MLflow in it; empty before it is whole. */
  Optional<String> version() {
    try {
      String[] marker = Files.readString(venv().resolve(".complete")).split(" ", 3);
      return marker.length == 3 ? Optional.of(marker[1]) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not made yet
    }
  }

  /** Makes the environment unless it is there: seconds to minutes, mostly downloads. */
  void prepare() throws IOException {
    Path own = workspace.resolve("mlflow").resolve("prepare");
    Files.createDirectories(own);
    for (String name : SCRIPT) {
      try (InputStream in =
          Objects.requireNonNull(PythonEnvironment.class.getResourceAsStream(name), name)) {
        Files.copy(in, own.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    // To a file, not a pipe: the script goes on, and finishes, where this process ends before it.
    Path says = Files.createTempFile(own, "says", ".txt");
    try {
      ProcessBuilder script =
          new ProcessBuilder("bash", own.resolve("prepare.sh").toString(), workspace.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(says.toFile());
      Environments.withoutMlflow(script.environment(), environment);
      int code = await(script.start());
      if (code != 0) {
        String why = Files.readString(says, UTF_8).strip().replaceFirst("(?s).*?mlflow: ", "");
        throw new UserFault(
            ExitCode.UNREACHABLE,
            code == 3 ? "no-python" : "mlflow-environment",
            "the managed tracking server cannot be made: "
                + (why.isEmpty() ? "prepare.sh ended with " + code : why),
            null,
            null);
      }
    } finally {
      Files.deleteIfExists(says);
    }
  }

  private static int await(Process script) throws IOException {
    try {
      if (!script.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        script.destroy();
        throw new IOException(
            "the environment of the tracking server was not made within "
                + PATIENCE.toMinutes()
                + " minutes");
      }
      return script.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while the tracking server's environment is made")
              .initCause(e);
    }
  }

  private Path venv() {
    return workspace.resolve("mlflow").resolve("venv");
  }
}
