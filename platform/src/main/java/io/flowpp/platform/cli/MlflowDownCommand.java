package io.flowpp.platform.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp mlflow down}: stops the server and its workers. */
@Command(name = "down", description = "Stop the server; what it stores stays.")
final class MlflowDownCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    output.result(Servers.managed().down(), Servers::describe);
    return 0;
  }
}
