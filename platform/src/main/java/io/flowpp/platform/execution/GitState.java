package io.flowpp.platform.execution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Which commit of this program runs, where it runs from a checkout and {@code git} is there. */
final class GitState {
  private static final long PATIENCE_SECONDS = 3;

  private GitState() {}

  /** {@code commit}, {@code branch}, {@code dirty}; without those that cannot be known. */
  static Map<String, String> of(Path directory) {
    Map<String, String> state = new TreeMap<>();
    git(directory, "rev-parse", "HEAD")
        .ifPresent(
            commit -> {
              state.put("commit", commit);
              git(directory, "rev-parse", "--abbrev-ref", "HEAD")
                  .ifPresent(branch -> state.put("branch", branch));
              git(directory, "status", "--porcelain", "--untracked-files=no")
                  .ifPresent(changes -> state.put("dirty", String.valueOf(!changes.isEmpty())));
            });
    return state;
  }

  private static Optional<String> git(Path directory, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder("git");
    builder.command().addAll(java.util.List.of(arguments));
    builder.directory(directory.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process git = builder.start();
      git.getOutputStream().close();
      if (!git.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        git.destroyForcibly();
        return Optional.empty();
      }
      String answer =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.exitValue() == 0 ? Optional.of(answer) : Optional.empty();
    } catch (IOException noGit) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
