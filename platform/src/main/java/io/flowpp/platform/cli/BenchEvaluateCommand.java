package io.flowpp.platform.cli;

import io.flowpp.platform.execution.MeasureSpeed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp bench evaluate}: the bound without gradients. */
@Command(
    name = "evaluate",
    description = {
      "Time the one-sample bound of a batch, as evaluation computes it.",
      "Images are random; no data set is needed."
    })
final class BenchEvaluateCommand implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    return options.measure(MeasureSpeed.What.EVALUATE, output);
  }
}
