package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.execution.MeasureStepCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code flowpp step-cost}: what the regression gate starts to measure speed and memory. It ends
 * when its standard input does: then the gate is dead.
 */
@Command(
    name = "step-cost",
    hidden = true,
    description = "What a training step costs, as the regression gate measures it.")
final class StepCostCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "A whole configuration.")
  private Path file = Path.of("");

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    Thread watch = new Thread(StepCostCommand::awaitEnd, "gate-gone");
    watch.setDaemon(true);
    watch.start();
    output.result(MeasureStepCost.measure(file), StepCostCommand::text);
    return ExitCode.DONE.number();
  }

  private static String text(MeasureStepCost.Answer answer) {
    return String.format(
        Locale.ROOT,
        "a step costs %.2f products (%.2f ms by %.3f ms, %d rounds), %s bytes at the peak",
        answer.products(),
        answer.stepMs(),
        answer.productMs(),
        answer.rounds(),
        answer.peakBytes());
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() >= 0) {
        // nothing is said to it
      }
    } catch (IOException closed) {
      // means the same
    }
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
  }
}
