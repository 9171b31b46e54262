package io.flowpp.platform.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp mlflow status}: whether the server runs and answers. */
@Command(
    name = "status",
    description = "Say whether the server runs, where, and whether it answers.")
final class MlflowStatusCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    output.result(Servers.managed().status(), Servers::describe);
    return 0;
  }
}
