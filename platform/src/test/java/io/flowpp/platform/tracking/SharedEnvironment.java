package io.flowpp.platform.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The Python environment that tests of real servers share: made once, in {@code target} or in the
 * workspace that the property {@code flowpp.test.workspace} names.
 */
public final class SharedEnvironment {
  private static final Path WORKSPACE =
      Path.of(System.getProperty("flowpp.test.workspace", "target/mlflow-workspace"))
          .toAbsolutePath();

  private SharedEnvironment() {}

  /** Lets another workspace use it as if it had made it. */
  public static void lend(Path workspace) throws IOException {
    Path venv = python().getParent().getParent();
    Path folder = Files.createDirectories(workspace.resolve("mlflow"));
    Files.createSymbolicLink(folder.resolve(venv.getFileName()), venv);
    Files.writeString(folder.resolve("environment"), venv.getFileName().toString());
  }

  /** Its interpreter. */
  public static Path python() throws IOException {
    PythonEnvironment python = new PythonEnvironment(WORKSPACE, variables());
    python.prepare();
    return python.python();
  }

  /** The process's environment without what would name another server. */
  public static Map<String, String> variables() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment
        .keySet()
        .removeIf(name -> name.startsWith("MLFLOW_") || name.equals("FLOWPP_OFFLINE"));
    return environment;
  }
}
