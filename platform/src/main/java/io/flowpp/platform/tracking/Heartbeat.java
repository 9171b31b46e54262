package io.flowpp.platform.tracking;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tags every open run with the time, again and again, so that others can tell one that works from
 * one whose process was killed.
 */
final class Heartbeat implements AutoCloseable {
  static final String TAG = "flowpp.heartbeat";

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration EVERY = Duration.ofSeconds(30);

  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Clock clock;
  private final Consumer<Event> append;
  private final Thread thread;

  private Heartbeat(Clock clock, Consumer<Event> append) {
    this.clock = clock;
    this.append = append;
    this.thread = new Thread(this::run, "tracking-heartbeat");
    thread.setDaemon(true);
  }

  static Heartbeat start(Clock clock, Consumer<Event> append) {
    Heartbeat heartbeat = new Heartbeat(clock, append);
    heartbeat.thread.start();
    return heartbeat;
  }

  void begins(String run) {
    open.add(run);
  }

  void ends(String run) {
    open.remove(run);
  }

  /** Returns when no beat is under way any more. */
  @Override
  public void close() {
    stopped.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        beat();
      }
    } catch (InterruptedException e) {
      LOG.debug("the heartbeat ends", e);
    }
  }

  private void beat() {
    try {
      for (String run : open) {
        append.accept(new Event.Tagged(run, clock.millis(), TAG, clock.instant().toString()));
      }
    } catch (RuntimeException e) {
      LOG.warn("no heartbeat: {}", e.getMessage()); // the training will hear of a full disk itself
    }
  }
}
