package io.flowpp.platform.tracking;

import io.flowpp.platform.config.UserFault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes a tracker's events to its journal, so that a training spends no more on a
 * value or a picture than putting it into a queue. What a killed process leaves in the queue, the
 * tenth of a second before, a resumed training tells again from its output. Other events are
 * written when the call returns.
 *
 * <p>Nothing here heeds an interrupt: an event is written all the same.
 */
final class JournalWriter implements AutoCloseable {
  private static final int MOST = 10_000; // events that wait for a disk that has stopped

  /**
   * How long what nobody waits for may lie in the queue. Were the writer woken by each value, it
   * would take the core of the training, which waits for it within the call.
   */
  private static final long REST_NANOS = 100_000_000;

  private final Journal journal;
  private final Runnable written;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All below is guarded by the lock.
  private final Deque<Event> queue = new ArrayDeque<>();
  private long put;
  private boolean hurry; // somebody waits
  private long done;
  private boolean stopped;
  private boolean ended;
  private @Nullable RuntimeException fault;

  private JournalWriter(Journal journal, Runnable written) {
    this.journal = journal;
    this.written = written;
  }

  /**
   * @param written is told, on the writer's thread, that there is more in the journal
   */
  static JournalWriter start(Journal journal, Runnable written) {
    JournalWriter writer = new JournalWriter(journal, written);
    Thread thread = new Thread(writer::run, "journal-writer");
    thread.setDaemon(true);
    thread.start();
    return writer;
  }

  /**
   * Will be written; returns at once, unless the disk has not taken anything for long.
   *
   * @throws RuntimeException that the journal threw for an earlier event
   */
  void later(Event event) {
    put(event);
  }

  /**
   * Is written when this returns.
   *
   * @throws RuntimeException that the journal throws
   */
  void now(Event event) {
    await(put(event));
  }

  /** Returns when all that was put is written. */
  void drain() {
    await(count());
  }

  /** Writes what is left, and stops. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
      while (!ended) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private long count() {
    lock.lock();
    try {
      return put;
    } finally {
      lock.unlock();
    }
  }

  /** Answers how many were put so far. */
  private long put(Event event) {
    lock.lock();
    try {
      while (queue.size() >= MOST && fault == null && !stopped) {
        changed.awaitUninterruptibly();
      }
      if (fault != null) {
        throw again(fault);
      }
      if (stopped) {
        throw new IllegalStateException("the tracker is closed; an event came late: " + event);
      }
      queue.add(event);
      put++;
      return put;
    } finally {
      lock.unlock();
    }
  }

  private void await(long event) {
    lock.lock();
    try {
      hurry = true;
      changed.signalAll();
      while (done < event && fault == null) {
        changed.awaitUninterruptibly();
      }
      if (done < event && fault != null) {
        throw again(fault);
      }
    } finally {
      lock.unlock();
    }
  }

  /** An exception of its own for each who hears of it: nobody can suppress one by itself. */
  private static RuntimeException again(RuntimeException fault) {
    return fault instanceof UserFault told
        ? new UserFault(
            told.exitCode(), told.code(), told.message(), told.where(), told.suggestion(), told)
        : new IllegalStateException(fault.getMessage(), fault);
  }

  private void run() {
    try {
      for (List<Event> batch = next(); !batch.isEmpty(); batch = next()) {
        journal.append(batch);
        written.run();
        tell(batch.size());
      }
    } catch (Throwable thrown) { // an Error, too: a training would wait for this thread for ever
      fail(thrown);
    } finally {
      end();
    }
  }

  /** What waits; empty at the end. */
  private List<Event> next() {
    lock.lock();
    try {
      do {
        rest();
        hurry = false;
      } while (queue.isEmpty() && !stopped);
      List<Event> batch = new ArrayList<>(queue);
      queue.clear();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Until somebody waits for what is in the queue, or a moment has gone by. */
  private void rest() {
    long left = REST_NANOS;
    while (left > 0 && !hurry && !stopped) {
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) { // not heeded, as everywhere here
        left = 0;
      }
    }
  }

  private void tell(int events) {
    lock.lock();
    try {
      done += events;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable thrown) {
    lock.lock();
    try {
      fault =
          thrown instanceof RuntimeException e
              ? e
              : new IllegalStateException("the journal cannot be written: " + thrown, thrown);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
