package io.flowpp.platform.cli;

import io.flowpp.platform.execution.MeasureSpeed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp bench data}: reading batches. */
@Command(
    name = "data",
    description = {
      "Time reading batches from mapped shards, beside what training steps take.",
      "Images are random; no data set is needed."
    })
final class BenchDataCommand implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    return options.measure(MeasureSpeed.What.DATA, output);
  }
}
