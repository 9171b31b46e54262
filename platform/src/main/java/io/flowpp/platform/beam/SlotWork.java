package io.flowpp.platform.beam;

/**
 * What a worker slot does until there is nothing left to do. Bound by the module that the slot's
 * {@link WorkerSpec} names; one for each process.
 */
public interface SlotWork {
  /**
   * Works until there is nothing more to do, or the thread is interrupted. Throws nothing: what
   * goes wrong is left where others find it.
   *
   * @param assignment the same for all slots, as JSON
   */
  void work(String assignment);

  /** Has all {@link #work} of this process on that assignment come to its end soon. */
  void cancel(String assignment);
}
