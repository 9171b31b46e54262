package io.flowpp.platform.cli;

import io.flowpp.core.reference.ReferenceVerifier;
import io.flowpp.core.reference.Verification;
import io.flowpp.core.weights.DamagedSafetensorsException;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowpp verify-reference}: our layers and models against another implementation's. */
@Command(
    name = "verify-reference",
    description =
        "Build every case of a folder of reference numbers, load its weights, compare each output.")
final class VerifyReferenceCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR", description = "The folder with .safetensors files.")
  private Path directory = Path.of("");

  @Mixin private Output output = new Output();

  /** What {@code --json} prints. */
  record Answer(boolean ok, List<Case> cases) {
    /**
     * @param worst largest difference as a part of what is allowed for it
     */
    record Case(
        String name,
        boolean ok,
        @Nullable Double worst,
        @Nullable String error,
        List<String> notes,
        List<Result> outputs) {}

    record Result(
        String name,
        @Nullable Double maxAbs,
        @Nullable Double maxRel,
        double tolerance,
        boolean ok,
        @Nullable String problem) {}

    static Answer of(Verification verification) {
      return new Answer(
          verification.ok(), verification.cases().stream().map(Answer::oneCase).toList());
    }

    private static Case oneCase(Verification.Case c) {
      List<Result> outputs = c.outputs().stream().map(Answer::result).toList();
      return new Case(c.name(), c.ok(), finite(c.worstRatio()), c.error(), c.notes(), outputs);
    }

    private static Result result(Verification.Output o) {
      return new Result(
          o.name(), finite(o.maxAbs()), finite(o.maxRel()), o.tolerance(), o.ok(), o.problem());
    }

    /** JSON has no infinities. */
    private static @Nullable Double finite(double value) {
      return Double.isFinite(value) ? value : null;
    }
  }

  @Override
  public Integer call() {
    Verification verification = verify();
    output.result(Answer.of(verification), answer -> text(verification));
    return (verification.ok() ? ExitCode.DONE : ExitCode.DIFFERENT).number();
  }

  private Verification verify() {
    if (!Files.isDirectory(directory)) {
      throw unreadable("is no folder", null);
    }
    try {
      return ReferenceVerifier.fast()
          .verify(directory, done -> output.note("compared " + done.name()));
    } catch (DamagedSafetensorsException e) {
      throw new UserFault(
          ExitCode.USAGE, "damaged-reference", message(e), null, "copy the file again", e);
    } catch (NoSuchFileException e) {
      throw unreadable("has no .safetensors file", e);
    } catch (UncheckedIOException e) {
      throw unreadable(
          "cannot be read: "
              + message(e)
              + ": "
              + Objects.requireNonNull(e.getCause()).getMessage(),
          e);
    } catch (IOException e) {
      throw unreadable("cannot be read: " + message(e), e);
    }
  }

  private UserFault unreadable(String what, @Nullable Exception cause) {
    String suggestion = "name a folder with reference numbers";
    return cause == null
        ? new UserFault(ExitCode.USAGE, "no-reference", what, directory.toString(), suggestion)
        : new UserFault(
            ExitCode.USAGE, "no-reference", what, directory.toString(), suggestion, cause);
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static String text(Verification verification) {
    StringBuilder text = new StringBuilder();
    int failed = 0;
    int outputs = 0;
    for (Verification.Case c : verification.cases()) {
      failed += c.ok() ? 0 : 1;
      outputs += c.outputs().size();
      text.append(
          String.format(
              Locale.ROOT,
              "%-6s %-42s %4d outputs, worst %.2g of its tolerance%n",
              c.ok() ? "ok" : "FAILED",
              c.name(),
              c.outputs().size(),
              c.worstRatio()));
      if (c.error() != null) {
        text.append("         ").append(c.error()).append('\n');
      }
      c.notes().forEach(note -> text.append("         ").append(note).append('\n'));
      c.outputs().stream()
          .filter(o -> !o.ok())
          .forEach(o -> text.append("         ").append(line(o)).append('\n'));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%n%d cases, %d outputs, %s",
                verification.cases().size(),
                outputs,
                failed == 0 ? "all within tolerance" : failed + " cases FAILED"))
        .toString();
  }

  private static String line(Verification.Output o) {
    return o.problem() != null
        ? o.name() + ": " + o.problem()
        : String.format(
            Locale.ROOT,
            "%s: max abs %.3g, max rel %.3g, allowed %.3g",
            o.name(),
            o.maxAbs(),
            o.maxRel(),
            o.tolerance());
  }
}
