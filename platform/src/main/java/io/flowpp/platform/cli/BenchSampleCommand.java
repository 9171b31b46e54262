package io.flowpp.platform.cli;

import io.flowpp.platform.execution.MeasureSpeed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp bench sample}: drawing images. */
@Command(
    name = "sample",
    description = {
      "Time drawing images, and the share of the numeric inverse in it.",
      "Images are random; no data set is needed."
    })
final class BenchSampleCommand implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    return options.measure(MeasureSpeed.What.SAMPLE, output);
  }
}
