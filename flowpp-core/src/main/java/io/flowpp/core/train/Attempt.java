package io.flowpp.core.train;

/** How a step went. */
sealed interface Attempt {
  /** The weights moved. */
  record Moved(TrainingListener.Step step) implements Attempt {}

  /** The loss or the gradient was not finite, and nothing moved. */
  record Failed(String reason) implements Attempt {}
}
