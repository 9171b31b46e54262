package io.flowpp.platform.sweep;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import io.flowpp.platform.beam.SlotPipeline;
import java.nio.file.Path;
import java.util.Map;

/** Binds what commands ask of sweeps: {@link RunSweep}, {@link RunTrial}, {@link SweepControl}. */
public final class SweepModule extends AbstractModule {
  private final Path workspace;
  private final Map<String, String> environment;
  private final Class<? extends Module> workers;

  public SweepModule(Path workspace, Map<String, String> environment) {
    this(workspace, environment, SweepWorkerModule.class);
  }

  /**
   * @param workers what the slots' processes are made of
   */
  SweepModule(Path workspace, Map<String, String> environment, Class<? extends Module> workers) {
    this.workspace = workspace;
    this.environment = environment;
    this.workers = workers;
  }

  @Override
  protected void configure() {
    bind(SweepEnvironment.class).toInstance(new SweepEnvironment(environment));
    bind(LedgerSource.class).toInstance(new EnvironmentLedgers(workspace, environment));
    bind(SlotPipeline.class).toInstance(new SlotPipeline(workers, workspace));
    bind(RunSweep.class);
    bind(RunTrial.class);
    bind(SweepControl.class);
    bind(CompareSweep.class);
  }
}
