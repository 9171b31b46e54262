package io.flowpp.platform.execution;

import com.google.inject.AbstractModule;
import io.flowpp.platform.data.RawDigests;
import java.time.Clock;

/** Binds what commands ask for: {@link Planner}, {@link RunExperiment} and {@link RunRecords}. */
public final class ExecutionModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(Clock.class).toInstance(Clock.systemUTC());
    bind(RawDigests.class);
    bind(Identities.class);
    bind(RunRecords.class);
    bind(ReportMaker.class);
    bind(Planner.class);
    bind(TrainedRuns.class);
    bind(FinishedRuns.class);
    bind(RepeatRun.class);
    bind(EvaluateRun.class);
    bind(RunCatalogue.class);
    bind(SyncRuns.class);
    bind(ReapRuns.class);
    bind(ExportRun.class);
    bind(DeleteRun.class);
    bind(PromoteRun.class);
    bind(DrawSamples.class);
    bind(MeasureSpeed.class);
    bind(Calibration.class);
    bind(ExchangeWeights.class);
    bind(RunExperiment.class).in(com.google.inject.Singleton.class);
  }
}
