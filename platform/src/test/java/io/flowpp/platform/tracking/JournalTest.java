package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.workspace.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Event START =
      new Event.Started("r", 1, "run", null, Map.of("seed", "1"), Map.of("t", "a"));

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve(Journal.FILE);
  }

  @Test
  void whatIsAppendedIsReadBackInOrder() throws IOException {
    List<Event> events =
        List.of(
            START,
            metrics(1, 0.5),
            new Event.NotFinite("r", 5, 2, 1, Map.of("loss", "NaN")),
            new Event.Parameter("r", 6, "p", "größer\n\"x\""),
            new Event.Tagged("r", 7, "tag", "v"),
            new Event.DatasetUsed("r", 8, "d", "0a", "train", "s", "{}"),
            new Event.ArtifactSaved("r", 9, "/f", "a/f", 3, "00"),
            new Event.Pictured("r", 10, "k", 3, "u.png"),
            new Event.Ended("r", 11, RunStatus.FINISHED));
    try (Journal journal = Journal.open(directory)) {
      events.forEach(journal::append);
      assertThat(all(journal)).isEqualTo(events);
      assertThat(journal.read(0).next()).isEqualTo(journal.end()).isEqualTo(Files.size(file));
    }
  }

  @Test
  void halfWrittenLastLineIsCutOffAtAnyByte() throws IOException {
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      journal.append(metrics(1, 0.5));
    }
    byte[] whole = Files.readAllBytes(file);
    int firstLine = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = firstLine; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      try (Journal journal = Journal.open(directory)) {
        assertThat(Files.size(file)).isEqualTo(firstLine);
        journal.append(metrics(1, 0.5));
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
      }
    }
  }

  @Test
  void lineWithFlippedBitIsPassedOverAndTheRestIsKept() throws IOException {
    long second;
    try (Journal journal = Journal.open(directory)) {
      second = journal.append(START);
      journal.append(metrics(1, 0.5));
      journal.append(metrics(2, 0.25));
    }
    try (RandomAccessFile damage = new RandomAccessFile(file.toFile(), "rw")) {
      damage.seek(second + 60);
      int was = damage.read();
      damage.seek(second + 60);
      damage.write(was ^ 1);
    }
    try (Journal journal = Journal.open(directory)) {
      assertThat(all(journal)).containsExactly(START, metrics(2, 0.25));
      journal.append(metrics(1, 0.5)); // it is not recorded any more, so it may come again
      assertThat(all(journal)).containsExactly(START, metrics(2, 0.25), metrics(1, 0.5));
    }
  }

  @Test
  void stepThatIsRecordedIsNotRecordedAgainAfterReopening() throws IOException {
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      journal.append(metrics(1, 0.5));
    }
    try (Journal journal = Journal.open(directory)) {
      long end = journal.end();
      assertThat(journal.append(new Event.Metrics("r", 99, 1, Map.of("loss", 0.5)))).isEqualTo(end);
      journal.append(new Event.Metrics("r", 99, 1, Map.of("loss", 0.5, "other", 2.0)));
      assertThat(all(journal))
          .containsExactly(
              START, metrics(1, 0.5), new Event.Metrics("r", 99, 1, Map.of("other", 2.0)));
    }
  }

  @Test
  void parameterKeepsItsFirstValueAndTagItsLast() throws IOException {
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      journal.append(new Event.Parameter("r", 2, "seed", "2"));
      journal.append(new Event.Tagged("r", 3, "t", "a"));
      journal.append(new Event.Tagged("r", 4, "t", "b"));
      journal.append(
          new Event.Started(
              "r", 5, "run", null, Map.of("seed", "2", "new", "x"), Map.of("t", "b", "u", "y")));
      assertThat(all(journal))
          .containsExactly(
              START,
              new Event.Tagged("r", 4, "t", "b"),
              new Event.Started("r", 5, "run", null, Map.of("new", "x"), Map.of("u", "y")));
    }
  }

  @Test
  void runThatEndedIsEndedAgainOnlyAfterItWasReopened() throws IOException {
    Event.Ended end = new Event.Ended("r", 2, RunStatus.FINISHED);
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      journal.append(end);
      journal.append(end);
      assertThat(all(journal)).containsExactly(START, end);
      journal.append(START);
      journal.append(end);
      assertThat(all(journal)).hasSize(4);
    }
  }

  @Test
  void eventsOfOneRunDoNotHideThoseOfAnother() throws IOException {
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      journal.append(new Event.Started("s", 1, "other", "r", Map.of(), Map.of()));
      journal.append(metrics(1, 0.5));
      journal.append(new Event.Metrics("s", 1, 1, Map.of("loss", 0.5)));
      assertThat(all(journal)).hasSize(4);
    }
  }

  @Test
  void writersThatShareAJournalLoseNothingAndRepeatNothing() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (Journal reader = Journal.open(directory)) {
      List<Future<?>> writers =
          java.util.stream.IntStream.range(0, 4)
              .<Future<?>>mapToObj(
                  writer ->
                      pool.submit(
                          () -> {
                            try (Journal journal = Journal.open(directory)) {
                              journal.append(
                                  new Event.Started("r", 1, "run", null, Map.of(), Map.of()));
                              for (int step = 0; step < 200; step++) {
                                journal.append(metrics(step, step));
                                journal.append(
                                    new Event.Metrics("r", 1, step, Map.of("own" + writer, 1.0)));
                              }
                            }
                          }))
              .toList();
      for (Future<?> writer : writers) {
        writer.get();
      }
      List<Event> metrics =
          all(reader).stream().filter(event -> event instanceof Event.Metrics).toList();
      assertThat(metrics).hasSize(200 + 4 * 200).doesNotHaveDuplicates();
    } finally {
      pool.shutdownNow();
    }
  }

  /** Closing a handle of a file drops all locks that the process has on it. */
  @Test
  void readingDoesNotLetAnotherProcessInBetween() throws Exception {
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      Process other = ChildJvm.start(JournalChild.class, directory.toString());
      int steps = 0;
      while (other.isAlive() || steps < 1000) {
        journal.append(metrics(steps, steps));
        if (steps % 3 == 0) {
          assertThat(journal.read(0).entries()).isNotEmpty();
        }
        steps++;
      }
      assertThat(other.waitFor()).isZero();
      List<Event> events = all(journal);
      assertThat(events).hasSize(1 + steps + JournalChild.EVENTS).doesNotHaveDuplicates();
    }
  }

  @Test
  void readerSeesWholeLinesOnly() throws IOException {
    try (Journal journal = Journal.open(directory)) {
      long end = journal.append(START);
      Files.writeString(file, "{\"crc\":\"00", StandardOpenOption.APPEND);
      assertThat(journal.read(0).next()).isEqualTo(end);
      assertThat(journal.read(end).entries()).isEmpty();
    }
  }

  @Test
  void lineLongerThanOneReadIsReadWhole() throws IOException {
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      journal.append(new Event.Tagged("r", 1, "long", "x".repeat(3 << 20)));
      journal.append(metrics(1, 0.5));
      assertThat(all(journal)).hasSize(3);
    }
  }

  @Test
  void interruptedThreadStillWrites() throws IOException {
    try (Journal journal = Journal.open(directory)) {
      journal.append(START);
      Thread.currentThread().interrupt();
      journal.append(metrics(1, 0.5));
      assertThat(Thread.interrupted()).isTrue();
      journal.append(metrics(2, 0.5));
      assertThat(all(journal)).hasSize(3);
    }
  }

  @Test
  void eventOfARunThatWasNotStartedIsAFaultOfOurs() {
    try (Journal journal = Journal.open(directory)) {
      assertThatThrownBy(() -> journal.append(metrics(1, 0.5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not started");
    }
  }

  private static Event metrics(long step, double loss) {
    return new Event.Metrics("r", 100 + step, step, Map.of("loss", loss));
  }

  private static List<Event> all(Journal journal) throws IOException {
    List<Event> events = new java.util.ArrayList<>();
    long at = 0;
    for (JournalReader.Chunk chunk = journal.read(at);
        chunk.next() > at;
        chunk = journal.read(at)) {
      chunk.entries().forEach(entry -> events.add(entry.event()));
      at = chunk.next();
    }
    return events;
  }
}
