package io.flowpp.platform.sweep;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import io.flowpp.platform.beam.SlotWork;
import io.flowpp.platform.execution.ChildCommand;
import io.flowpp.platform.workspace.WorkspaceModule;
import java.nio.file.Path;

/** All that a worker needs to supervise trials. Named by its class where slots are started. */
public class SweepWorkerModule extends AbstractModule {
  private final Path workspace;
  private final String main;

  public SweepWorkerModule(Path workspace) {
    this(workspace, ChildCommand.MAIN);
  }

  /**
   * @param main the program that trials run as
   */
  SweepWorkerModule(Path workspace, String main) {
    this.workspace = workspace;
    this.main = main;
  }

  @Override
  protected void configure() {
    install(new WorkspaceModule(workspace));
    bind(ChildCommand.class).toInstance(ChildCommand.of(main, "trial"));
    bind(LedgerSource.class).toInstance(new EnvironmentLedgers(workspace, System.getenv()));
    bind(SlotWork.class).to(TrialSlot.class).in(Singleton.class);
  }
}
