package io.flowpp.platform.beam;

import com.google.common.collect.Streams;
import io.flowpp.platform.stage.FanOutRunner;
import io.flowpp.platform.stage.StageCall;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.UnitOutcome;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.jspecify.annotations.Nullable;

/** Combines a stage from the outcomes of all its units, which arrive in any order. */
final class FinishFn extends DoFn<KV<String, Iterable<String>>, String> {
  private static final long serialVersionUID = 1L;

  private final WorkerSpec worker;
  private transient @Nullable FanOutRunner runner;

  FinishFn(WorkerSpec worker) {
    this.worker = worker;
  }

  @Setup
  public void setup() {
    runner = Workers.injector(worker).getInstance(FanOutRunner.class);
  }

  /** The key is the call. */
  @ProcessElement
  public void process(@Element KV<String, Iterable<String>> units, OutputReceiver<String> out) {
    List<UnitOutcome> outcomes =
        Streams.stream(units.getValue())
            .map(json -> StageJson.read(json, UnitOutcome.class))
            .toList();
    StageCall call = StageJson.read(units.getKey(), StageCall.class);
    out.output(StageJson.write(Objects.requireNonNull(runner).finish(call, outcomes)));
  }
}
