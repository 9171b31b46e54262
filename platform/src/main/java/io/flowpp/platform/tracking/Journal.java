package io.flowpp.platform.tracking;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final String LOCK = "journal.lock";
  private static final long LOCK_PATIENCE_NANOS = 30_000_000_000L;
  private static final long LOCK_RETRY_NANOS = 100_000;

  private final Path file;
  // Not a FileChannel: an interrupt of the training thread would close it for every thread.
  private final RandomAccessFile access;
  // Not the journal itself: closing any handle of a file drops the process's locks on it, and
  // readers of the journal come and go.
  private final RandomAccessFile lockFile;
  private final Recorded recorded = new Recorded();
  private long end;
  private boolean closed;

  private Journal(Path file, RandomAccessFile access, RandomAccessFile lockFile) {
    this.file = file;
    this.access = access;
    this.lockFile = lockFile;
  }

  /** Opens the journal of a directory, which is made if absent, and repairs its end. */
  static Journal open(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      Files.createDirectories(directory);
      Journal journal =
          new Journal(
              file,
              new RandomAccessFile(file.toFile(), "rw"),
              new RandomAccessFile(directory.resolve(LOCK).toFile(), "rw"));
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
  long append(Event event) {
    return append(List.of(event));
  }

  /** The same for several at once, which is cheaper. */
  synchronized long append(List<Event> events) {
    if (closed) {
      throw new IllegalStateException(
          "the journal " + file + " is closed; events came late: " + events);
    }
    try {
      FileLock lock = lock();
      try {
        catchUp();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try {
          for (Event event : events) {
            Optional<Event> fresh = recorded.reduce(event);
            if (fresh.isPresent()) {
              lines.writeBytes(JournalLine.encode(fresh.get()));
              recorded.note(fresh.get());
            }
          }
        } finally {
          write(lines.toByteArray()); // also what stands before an event that is a fault of ours
        }
        return end;
      } finally {
        lock.release();
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** The path of an artifact of a run by its digest. */
  synchronized Optional<String> artifact(String run, String sha256) {
    return recorded.artifact(run, sha256);
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
   * Whole lines from {@code from} on, a quarter of a mebibyte of them; the chunk is empty at the
   * end of the file.
   */
  JournalReader.Chunk read(long from) throws IOException {
    return JournalReader.read(file, from);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        FileLock lock = lock(); // so that no other tracker of this process has it: see lockFile
        access.close();
        lock.release();
        lockFile.close();
      } catch (IOException e) {
        throw unwritable(file, e);
      }
    }
  }

  private void write(byte[] lines) throws IOException {
    try {
      access.seek(end);
      access.write(lines);
      end += lines.length;
    } catch (IOException e) {
      access.setLength(end); // a full disk may have taken half of a line
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
      JournalReader.Chunk chunk = JournalReader.read(file, access, end);
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

  private FileLock lock() throws IOException {
    long deadline = System.nanoTime() + LOCK_PATIENCE_NANOS;
    while (true) {
      try {
        FileLock lock = lockFile.getChannel().tryLock();
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
