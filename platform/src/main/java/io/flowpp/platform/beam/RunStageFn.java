package io.flowpp.platform.beam;

import io.flowpp.platform.stage.SingleRunner;
import io.flowpp.platform.stage.StageCall;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageOutcome;
import java.util.Objects;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/** Does a stage of one piece: a call as JSON becomes its outcome as JSON. */
final class RunStageFn extends DoFn<String, String> {
  private static final long serialVersionUID = 1L;

  private final WorkerSpec worker;
  private transient @Nullable SingleRunner runner;

  RunStageFn(WorkerSpec worker) {
    this.worker = worker;
  }

  @Setup
  public void setup() {
    runner = Workers.injector(worker).getInstance(SingleRunner.class);
  }

  @ProcessElement
  public void process(@Element String call, MultiOutputReceiver out) {
    StageOutcome outcome =
        Objects.requireNonNull(runner).run(StageJson.read(call, StageCall.class));
    out.get(outcome.failure() == null ? Letters.DONE : Letters.DEAD)
        .output(StageJson.write(outcome));
  }
}
