package io.flowpp.platform.beam;

import io.flowpp.platform.stage.FanOutRunner;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.UnitCall;
import io.flowpp.platform.stage.UnitOutcome;
import java.util.Objects;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one unit of a stage: a unit as JSON becomes its outcome as JSON. */
final class RunUnitFn extends DoFn<String, String> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RunUnitFn.class);

  private final WorkerSpec worker;
  private transient @Nullable FanOutRunner runner;

  RunUnitFn(WorkerSpec worker) {
    this.worker = worker;
  }

  @Setup
  public void setup() {
    runner = Workers.injector(worker).getInstance(FanOutRunner.class);
  }

  @ProcessElement
  public void process(@Element String unit, MultiOutputReceiver out) {
    UnitCall call = StageJson.read(unit, UnitCall.class);
    UnitOutcome outcome = Objects.requireNonNull(runner).runUnit(call);
    LOG.info("unit {} of {}: {}", call.index(), call.call().channel(), outcome.status());
    out.get(outcome.failure() == null ? Letters.DONE : Letters.DEAD)
        .output(StageJson.write(outcome));
  }

  /** On a cluster, each process that did units holds a model; the one that finishes is any. */
  @Teardown
  public void tearDown() {
    if (runner != null) {
      runner.rest();
    }
  }
}
