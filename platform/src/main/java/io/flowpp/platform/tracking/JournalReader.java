package io.flowpp.platform.tracking;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a journal piece by piece, whatever its length. */
final class JournalReader {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);
  private static final int READ_BYTES =
      1 << 18; // some thousand values, so that a backlog takes no memory

  private JournalReader() {}

  /** An event and the byte after its line. */
  record Entry(Event event, long end) {}

  /** What stands between two places of the file; {@code next} is where to go on reading. */
  record Chunk(List<Entry> entries, long next) {}

  /** Whole lines of a directory's journal after a place; none where there is no journal. */
  static void each(Path directory, long from, Consumer<Event> reader) throws IOException {
    Path file = directory.resolve(Journal.FILE);
    if (!Files.exists(file)) {
      return;
    }
    long at = from;
    while (true) {
      Chunk chunk = read(file, at);
      if (chunk.next() == at) {
        return;
      }
      chunk.entries().forEach(entry -> reader.accept(entry.event()));
      at = chunk.next();
    }
  }

  /**
   * Whole lines from {@code from} on, a quarter of a mebibyte of them; the chunk is empty at the
   * end of the file.
   */
  static Chunk read(Path file, long from) throws IOException {
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      return read(file, reader, from);
    }
  }

  static Chunk read(Path file, RandomAccessFile from, long start) throws IOException {
    long left = Math.max(0, from.length() - start);
    int size = (int) Math.min(left, READ_BYTES);
    while (true) {
      byte[] bytes = new byte[size];
      from.seek(start);
      from.readFully(bytes);
      Chunk chunk = parse(file, bytes, start);
      if (chunk.next() > start || size == left) {
        return chunk;
      }
      size = (int) Math.min(left, 2L * size); // one line longer than all that was read
    }
  }

  private static Chunk parse(Path file, byte[] bytes, long start) {
    List<Entry> entries = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        Optional<Event> event = JournalLine.decode(bytes, from, i);
        if (event.isPresent()) {
          entries.add(new Entry(event.get(), start + i + 1));
        } else {
          LOG.warn("{}: the line at byte {} is damaged and was passed over", file, start + from);
        }
        from = i + 1;
      }
    }
    return new Chunk(entries, start + from);
  }
}
