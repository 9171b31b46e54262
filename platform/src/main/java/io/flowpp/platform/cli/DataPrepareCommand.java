package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.data.DataSet;
import io.flowpp.platform.data.DataSource;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "prepare",
    description = "Check a data set and turn it into shards.",
    footer = {
      "Examples: flowpp data prepare fashion-mnist-sample",
      "          flowpp data prepare cifar-binary ~/cifar-10-batches-bin --bits 5"
    })
final class DataPrepareCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "fashion-mnist-sample (comes with the project), idx (the MNIST family) or cifar-binary (CIFAR-10).")
  private String source = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = "The directory of the raw files.")
  private @Nullable Path directory;

  @Option(
      names = "--bits",
      paramLabel = "N",
      description = "Keep the N highest bits of each value (default: ${DEFAULT-VALUE}).")
  private int bits = 8;

  @Option(
      names = "--validation",
      paramLabel = "N",
      description = "Hold out the last N training images (default: their last tenth).")
  private @Nullable Integer validation;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    if (bits < 1 || bits > 8) {
      throw new UserFault(ExitCode.USAGE, "usage", "bits are 1 to 8, not " + bits, "--bits", null);
    }
    DataSource raw = DataSourceName.resolve(source, directory);
    DataSet prepared = DataText.dataSets().prepare(raw, bits, validation, output::note);
    output.result(prepared, DataText::block);
    return 0;
  }
}
