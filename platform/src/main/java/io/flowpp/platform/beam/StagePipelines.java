package io.flowpp.platform.beam;

import com.google.inject.Injector;
import io.flowpp.platform.stage.ChannelFolder;
import io.flowpp.platform.stage.Channels;
import io.flowpp.platform.stage.FanOutRunner;
import io.flowpp.platform.stage.SingleRunner;
import io.flowpp.platform.stage.StageCall;
import io.flowpp.platform.stage.StageJson;
import io.flowpp.platform.stage.StageOutcome;
import io.flowpp.platform.stage.StageServices;
import io.flowpp.platform.stage.StageStatus;
import io.flowpp.platform.workspace.StageLock;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithKeys;

/** Has Beam run a stage: a pipeline of one element, or of one element a unit. */
public final class StagePipelines {
  private final WorkerSpec worker;

  @Inject
  StagePipelines(WorkerSpec worker) {
    this.worker = worker;
  }

  /** Answers when the stage is over; a failure is an answer too. */
  public StageOutcome run(StageCall call, String runner, Channels.Channel channel) {
    Injector stages = Workers.injector(worker);
    StageServices services = stages.getInstance(StageServices.class);
    Channels channels = stages.getInstance(Channels.class);
    try (Channels.Opened open = channels.open(call.channel(), channel)) {
      if (services.hasOwnPipeline(call.stage())) {
        return stages.getInstance(SingleRunner.class).run(call);
      }
      if (runner.equals(Runners.IN_LINE)) {
        return services.fansOut(call.stage())
            ? inLine(call, stages.getInstance(FanOutRunner.class))
            : stages.getInstance(SingleRunner.class).run(call);
      }
      int parallelism =
          services.isNative(call.stage()) ? 1 : Runtime.getRuntime().availableProcessors();
      List<String> options = Runners.options(runner, parallelism);
      Function<Pipeline, StageOutcome> run = runOf(call, channel, Runners.cluster(runner));
      return StageOutcome.orFailure(
          call.stage(),
          () ->
              services.fansOut(call.stage())
                  ? fanOut(call, options, stages.getInstance(FanOutRunner.class), run)
                  : run.apply(single(call, options)));
    }
  }

  private static Function<Pipeline, StageOutcome> runOf(
      StageCall call, Channels.Channel channel, Optional<FlinkCluster> cluster) {
    if (cluster.isEmpty()) {
      return pipeline -> new StagePipeline(pipeline, call).runHere();
    }
    return pipeline -> {
      try (ChannelFolder folder = ChannelFolder.open(call, channel)) {
        return new StagePipeline(pipeline, call)
            .runOn(cluster.get(), () -> folder.isBroken() || channel.cancellation().isCancelled());
      }
    };
  }

  private Pipeline single(StageCall call, List<String> options) {
    Pipeline pipeline = pipeline(call, options);
    pipeline
        .apply("Call", Create.of(StageJson.write(call)).withCoder(StringUtf8Coder.of()))
        .apply("RunStage", Letters.of(new RunStageFn(worker)))
        .apply("LeaveOutcome", ParDo.of(new LeaveOutcomeFn(call.outcome())));
    return pipeline;
  }

  private StageOutcome fanOut(
      StageCall call,
      List<String> options,
      FanOutRunner runner,
      Function<Pipeline, StageOutcome> run) {
    try (StageLock lock = runner.lock(call)) {
      if (runner.isPublished(call)) {
        return new StageOutcome(StageStatus.CACHED, 0, null);
      }
      List<String> units = runner.split(call).stream().map(StageJson::write).toList();
      Pipeline pipeline = pipeline(call, options);
      pipeline
          .apply("Units", Create.of(units).withCoder(StringUtf8Coder.of()))
          .apply("Spread", Reshuffle.viaRandomKey())
          .apply("RunUnit", Letters.of(new RunUnitFn(worker)))
          .apply("Together", WithKeys.of(StageJson.write(call)))
          .apply("Gather", GroupByKey.create())
          .apply("Finish", ParDo.of(new FinishFn(worker)))
          .apply("LeaveOutcome", ParDo.of(new LeaveOutcomeFn(call.outcome())));
      return run.apply(pipeline);
    }
  }

  /** One unit after the other, in this thread. */
  private static StageOutcome inLine(StageCall call, FanOutRunner runner) {
    return StageOutcome.orFailure(
        call.stage(),
        () -> {
          try (StageLock lock = runner.lock(call)) {
            return runner.isPublished(call)
                ? new StageOutcome(StageStatus.CACHED, 0, null)
                : runner.finish(call, runner.split(call).stream().map(runner::runUnit).toList());
          }
        });
  }

  /** Its name is the channel's, by which it is found among others on a cluster. */
  private static Pipeline pipeline(StageCall call, List<String> options) {
    var parsed = PipelineOptionsFactory.fromArgs(options.toArray(String[]::new)).create();
    parsed.setJobName(call.channel());
    return Pipeline.create(parsed);
  }
}
