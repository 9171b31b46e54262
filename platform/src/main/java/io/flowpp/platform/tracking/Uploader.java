package io.flowpp.platform.tracking;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that talks to the server, for one journal. Where several processes have the
 * journal open, one of them sends (it holds the lock on {@code upload.lock}), and the others read
 * from the disk how far it is.
 */
final class Uploader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);
  private static final Duration GATHER =
      Duration.ofSeconds(1); // bigger batches cost the server less
  private static final Duration IDLE = Duration.ofSeconds(2); // another process may have appended
  private static final Duration OTHERS = Duration.ofMillis(250);
  private static final Duration LOST =
      Duration.ofSeconds(3); // nobody waits longer for a server that does not answer
  private static final Duration LEAVE = Duration.ofSeconds(1);

  /** Another process that sends to this server saves more often how far it is. */
  private static final Duration HELD = Duration.ofSeconds(5);

  private final Journal journal;
  private final Path directory;
  private final Destination destination;
  private final String experiment;
  private final Function<URI, MlflowRest> connection;
  private final Breaker breaker;
  private final Path stateFile;
  private final Thread thread;

  // Of the uploader's thread alone.
  private @Nullable MlflowRest rest;
  private @Nullable URI connected;

  // All below is guarded by this.
  private SentState state;
  private @Nullable String trouble;
  private boolean absent;
  private boolean lost; // the circuit is open
  private boolean hurry;
  private boolean woken;
  private boolean stopped;
  private boolean adopted; // the server was asked for parents of other journals
  private boolean dead; // nothing is sent any more
  private long moved = System.nanoTime(); // when more was known to be sent

  private Uploader(
      Journal journal,
      Path directory,
      Destination destination,
      String experiment,
      Function<URI, MlflowRest> connection,
      Breaker breaker)
      throws IOException {
    this.journal = journal;
    this.directory = directory;
    this.destination = destination;
    this.experiment = experiment;
    this.connection = connection;
    this.breaker = breaker;
    this.stateFile = stateFile(directory, destination);
    this.state = SentState.read(stateFile);
    this.thread = new Thread(this::run, "mlflow-uploader");
    thread.setDaemon(true);
  }

  static Uploader start(
      Journal journal,
      Path directory,
      Destination destination,
      String experiment,
      Function<URI, MlflowRest> connection,
      Breaker breaker)
      throws IOException {
    Uploader uploader =
        new Uploader(journal, directory, destination, experiment, connection, breaker);
    uploader.thread.start();
    return uploader;
  }

  /** One file for each server that the journal was ever sent to. */
  static Path stateFile(Path directory, Destination destination) {
    return directory.resolve(
        "sent-" + Digests.sha256(destination.identity()).substring(0, 12) + ".json");
  }

  /** Something was appended. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  synchronized SentState sent() {
    return state;
  }

  /**
   * Everything is on the server up to {@code offset}, and under what it belongs if that is there.
   */
  synchronized boolean isDone(long offset) {
    return state.offset() >= offset && (adopted || state.orphans().isEmpty());
  }

  private synchronized void haveAdopted() {
    adopted = true;
    notifyAll();
  }

  synchronized Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** There is no server, and there will be none. */
  synchronized boolean isAbsent() {
    return absent;
  }

  /**
   * Waits until the journal is sent up to {@code offset}, there can be no server, or the patience
   * is over. Of a server that has not answered for a while not much is expected.
   *
   * @param patience without anything sent
   * @param most altogether
   */
  synchronized void await(long offset, Duration patience, Duration most) {
    long begin = System.nanoTime();
    hurry = true;
    notifyAll();
    try {
      while (!isDone(offset) && !absent && !stopped && !dead) {
        Duration still = lost && LOST.compareTo(patience) < 0 ? LOST : patience;
        long since = Math.max(begin, moved);
        long until = Math.min(since + still.toNanos(), begin + most.toNanos());
        long millis = (until - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return;
        }
        wait(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hurry = false;
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      stopped = true;
      notifyAll();
    }
    try {
      thread.join(LEAVE.toMillis());
      thread.interrupt();
      thread.join(LEAVE.toMillis());
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (FileChannel lockFile =
        FileChannel.open(
            directory.resolve("upload.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      while (!isStopped()) {
        FileLock lock = tryLock(lockFile);
        if (lock == null) {
          readState();
          complainIfHeld();
          pause(OTHERS, false);
        } else {
          readState();
          synchronized (this) {
            trouble = null; // that of the lock, if any
          }
          upload();
          return;
        }
      }
    } catch (Destination.Absent e) {
      LOG.warn("tracking goes to the journal only: {}", e.getMessage());
      synchronized (this) {
        trouble = e.getMessage();
        absent = true;
        notifyAll();
      }
    } catch (IOException e) {
      die(Reasons.of(e), e);
    } catch (RuntimeException | Error e) { // else whoever waits would not hear of it
      die("the uploader has failed, see the log: " + e, e);
    }
  }

  private void die(String because, Throwable thrown) {
    LOG.warn(
        "{}: nothing is uploaded; the journal is complete: {}",
        directory,
        thrown.toString(),
        thrown);
    synchronized (this) {
      trouble = because;
      dead = true;
      notifyAll();
    }
  }

  /** Whoever holds the lock sends to the server of its own environment, or hangs. */
  private synchronized void complainIfHeld() {
    boolean waits = state.offset() < journal.end();
    trouble =
        waits && System.nanoTime() - moved > HELD.toNanos()
            ? "another process sends this journal, to another server or not at all just now (it holds "
                + directory.resolve("upload.lock")
                + ")"
            : null;
  }

  private void upload() throws Destination.Absent {
    @Nullable Sender sender = null;
    boolean forgot = false;
    while (!isStopped()) {
      try {
        if (sender == null) {
          MlflowRest rest = connect();
          if (breaker.isDoubtful()) {
            rest.ask(Breaker.QUESTION);
          }
          sender = new Sender(rest, experiment, directory, sent(), this::save);
        }
        sendAll(sender);
        sender.adopt();
        breaker.succeeded();
        haveAdopted();
        setTrouble(null);
        pause(IDLE, true);
      } catch (IOException e) {
        if (isStopped()) {
          return;
        }
        if (e instanceof MlflowRefusal refusal
            && refusal.isMissing()
            && !forgot
            && sender != null) {
          LOG.warn(
              "the server does not know the runs of {} any more: the journal is sent again, whole",
              directory);
          forgot = true;
          forget(sender);
        } else {
          sender = null; // the managed server may come back at another port
          if (e instanceof MlflowRefusal refusal && refusal.isLogin()) {
            this.rest = null; // or with another login
          }
          Duration rest = breaker.failed();
          setTrouble(Reasons.of(e));
          pause(rest, false);
        }
      }
    }
  }

  private MlflowRest connect() throws IOException, Destination.Absent {
    URI uri = destination.connect();
    if (rest == null || !uri.equals(connected)) {
      rest = connection.apply(uri); // one client, one pool of connections, for one address
      connected = uri;
    }
    return rest;
  }

  private void sendAll(Sender sender) throws IOException {
    while (!isStopped()) {
      synchronized (this) {
        woken = false;
      }
      JournalReader.Chunk chunk = journal.read(sender.state().offset());
      if (chunk.next() == sender.state().offset()) {
        return;
      }
      journal.force(); // nothing may be on the server that a power cut takes from the journal
      sender.send(chunk);
    }
  }

  private void forget(Sender sender) {
    try {
      sender.forget();
    } catch (IOException e) {
      setTrouble(Reasons.of(e));
    }
  }

  private void save(SentState next) throws IOException {
    next.write(stateFile);
    know(next);
  }

  private void readState() throws IOException {
    know(SentState.read(stateFile));
  }

  private synchronized void know(SentState next) {
    if (next.offset() != state.offset()) {
      moved = System.nanoTime();
    }
    state = next;
    notifyAll();
  }

  private synchronized void setTrouble(@Nullable String message) {
    if (message != null && trouble == null) {
      LOG.warn("the tracking server fails ({}); events wait in the journal {}", message, directory);
    } else if (message == null && trouble != null) {
      LOG.info("the tracking server answers again");
    }
    trouble = message;
    lost = message != null && breaker.isOpen();
    notifyAll();
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  /**
   * Waits; with {@code untilWoken}, only until there is something to send and a moment was left for
   * more of it.
   */
  private void pause(Duration most, boolean untilWoken) {
    long deadline = System.nanoTime() + most.toNanos();
    long gatherUntil = Long.MAX_VALUE;
    synchronized (this) {
      try {
        while (!stopped) {
          long now = System.nanoTime();
          if (untilWoken && woken) {
            gatherUntil = Math.min(gatherUntil, now + GATHER.toNanos());
            if (hurry || now >= gatherUntil) {
              return;
            }
          }
          long left = Math.min(deadline, untilWoken && woken ? gatherUntil : deadline) - now;
          if (left <= 0) {
            return;
          }
          wait(Math.max(1, left / 1_000_000));
        }
      } catch (InterruptedException e) {
        stopped = true;
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another tracker of this process has it
    }
  }
}
