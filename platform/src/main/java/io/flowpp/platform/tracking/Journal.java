package io.flowpp.platform.tracking;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of some runs as checksummed lines in one file that only grows. An event that is
 * appended survives the death of this process at any moment; before it goes to a server it is
 * forced to the disk too. Several processes may append: each append takes the file's lock and first
 * reads what the others wrote.
 *
 * <p>A last line without its line feed is what a killed process left half written: it is cut off. A
 * whole line with a wrong checksum is damage: it is told and passed over.
 */
final class Journal implements AutoCloseable {
  static final String FILE = "journal.jsonl";

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final long LOCK_AT =
      Long.MAX_VALUE - 1; // far beyond any line: the lock guards the order of writers, not bytes
  private static final long LOCK_PATIENCE_NANOS = 30_000_000_000L;
  private static final long LOCK_RETRY_NANOS = 100_000;
  private static final int READ_BYTES = 1 << 20;

  /** An event and the byte after its line. */
  record Entry(Event event, long end) {}

  /** What stands between two places of the file; {@code next} is where to go on reading. */
  record Chunk(List<Entry> entries, long next) {}

  private final Path file;
  // Not a FileChannel: an interrupt of the training thread would close it for every thread.
  private final RandomAccessFile access;
  private final Recorded recorded = new Recorded();
  private long end;
  private boolean closed;

  private Journal(Path file, RandomAccessFile access) {
    this.file = file;
    this.access = access;
  }

  /** Opens the journal of a directory, which is made if absent, and repairs its end. */
  static Journal open(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      Files.createDirectories(directory);
      Journal journal = new Journal(file, new RandomAccessFile(file.toFile(), "rw"));
      synchronized (journal) {
        FileLock lock = journal.lock();
        try {
          journal.catchUp();
        } finally {
          lock.release();
        }
      }
      return journal;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Writes what of the event is not in the journal yet, and returns the journal's end after it. */
  synchronized long append(Event event) {
    if (closed) {
      throw new IllegalStateException(
          "the journal " + file + " is closed; an event came late: " + event);
    }
    try {
      FileLock lock = lock();
      try {
        catchUp();
        Optional<Event> fresh = recorded.reduce(event);
        if (fresh.isPresent()) {
          write(JournalLine.encode(fresh.get()));
          recorded.note(fresh.get());
        }
        return end;
      } finally {
        lock.release();
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Where the next event will stand, as far as this process knows. */
  synchronized long end() {
    return end;
  }

  /** Waits until the disk has what was appended. */
  void force() throws IOException {
    access.getFD().sync();
  }

  /**
   * Whole lines from {@code from} on, about a mebibyte of them; the chunk is empty at the end of
   * the file.
   */
  Chunk read(long from) throws IOException {
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      return read(reader, from);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        access.close();
      } catch (IOException e) {
        throw unwritable(file, e);
      }
    }
  }

  private void write(byte[] line) throws IOException {
    try {
      access.seek(end);
      access.write(line);
      end += line.length;
    } catch (IOException e) {
      access.setLength(end); // a full disk may have taken half of the line
      throw e;
    }
  }

  /**
   * Takes in what other processes appended, and cuts off what a dead one left half written: the
   * lock says that nobody is writing now.
   */
  private void catchUp() throws IOException {
    long length = access.length();
    while (end < length) {
      Chunk chunk = read(access, end);
      chunk.entries().forEach(entry -> recorded.note(entry.event()));
      if (chunk.next() == end) {
        LOG.warn(
            "{}: the last line is half written ({} bytes) and was cut off", file, length - end);
        access.setLength(end);
        return;
      }
      end = chunk.next();
    }
  }

  private Chunk read(RandomAccessFile from, long start) throws IOException {
    long left = Math.max(0, from.length() - start);
    int size = (int) Math.min(left, READ_BYTES);
    while (true) {
      byte[] bytes = new byte[size];
      from.seek(start);
      from.readFully(bytes);
      Chunk chunk = parse(bytes, start);
      if (chunk.next() > start || size == left) {
        return chunk;
      }
      size = (int) Math.min(left, 2L * size); // one line longer than all that was read
    }
  }

  private Chunk parse(byte[] bytes, long start) {
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

  private FileLock lock() throws IOException {
    long deadline = System.nanoTime() + LOCK_PATIENCE_NANOS;
    while (true) {
      try {
        FileLock lock = access.getChannel().tryLock(LOCK_AT, 1, false);
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        LOG.trace("another tracker of this process is appending");
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("another process has held its lock for 30 seconds");
      }
      LockSupport.parkNanos(LOCK_RETRY_NANOS);
    }
  }

  private static UserFault unwritable(Path file, IOException e) {
    return new UserFault(
        ExitCode.FAILED,
        "journal-unwritable",
        "the journal of the run cannot be written: " + e.getMessage(),
        file.toString(),
        "check the disk's free space and the permissions of the workspace, then give the same command again: it resumes",
        e);
  }
}
