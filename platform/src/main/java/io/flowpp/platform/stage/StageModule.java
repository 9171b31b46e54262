package io.flowpp.platform.stage;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;

/** Binds the four stages and what runs them: {@link SingleRunner} and {@link FanOutRunner}. */
public final class StageModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(Channels.class);
    bind(EvaluatorPool.class);
    bind(OpenData.class);
    bind(StageServices.class);
    bind(StageDesk.class);
    bind(SingleRunner.class);
    bind(FanOutRunner.class);
    MapBinder<StageName, Stage<?, ?>> stages =
        MapBinder.newMapBinder(
            binder(), new TypeLiteral<StageName>() {}, new TypeLiteral<Stage<?, ?>>() {});
    stages.addBinding(StageName.PREPARE_DATA).to(PrepareData.class);
    stages.addBinding(StageName.PRETRAIN_DEQUANTIZER).to(PretrainDequantizer.class);
    stages.addBinding(StageName.TRAIN_FLOW).to(TrainFlow.class);
    stages.addBinding(StageName.EVALUATE).to(Evaluate.class);
  }
}
