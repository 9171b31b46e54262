package io.flowpp.platform.sweep;

import io.flowpp.platform.config.UserFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What all processes that work on sweeps agree on: a database. Every decision is a function of what
 * it holds, so any process can go on where another stopped. Safe for concurrent use by threads,
 * processes and (on PostgreSQL) machines; each call is one transaction. Leases are measured by the
 * database's clock.
 *
 * <p>All methods throw a {@link UserFault} that says what to do where the database is locked, gone
 * or of a later version.
 */
public interface Ledger extends AutoCloseable {
  /** The code of the fault that {@link #create} throws where there is a sweep of that name. */
  String EXISTS = "sweep-exists";

  /** Workers that one trial may cost: it could be the trial that takes its machine down. */
  int MOST_LOST = 5;

  /** All sweeps, the newest first. */
  List<SweepState> sweeps();

  Optional<SweepState> sweep(String name);

  /**
   * @throws UserFault where there is one of that name
   */
  SweepState create(SweepSpec spec, String file, String home);

  /**
   * Makes the sweep what {@code spec} says: trials with equal id and configuration stay as they
   * are, others of the same id are begun anew, new ones are pending, and those that it does not
   * name any more are cancelled unless they are over.
   */
  SweepState change(String name, SweepSpec spec);

  /** The trials in the order of their turns. */
  List<TrialState> trials(String sweep);

  /**
   * The next trial for {@code worker}: one whose lease expired, else the first pending one, where
   * the sweep's limits allow another.
   */
  Claim claim(String sweep, Worker worker, Duration lease);

  /** Which process the attempt runs in. False where the lease is lost. */
  boolean running(Lease lease, long pid, long processStart);

  /** Makes the lease longer and leaves word of how the trial goes, as JSON. */
  Hold renew(Lease lease, Duration duration, String progress);

  /**
   * Writes how the attempt ended, and what the trial is after it. False where the lease is lost:
   * then nothing is written.
   */
  boolean end(Lease lease, Ending ending);

  /**
   * The worker of an attempt is dead: its trial is free at once, or failed where it has cost
   * {@value #MOST_LOST} workers since a person last had the sweep go on. Nothing happens where the
   * lease is not held any more.
   */
  void lost(Lease lease);

  /** Asks the workers to pause what they do. */
  void stop(String sweep);

  /**
   * Paused and cancelled trials become pending, and the sweep goes on; workers that trials cost
   * before are not held against them, for whoever asks for this may have killed them.
   */
  void resume(String sweep);

  /** Failed trials become pending with all attempts before them. Answers how many. */
  int retryFailed(String sweep);

  /** Pending trials become cancelled: nothing further is begun. */
  void cancelPending(String sweep);

  void rememberMlflowRun(String sweep, String mlflowRunId);

  /**
   * Forgets the sweep.
   *
   * @throws UserFault while somebody holds a lease on one of its trials
   */
  void remove(String sweep);

  @Override
  void close();

  /** What holds of a lease. */
  enum Hold {
    HELD,
    /** Another worker has, or may have, taken the trial. */
    LOST,
    /** It is held, and a person asks for a pause. */
    STOP
  }
}
