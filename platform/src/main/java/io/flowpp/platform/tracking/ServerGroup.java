package io.flowpp.platform.tracking;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of a server: a group with a leader, which the others may outlive. */
final class ServerGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ServerGroup.class);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final ServerFiles files;

  ServerGroup(ServerFiles files) {
    this.files = files;
  }

  /** Ends all of it, and forgets it; strangers are left alone. */
  void stop(ServerRecord server) throws IOException {
    if (!server.isStranger() && isOurs(server) && signal("TERM", server)) {
      long deadline = System.nanoTime() + STOP.toNanos();
      while (signal("0", server)) {
        if (System.nanoTime() > deadline) {
          LOG.warn(
              "the tracking server (group {}) does not end within {} s and is killed",
              server.pid(),
              STOP.toSeconds());
          signal("KILL", server);
          break;
        }
        rest(LOOK);
      }
    }
    Files.deleteIfExists(files.record());
  }

  /**
   * Where the leader is dead its number may have passed to a stranger who is dead too, and whose
   * group goes on: ours works in the server's folder.
   */
  private boolean isOurs(ServerRecord server) {
    if (server.isAlive() || !Files.isDirectory(Path.of("/proc/self"))) {
      return true;
    }
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> ProcessIdentity.group(pid).filter(g -> g == server.pid()).isPresent())
        .anyMatch(pid -> ProcessIdentity.folder(pid).filter(this::isOurFolder).isPresent());
  }

  private boolean isOurFolder(Path folder) {
    try {
      return Files.isSameFile(folder, files.directory());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Signals the group, since workers outlive a leader that was killed; false where the group has no
   * member left.
   */
  private static boolean signal(String signal, ServerRecord server) throws IOException {
    Process kill =
        new ProcessBuilder("bash", "-c", "kill -" + signal + " -- -" + server.pid())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() == 0;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static void rest(Duration time) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("interrupted").initCause(e);
  }
}
