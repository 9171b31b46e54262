package io.flowpp.platform.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.inject.Guice;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.doctor.Doctor;
import io.flowpp.platform.doctor.Finding;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowpp doctor}: what this machine has of what experiments need. */
@Command(
    name = "doctor",
    description = {
      "Look at Java, the native library, threads, GPUs, memory, Python, the tracking server and the disk, and say what to do.",
      "Exit code: 0, also where something is missing that runs can do without; 6 where a tracking server of your own cannot be used; 2 for anything else."
    })
final class DoctorCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  /**
   * @param error null where all that is required is there
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Report(String status, List<Finding> checks, @Nullable Trouble error) {}

  record Trouble(String code, String message, @Nullable String where, String suggestion) {}

  @Override
  public Integer call() {
    List<Finding> findings =
        Guice.createInjector(new PlatformModule(Places.workspace(), System.getenv()))
            .getInstance(Doctor.class)
            .examine();
    List<String> failed =
        findings.stream().filter(f -> f.required() && !f.ok()).map(Finding::name).toList();
    if (failed.isEmpty()) {
      output.result(new Report("ok", findings, null), DoctorCommand::text);
      return ExitCode.DONE.number();
    }
    String message = "what experiments need is missing: " + String.join(", ", failed);
    Trouble trouble = new Trouble("unfit-machine", message, null, "see the advice of each check");
    output.result(new Report("failed", findings, trouble), DoctorCommand::text);
    if (!output.json()) {
      output.note("error: " + message);
    }
    return failed.equals(List.of(Doctor.SERVER))
        ? ExitCode.UNREACHABLE.number()
        : ExitCode.USAGE.number();
  }

  private static String text(Report report) {
    return report.checks().stream().map(DoctorCommand::line).collect(Collectors.joining("\n"));
  }

  private static String line(Finding finding) {
    String verdict = finding.ok() ? "ok  " : finding.required() ? "FAIL" : "warn";
    String advice =
        finding.advice() == null ? "" : "\n" + " ".repeat(21) + "-> " + finding.advice();
    return String.format("%s %-15s %s%s", verdict, finding.name(), finding.detail(), advice);
  }
}
