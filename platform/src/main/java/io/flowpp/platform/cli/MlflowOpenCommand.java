package io.flowpp.platform.cli;

import io.flowpp.platform.tracking.ManagedServer;
import io.flowpp.platform.tracking.ServerStatus;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp mlflow open}: the server's pages in the user's browser. */
@Command(name = "open", description = "Start the server, unless it runs, and show it in a browser.")
final class MlflowOpenCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    ManagedServer server = Servers.managed();
    if (!server.status().healthy()) {
      output.note("mlflow: starting (the first time its Python packages are downloaded) ...");
    }
    ServerStatus status = server.up();
    // Without this the pages of a fresh browser are those for language models.
    browse(status.uri() + "/#/experiments?workflowType=machine_learning");
    output.result(status, Servers::describe);
    return 0;
  }

  private void browse(String page) {
    boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
    try {
      new ProcessBuilder(List.of(mac ? "open" : "xdg-open", page))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      output.note("no browser could be started here; open " + page);
    }
  }
}
