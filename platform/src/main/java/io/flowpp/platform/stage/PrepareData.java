package io.flowpp.platform.stage;

import io.flowpp.platform.config.ExperimentConfig.Data;
import io.flowpp.platform.data.DataSource;
import io.flowpp.platform.data.PrepareDataPipeline;
import io.flowpp.platform.data.PrepareRequest;
import io.flowpp.platform.data.PreparedData;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Turns raw images into shards. */
final class PrepareData implements Stage.Single<PrepareData.Input, PreparedImages> {

  /**
   * @param source the folder of the raw files
   * @param options of the runner that the shards are written by
   */
  record Input(Data data, Path source, List<String> options) {}

  @Inject
  PrepareData() {}

  @Override
  public StageName name() {
    return StageName.PREPARE_DATA;
  }

  @Override
  public Class<Input> inputType() {
    return Input.class;
  }

  @Override
  public Class<PreparedImages> outputType() {
    return PreparedImages.class;
  }

  @Override
  public boolean isNative() {
    return false;
  }

  @Override
  public PreparedImages run(Input input, StageContext context) {
    Data data = input.data();
    PrepareRequest request =
        new PrepareRequest(
            DataSource.of(data.format(), input.source()),
            data.shape(),
            data.bits(),
            data.validation());
    PreparedData prepared = prepare(request, input.options(), context);
    return new PreparedImages(
        prepared.digest(),
        prepared.train().size(),
        prepared.validation().size(),
        prepared.test().size());
  }

  private static PreparedData prepare(
      PrepareRequest request, List<String> options, StageContext context) {
    try {
      return new PrepareDataPipeline(options)
          .run(request, context.output(), context.cancellation()::isCancelled);
    } catch (CancellationException stopped) {
      throw new StageCancelledException();
    }
  }
}
