package io.flowpp.platform.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a sweep keeps what is not in the ledger: {@code sweeps/NAME} in the workspace. */
record SweepPlaces(Path root) {
  static SweepPlaces of(Path workspace, String sweep) {
    return new SweepPlaces(workspace.resolve("sweeps").resolve(sweep));
  }

  /** Of one trial: its experiment, the logs and answers of its attempts. */
  Path trial(String id) {
    return made(root.resolve("trials").resolve(id));
  }

  /** What the sweep as a whole shows: leaderboard, pictures. */
  Path board() {
    return made(root.resolve("board"));
  }

  /** Where the workers of all sweeps say what kept them from working. */
  static Path workersLog(Path workspace) {
    return made(workspace.resolve("sweeps")).resolve("workers.log");
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
  }
}
