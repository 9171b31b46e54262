package io.flowpp.platform.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server's processes: on 127.0.0.1 only, without telemetry, apart from ours. */
final class ServerLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(ServerLauncher.class);
  private static final String SCRIPT = "serve.py";

  private final ServerFiles files;
  private final PythonEnvironment python;
  private final ServerLogin login;
  private final Map<String, String> environment;

  ServerLauncher(
      ServerFiles files,
      PythonEnvironment python,
      ServerLogin login,
      Map<String, String> environment) {
    this.files = files;
    this.python = python;
    this.login = login;
    this.environment = environment;
  }

  ServerRecord start(int port, String version) throws IOException {
    Path script = files.directory().resolve("prepare").resolve(SCRIPT);
    Files.createDirectories(script.getParent());
    try (InputStream in =
        Objects.requireNonNull(ServerLauncher.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    String interpreter = python.python().toString();
    List<String> command =
        new ArrayList<>(
            List.of(
                interpreter,
                script.toString(),
                files.log().toString(),
                interpreter,
                "-m",
                "mlflow",
                "server",
                "--backend-store-uri",
                files.databaseAddress(),
                "--artifacts-destination",
                files.artifacts().toString(),
                "--serve-artifacts",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--workers",
                "1"));
    boolean withLogin = login.isOn();
    if (withLogin) {
      command.addAll(List.of("--app-name", "basic-auth"));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(files.directory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(files.startLog().toFile());
    Environments.withoutMlflow(builder.environment(), environment);
    builder.environment().put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
    builder.environment().put("MLFLOW_DISABLE_TELEMETRY", "true");
    builder.environment().put("DO_NOT_TRACK", "true");
    if (withLogin) {
      login.tell(builder.environment());
    }
    ServerRecord server = ServerRecord.of(builder.start(), port, version, withLogin);
    server.write(files.record());
    LOG.info("the tracking server starts at {} (pid {})", server.uri(), server.pid());
    return server;
  }
}
