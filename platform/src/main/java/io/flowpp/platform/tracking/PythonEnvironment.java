package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Python environment of the managed server. {@code prepare.sh} makes it, once, and waits for
 * another that is at it: the launcher starts the same script while Maven builds.
 */
final class PythonEnvironment {
  private static final Logger LOG = LoggerFactory.getLogger(PythonEnvironment.class);
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final List<String> SCRIPT = List.of("prepare.sh", "requirements.txt");
  private static final String NONE = "no-environment";

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
    Path script = script();
    // To a file, not a pipe: the script goes on, and finishes, where this process ends before it.
    Path says = Files.createTempFile(script.getParent(), "says", ".txt");
    try {
      int code = await(start(List.of("bash", script.toString(), workspace.toString()), says));
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

  /** Which Python the environment would be made with, or why there is none. */
  PythonFound interpreter() throws IOException {
    Path script = script();
    Path says = Files.createTempFile(script.getParent(), "says", ".txt");
    try {
      int code =
          await(start(List.of("bash", script.toString(), "--check", workspace.toString()), says));
      String said = Files.readString(says, UTF_8).strip().replaceFirst("(?s).*?mlflow: ", "");
      return new PythonFound(code == 0, said);
    } finally {
      Files.deleteIfExists(says);
    }
  }

  /** Runs the environment's Python to its end; what it said last is the message of a failure. */
  void run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python().toString()));
    command.addAll(List.of(arguments));
    Path says = Files.createTempFile(folder(), "python", ".log");
    try {
      int code = await(start(command, says));
      if (code != 0) {
        List<String> lines =
            Files.readAllLines(says, ISO_8859_1).stream().filter(l -> !l.isBlank()).toList();
        throw new IOException(
            lines.isEmpty() ? "Python ended with " + code : lines.get(lines.size() - 1));
      }
    } finally {
      Files.deleteIfExists(says);
    }
  }

  /**
   * Takes away environments of other versions; to be called while no server uses them. One that is
   * not whole may be in the making.
   */
  void dropOthers() throws IOException {
    Path current = venv();
    if (!Files.isDirectory(current)) {
      return;
    }
    List<Path> others;
    try (Stream<Path> all = Files.list(folder())) {
      others =
          all.filter(path -> path.getFileName().toString().startsWith("venv"))
              .filter(path -> !path.equals(current) && Files.exists(path.resolve(".complete")))
              .toList();
    }
    for (Path other : others) {
      LOG.info("{} is of another version and is taken away", other);
      MoreFiles.deleteRecursively(other, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private Path script() throws IOException {
    Path own = folder().resolve("prepare");
    Files.createDirectories(own);
    for (String name : SCRIPT) {
      try (InputStream in =
          Objects.requireNonNull(PythonEnvironment.class.getResourceAsStream(name), name)) {
        Files.copy(in, own.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return own.resolve(SCRIPT.get(0));
  }

  private Process start(List<String> command, Path says) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(says.toFile());
    Environments.withoutMlflow(builder.environment(), environment);
    return builder.start();
  }

  private static int await(Process script) throws IOException {
    try {
      if (!script.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        script.destroy();
        throw new IOException(
            "the tracking server's Python did not end within " + PATIENCE.toMinutes() + " minutes");
      }
      return script.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while the tracking server's environment is made")
              .initCause(e);
    }
  }

  /** What prepare.sh made last and said to be whole; each version has a folder of its own. */
  private Path venv() {
    try {
      String name = Files.readString(folder().resolve("environment")).strip();
      return folder().resolve(name.isEmpty() ? NONE : name);
    } catch (IOException e) {
      return folder().resolve(NONE); // not made yet
    }
  }

  private Path folder() {
    return workspace.resolve("mlflow");
  }
}
