package io.flowpp.platform.data;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;

/** Keeps what failed where the process that started the pipeline looks. */
final class KeepDeadLetterFn extends DoFn<DeadLetter, Void> {
  private static final long serialVersionUID = 1L;

  private final String outcomes;

  KeepDeadLetterFn(Path outcomes) {
    this.outcomes = outcomes.toString();
  }

  @ProcessElement
  public void keep(@Element DeadLetter letter) throws IOException {
    new Outcomes(Path.of(outcomes)).dead(letter);
  }
}
