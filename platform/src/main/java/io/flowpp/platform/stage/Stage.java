package io.flowpp.platform.stage;

import java.util.List;

/**
 * One stage of an experiment: a plain service from an input record to an output record plus files.
 * Inputs, units and outputs are records that Jackson can write and read, since a worker may be
 * another process. A stage may be run again at any time, also while another process runs it.
 */
public sealed interface Stage<I, O extends StageOutput> {
  StageName name();

  Class<I> inputType();

  Class<O> outputType();

  /** Whether the stage computes with the native library, which owns all its threads. */
  boolean isNative();

  /** A stage that is one piece of work. */
  non-sealed interface Single<I, O extends StageOutput> extends Stage<I, O> {
    O run(I input, StageContext context);
  }

  /**
   * A stage that is cut into units, which may run anywhere and in any order.
   *
   * @param <U> a unit of work
   * @param <P> what a unit gives
   */
  non-sealed interface FanOut<I, U, P, O extends StageOutput> extends Stage<I, O> {
    Class<U> unitType();

    Class<P> partType();

    List<U> split(I input);

    P runUnit(I input, U unit, StageContext context);

    /** The output, from the parts in the order of their units. */
    O combine(I input, List<P> parts, StageContext context);

    /** Frees what this process kept for further units. */
    void rest();
  }
}
