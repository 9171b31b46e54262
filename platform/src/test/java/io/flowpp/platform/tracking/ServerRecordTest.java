package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes in the place of servers. */
class ServerRecordTest {
  @TempDir Path directory;

  @Test
  void processIsKnownByItsNumberAndItsBeginning() throws Exception {
    Process process = sleep();
    ServerRecord record = ServerRecord.of(process, 5000, "3.17.2", false);
    assertThat(record.isAlive()).isTrue();
    assertThat(record.isStranger()).isFalse();
    process.destroyForcibly().waitFor();
    assertThat(record.isAlive()).isFalse();
    assertThat(record.isStranger()).isFalse();
  }

  @Test
  void strangerWhoGotTheNumberIsNeitherTakenForTheServerNorStopped() throws Exception {
    Process stranger = sleep();
    try {
      ServerFiles files = new ServerFiles(directory);
      ServerRecord before = ServerRecord.of(stranger, 5000, "3.17.2", false);
      ServerRecord stale =
          new ServerRecord(
              stranger.pid(), before.identity() + "0", 5000, before.version(), false, true);
      stale.write(files.record());
      assertThat(stale.isAlive()).isFalse();
      assertThat(stale.isStranger()).isTrue();
      new ServerGroup(files).stop(stale);
      assertThat(stranger.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(files.record()).doesNotExist();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void recordOfBeforeARestartOfTheMachineIsStale() throws Exception {
    ServerRecord record = new ServerRecord(1, "another-boot/1", 5000, "3.17.2", false, true);
    assertThat(record.isAlive()).isFalse();
    assertThat(record.isStranger()).isTrue();
  }

  @Test
  void recordOfAnotherVersionOrHalfWrittenIsReadAsFarAsItGoes() throws Exception {
    Path file = directory.resolve("server.json");
    Files.writeString(file, "{\"pid\":1,\"startedAt\":2,\"port\":3}");
    assertThat(ServerRecord.read(file)).map(ServerRecord::port).contains(3);
    assertThat(ServerRecord.read(file)).map(ServerRecord::isAlive).contains(false);
    Files.writeString(file, "{\"pid\":1,\"st");
    assertThat(ServerRecord.read(file)).isEmpty();
  }

  @Test
  void versionsAreOrderedByTheirNumbers() {
    assertThat(Versions.isOlder("3.9.1", "3.17.2")).isTrue();
    assertThat(Versions.isOlder("3.17.2", "3.17.2")).isFalse();
    assertThat(Versions.isOlder("4.0.0", "3.17.2")).isFalse();
    assertThat(Versions.isOlder("0", "3.17.2")).isTrue();
    assertThat(Versions.isOlder("3.17.2", "3.17.2.1")).isTrue();
  }

  private static Process sleep() throws Exception {
    return new ProcessBuilder("sleep", "60").start();
  }
}
