package io.flowpp.platform.beam;

import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageOutcome;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves a stage's outcome where the driver looks for it, whichever process that is. */
final class LeaveOutcomeFn extends DoFn<String, Void> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(LeaveOutcomeFn.class);

  private final String file;

  LeaveOutcomeFn(Path file) {
    this.file = file.toString();
  }

  @ProcessElement
  public void process(@Element String outcome) {
    try {
      StageJson.writeFile(Path.of(file), StageJson.read(outcome, StageOutcome.class));
    } catch (IOException e) {
      // An exception would have the runner do the stage again; the driver tells a missing outcome.
      LOG.error("cannot write " + file, e);
    }
  }
}
