package io.flowpp.platform.cli;

import io.flowpp.platform.tracking.ManagedServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp mlflow up}: starts the server unless it runs, and waits until it answers. */
@Command(name = "up", description = "Start the server, unless it runs, and wait until it answers.")
final class MlflowUpCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    ManagedServer server = Servers.managed();
    if (!server.status().healthy()) {
      output.note("mlflow: starting (the first time its Python packages are downloaded) ...");
    }
    output.result(server.up(), Servers::describe);
    return 0;
  }
}
