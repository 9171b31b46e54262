package io.flowpp.platform.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class JournalWriterTest {
  private static final Event START = new Event.Started("r", 1, "run", null, Map.of(), Map.of());

  @TempDir Path directory;

  @Test
  void whatIsPutIsWrittenInOrderBeforeItCloses() throws IOException {
    AtomicInteger told = new AtomicInteger();
    try (Journal journal = Journal.open(directory)) {
      try (JournalWriter writer = JournalWriter.start(journal, told::incrementAndGet)) {
        writer.now(START);
        assertThat(events()).containsExactly(START);
        for (int step = 0; step < 30_000; step++) {
          writer.later(metrics(step));
        }
      }
      List<Event> events = events();
      assertThat(events).hasSize(30_001);
      assertThat(events.get(30_000)).isEqualTo(metrics(29_999));
      assertThat(told.get()).isPositive();
    }
  }

  @Test
  void drainingWaitsForAllThatWasPut() throws IOException {
    try (Journal journal = Journal.open(directory);
        JournalWriter writer = JournalWriter.start(journal, () -> {})) {
      writer.now(START);
      for (int step = 0; step < 100; step++) {
        writer.later(metrics(step));
      }
      Thread.currentThread().interrupt(); // which nothing here heeds
      writer.drain();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(events()).hasSize(101);
    }
  }

  @Test
  void aFaultOfTheJournalIsThrownToWhoeverComesNext() {
    try (Journal journal = Journal.open(directory);
        JournalWriter writer = JournalWriter.start(journal, () -> {})) {
      writer.later(metrics(1)); // of a run that was never started
      assertThatThrownBy(writer::drain).hasMessageContaining("not started");
      assertThatThrownBy(() -> writer.later(metrics(2))).hasMessageContaining("not started");
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // waits heed no interrupt
  void anErrorOfTheWriterIsThrownToWhoeverWaits() {
    try (Journal journal = Journal.open(directory)) {
      JournalWriter writer =
          JournalWriter.start(
              journal,
              () -> {
                throw new NoClassDefFoundError("gone");
              });
      assertThatThrownBy(() -> writer.now(START)).hasMessageContaining("gone");
      assertThatThrownBy(() -> writer.later(metrics(1))).hasMessageContaining("gone");
      assertThatThrownBy(writer::drain).hasMessageContaining("gone");
      writer.close();
    }
  }

  @Test
  void anEventAfterTheEndIsRefused() {
    try (Journal journal = Journal.open(directory)) {
      JournalWriter writer = JournalWriter.start(journal, () -> {});
      writer.now(START);
      writer.close();
      assertThatThrownBy(() -> writer.later(metrics(1))).hasMessageContaining("came late");
    }
  }

  private static Event metrics(long step) {
    return new Event.Metrics("r", 100 + step, step, Map.of("loss", 0.5));
  }

  private List<Event> events() throws IOException {
    List<Event> events = new ArrayList<>();
    JournalReader.each(directory, 0, events::add);
    return events;
  }
}
