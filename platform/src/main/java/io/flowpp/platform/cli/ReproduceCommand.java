package io.flowpp.platform.cli;

import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.regression.Reproduce;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp reproduce}: a run once more, from what it recorded. */
@Command(
    name = "reproduce",
    description = {
      "Run an experiment again from what its run recorded, beside it, and say if the result is the",
      "same: bit for bit on an equal platform, within 0.01 bits/dim over the test images elsewhere.",
      "Exit code 4 where it is not, 7 where that cannot be told."
    })
final class ReproduceCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = RunsText.REFERENCE)
  private String run = "";

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Answer(
      String runId,
      String reproduction,
      boolean equal,
      String verdict,
      boolean samePlatform,
      List<Reproduce.Difference> differences,
      String weightsSha256,
      double delta,
      @Nullable Double deltaCiLow,
      @Nullable Double deltaCiHigh) {}

  @Override
  public Integer call() {
    Reproduce reproduce =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(Reproduce.class);
    reproduce
        .environment(run)
        .forEach(difference -> output.note("not as then: " + line(difference)));
    String command = "./flowpp reproduce " + run;
    Reproduce.Reproduced done;
    try (ProgressDisplay progress = ProgressDisplay.on(output.err());
        Interrupts interrupts = Interrupts.install(reproduce::abandon, command, progress::note)) {
      done = reproduce.reproduce(run, command, progress, interrupts);
    }
    output.result(
        new Answer(
            done.runId(),
            done.reproduction(),
            done.equal(),
            done.verdict().id(),
            done.samePlatform(),
            done.differences(),
            done.weightsSha256(),
            done.delta(),
            finite(done.interval().low()),
            finite(done.interval().high())),
        ReproduceCommand::text);
    return code(done.verdict()).number();
  }

  /** Null where there is no end. */
  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static ExitCode code(Reproduce.Verdict verdict) {
    return switch (verdict) {
      case BIT_FOR_BIT, EQUIVALENT -> ExitCode.DONE;
      case DIFFERENT -> ExitCode.DIFFERENT;
      case CANNOT_TELL -> ExitCode.UNDECIDED;
    };
  }

  private static String text(Answer answer) {
    StringBuilder text = new StringBuilder();
    String platform = answer.samePlatform() ? "on an equal platform" : "on another platform";
    text.append(
        switch (answer.verdict()) {
          case "bit-for-bit" -> "equal: the same weights and scores bit for bit, " + platform;
          case "equivalent" -> "equal within 0.01 bits/dim over the test images, " + platform;
          case "different" -> "different: not the result that was recorded, " + platform;
          default ->
              "cannot be told: not equal within 0.01 bits/dim, nor farther apart than trainings with"
                  + " other seeds may be, "
                  + platform;
        });
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s against %s: %+.4f bits/dim%s%n",
            answer.reproduction(),
            answer.runId(),
            answer.delta(),
            answer.deltaCiLow() == null || answer.deltaCiHigh() == null
                ? ""
                : String.format(
                    Locale.ROOT,
                    " (%.4f to %.4f over images)",
                    answer.deltaCiLow(),
                    answer.deltaCiHigh())));
    answer.differences().forEach(d -> text.append("  ").append(line(d)).append('\n'));
    return text.toString();
  }

  private static String line(Reproduce.Difference difference) {
    return difference.what()
        + ": "
        + told(difference.recorded())
        + " then, "
        + told(difference.here())
        + " now";
  }

  private static String told(@Nullable String value) {
    return value == null ? "not known" : value;
  }
}
