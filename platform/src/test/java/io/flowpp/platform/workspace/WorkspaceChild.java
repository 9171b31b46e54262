package io.flowpp.platform.workspace;

import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the tests of two processes run in the second one. */
final class WorkspaceChild {
  private WorkspaceChild() {}

  public static void main(String[] arguments) throws IOException {
    Workspace workspace = Workspace.at(Path.of(arguments[1]));
    StageKey key = new StageKey("train-flow", arguments[2]);
    switch (arguments[0]) {
      case "hold" -> hold(workspace, key);
      case "count" -> count(workspace, key, Path.of(arguments[3]), Integer.parseInt(arguments[4]));
      case "prepare" -> prepare(workspace, key);
      case "publish" -> publish(workspace, key, Integer.parseInt(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /**
   * Takes the lock, says so, and keeps it until the parent closes the pipe or kills this process.
   */
  private static void hold(Workspace workspace, StageKey key) throws IOException {
    try (StageLock held = workspace.lock(key, System.out::println)) {
      System.out.println(
          "held " + ProcessHandle.current().pid() + " " + held.getClass().getSimpleName());
      waitForParent();
    }
  }

  /** Adds to a number in a file, which loses additions unless the lock keeps the others away. */
  private static void count(Workspace workspace, StageKey key, Path file, int times)
      throws IOException {
    for (int i = 0; i < times; i++) {
      try (StageLock held = workspace.lock(key, message -> {})) {
        int before = Integer.parseInt(Files.readString(file));
        Thread.onSpinWait();
        Files.writeString(file, Integer.toString(before + 1));
        if (held == null) {
          throw new IllegalStateException("no lock");
        }
      }
    }
    System.out.println("counted");
  }

  private static void prepare(Workspace workspace, StageKey key) throws IOException {
    Path prepared = workspace.prepare(key);
    Files.writeString(prepared.resolve("half"), "half");
    System.out.println(prepared);
    waitForParent();
  }

  /**
   * Publishes a file of {@code megabytes} under a new key again and again until it is killed or the
   * disk refuses.
   */
  private static void publish(Workspace workspace, StageKey key, int megabytes) throws IOException {
    try {
      for (int i = 0; ; i++) {
        StageKey next =
            new StageKey(key.stage(), key.digest().substring(8) + String.format("%08x", i));
        Path prepared = workspace.prepare(next);
        try {
          Files.write(prepared.resolve("a"), new byte[megabytes << 20]);
          Files.write(
              Files.createDirectory(prepared.resolve("b")).resolve("c"), new byte[megabytes << 20]);
        } catch (IOException fault) {
          workspace.abandon(prepared);
          throw StorageFault.of(fault, prepared);
        }
        workspace.publish(next, prepared);
        System.out.println("published " + i);
      }
    } catch (UserFault fault) {
      System.out.println(fault.code() + " " + fault.exitCode() + ": " + fault.line());
    }
  }

  private static void waitForParent() throws IOException {
    if (System.in.read() >= 0) {
      throw new IllegalStateException("the parent only ever closes the pipe");
    }
  }
}
