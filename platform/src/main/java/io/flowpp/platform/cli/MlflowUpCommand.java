package io.flowpp.platform.cli;

import io.flowpp.platform.tracking.ManagedServer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowpp mlflow up}: starts the server unless it runs, and waits until it answers. */
@Command(name = "up", description = "Start the server, unless it runs, and wait until it answers.")
final class MlflowUpCommand implements Callable<Integer> {
  @Option(
      names = "--auth",
      negatable = true,
      fallbackValue = "true",
      description = {
        "With login from now on: a user admin with a random password in a file that only you can read.",
        "--no-auth: without login again. Runs of this workspace log in by themselves."
      })
  private @Nullable Boolean auth;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    ManagedServer server = Servers.managed();
    if (!server.status().healthy()) {
      output.note("mlflow: starting (the first time its Python packages are downloaded) ...");
    }
    output.result(server.up(login()), Servers::describe);
    return 0;
  }

  private ManagedServer.Login login() {
    if (auth == null) {
      return ManagedServer.Login.AS_BEFORE;
    }
    return auth ? ManagedServer.Login.ON : ManagedServer.Login.OFF;
  }
}
