package io.flowpp.platform.cli;

import io.flowpp.platform.execution.MeasureSpeed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp bench step}: whole training steps. */
@Command(
    name = "step",
    description = {
      "Time whole training steps: forward, backward, clip, Adam, moving average.",
      "Images are random; no data set is needed."
    })
final class BenchStepCommand implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    return options.measure(MeasureSpeed.What.STEP, output);
  }
}
