package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.regression.JunitXml;
import io.flowpp.platform.regression.MarkdownSummary;
import io.flowpp.platform.regression.RegressionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a check leaves for CI.
 *
 * @param summary null for none
 * @param jobSummary the file of the job's page, which other steps write into as well; null outside
 *     of such a job
 */
record RegressFiles(Path junit, @Nullable Path summary, @Nullable Path jobSummary) {
  private static final String JOB = "GITHUB_STEP_SUMMARY";

  static RegressFiles of(
      String name,
      Path workspace,
      @Nullable Path junit,
      @Nullable Path summary,
      Map<String, String> environment) {
    String job = environment.getOrDefault(JOB, "");
    return new RegressFiles(
        junit == null ? workspace.resolve("regression").resolve(name).resolve("junit.xml") : junit,
        summary,
        job.isBlank() ? null : Path.of(job));
  }

  /** A check that fails half-way must not leave the answer of the one before. */
  static void clear(@Nullable Path... files) {
    for (Path file : files) {
      if (file != null) {
        delete(file);
      }
    }
  }

  void write(RegressionResult result) {
    write(junit, JunitXml.of(result));
    String markdown = MarkdownSummary.of(result);
    if (summary != null) {
      write(summary, markdown);
    }
    if (jobSummary != null) {
      write(jobSummary, markdown, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static void write(Path file, String text, OpenOption... options) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, text, options);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static UserFault unwritable(Path file, IOException e) {
    return new UserFault(
        ExitCode.USAGE,
        "unwritable-file",
        "cannot be written: " + e.getMessage(),
        file.toString(),
        "name another file, or set its permissions",
        e);
  }
}
