package io.flowpp.platform.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawDigestsTest {
  private static final Instant WRITTEN = Instant.parse("2026-01-02T12:00:00Z");

  @TempDir Path raw;
  @TempDir Path place;
  private IdxSource source;

  @BeforeEach
  void writeTheSet() throws IOException {
    source = new IdxSource(RawFiles.idx(raw, 12, 3));
    date();
  }

  @Test
  void isThatOfTheContentsWhereverTheyLie(@TempDir Path elsewhere) {
    String digest = digests(place, 0).of(source).orElseThrow();
    assertThat(digest).matches("[0-9a-f]{64}");
    assertThat(digests(place, 0).of(new IdxSource(RawFiles.idx(elsewhere, 12, 3))))
        .contains(digest);
    assertThat(digests(place, 0).of(new IdxSource(RawFiles.idx(elsewhere, 13, 3))).orElseThrow())
        .isNotEqualTo(digest);
  }

  @Test
  void isNoneWhereAFileIsMissing() throws IOException {
    Files.delete(raw.resolve("t10k-labels-idx1-ubyte"));
    assertThat(digests(place, 0).of(source)).isEmpty();
    assertThat(digests(place, 0).of(new CifarBinarySource(raw.resolve("nowhere")))).isEmpty();
  }

  @Test
  void isRememberedBySizeAndTimeOfChange() throws IOException {
    String before = digests(place, 10).of(source).orElseThrow();
    flipAByte();
    date();
    assertThat(digests(place, 10).of(source))
        .as("same size and time: not read again")
        .contains(before);
    Files.setLastModifiedTime(
        raw.resolve("t10k-images-idx3-ubyte"), FileTime.from(WRITTEN.plusNanos(1_000_000)));
    assertThat(digests(place, 10).of(source).orElseThrow()).isNotEqualTo(before);
  }

  @Test
  void isNotRememberedForAFileThatMayStillBeChanging() throws IOException {
    String before = digests(place, 1).of(source).orElseThrow();
    flipAByte();
    date();
    assertThat(digests(place, 1).of(source).orElseThrow()).isNotEqualTo(before);
  }

  @Test
  void asksNothingOfAWorkspaceThatIsNotThereOrNotWhole() throws IOException {
    Path absent = place.resolve("absent");
    String digest = digests(absent, 10).of(source).orElseThrow();
    assertThat(absent).doesNotExist();
    Path file = Files.writeString(place.resolve("cache"), "a file where a directory should be");
    assertThat(digests(place, 10).of(source)).contains(digest);
    Files.delete(file);
    Files.createDirectory(place.resolve("cache"));
    Files.writeString(place.resolve("cache/raw-digests.json"), "{ half");
    assertThat(digests(place, 10).of(source)).contains(digest);
  }

  private static RawDigests digests(Path workspace, int secondsLater) {
    return new RawDigests(
        Workspace.at(workspace),
        Clock.fixed(WRITTEN.plus(Duration.ofSeconds(secondsLater)), ZoneOffset.UTC));
  }

  private void flipAByte() throws IOException {
    Path file = raw.resolve("t10k-images-idx3-ubyte");
    byte[] bytes = Files.readAllBytes(file);
    bytes[50] ^= 1;
    Files.write(file, bytes);
  }

  private void date() throws IOException {
    try (Stream<Path> files = Files.list(raw)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(WRITTEN));
      }
    }
  }
}
