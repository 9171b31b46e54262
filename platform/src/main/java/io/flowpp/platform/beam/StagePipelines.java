package io.flowpp.platform.beam;

import com.google.inject.Injector;
import io.flowpp.platform.stage.Channels;
import io.flowpp.platform.stage.FanOutRunner;
import io.flowpp.platform.stage.SingleRunner;
import io.flowpp.platform.stage.StageCall;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageOutcome;
import io.flowpp.platform.stage.StageServices;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.workspace.StageLock;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithKeys;
import org.joda.time.Duration;

/** Has Beam run a stage: a pipeline of one element, or of one element a unit. */
public final class StagePipelines {
  private static final Duration POLL = Duration.millis(100);
  private static final int PROBE_BYTES = 1 << 16;

  private final WorkerSpec worker;

  @Inject
  StagePipelines(WorkerSpec worker) {
    this.worker = worker;
  }

  /** Answers when the stage is over; a failure is an answer too. */
  public StageOutcome run(StageCall call, String runner, Channels.Channel channel) {
    Injector stages = Workers.injector(worker);
    Channels channels = stages.getInstance(Channels.class);
    StageServices services = stages.getInstance(StageServices.class);
    try (Channels.Opened open = channels.open(call.channel(), channel)) {
      if (services.hasOwnPipeline(call.stage())) {
        return stages.getInstance(SingleRunner.class).run(call);
      }
      int parallelism =
          services.isNative(call.stage()) ? 1 : Runtime.getRuntime().availableProcessors();
      List<String> options = Runners.options(runner, parallelism);
      return services.fansOut(call.stage())
          ? fanOut(call, options, stages.getInstance(FanOutRunner.class))
          : single(call, options);
    }
  }

  private StageOutcome single(StageCall call, List<String> options) {
    return StageOutcome.orFailure(
        call.stage(),
        () -> {
          Pipeline pipeline = pipeline(call.stage(), options);
          pipeline
              .apply("Call", Create.of(StageJson.write(call)).withCoder(StringUtf8Coder.of()))
              .apply("RunStage", Letters.of(new RunStageFn(worker)))
              .apply("LeaveOutcome", ParDo.of(new LeaveOutcomeFn(call.outcome())));
          return outcome(pipeline, call);
        });
  }

  private StageOutcome fanOut(StageCall call, List<String> options, FanOutRunner runner) {
    return StageOutcome.orFailure(
        call.stage(),
        () -> {
          try (StageLock lock = runner.lock(call)) {
            if (runner.isPublished(call)) {
              return new StageOutcome(StageStatus.CACHED, 0, null);
            }
            List<String> units = runner.split(call).stream().map(StageJson::write).toList();
            Pipeline pipeline = pipeline(call.stage(), options);
            pipeline
                .apply("Units", Create.of(units).withCoder(StringUtf8Coder.of()))
                .apply("Spread", Reshuffle.viaRandomKey())
                .apply("RunUnit", Letters.of(new RunUnitFn(worker)))
                .apply("Together", WithKeys.of(StageJson.write(call)))
                .apply("Gather", GroupByKey.create())
                .apply("Finish", ParDo.of(new FinishFn(worker)))
                .apply("LeaveOutcome", ParDo.of(new LeaveOutcomeFn(call.outcome())));
            return outcome(pipeline, call);
          }
        });
  }

  /** On a full disk neither the stage's work nor what came of it could be written. */
  private static void requireRoom(Path outcome) {
    Path probe = outcome.resolveSibling(outcome.getFileName() + ".probe");
    try {
      try {
        Files.write(probe, new byte[PROBE_BYTES]);
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("what came of the stage cannot be written", e);
    }
  }

  private static Pipeline pipeline(StageName stage, List<String> options) {
    var parsed = PipelineOptionsFactory.fromArgs(options.toArray(String[]::new)).create();
    parsed.setJobName(stage.id());
    return Pipeline.create(parsed);
  }

  private static StageOutcome outcome(Pipeline pipeline, StageCall call) {
    PipelineResult result = pipeline.run();
    PipelineResult.State state = result.getState();
    while (!state.isTerminal()) {
      PipelineResult.State now = result.waitUntilFinish(POLL);
      state = now == null ? result.getState() : now;
    }
    try {
      if (!Files.exists(call.outcome())) {
        requireRoom(call.outcome());
      }
      if (state != PipelineResult.State.DONE || !Files.exists(call.outcome())) {
        throw new IllegalStateException(
            "the pipeline ended as " + state + " without an outcome in " + call.outcome());
      }
      StageOutcome outcome = StageJson.readFile(call.outcome(), StageOutcome.class);
      Files.delete(call.outcome());
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
