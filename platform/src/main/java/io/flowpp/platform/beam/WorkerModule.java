package io.flowpp.platform.beam;

import com.google.inject.AbstractModule;
import io.flowpp.platform.device.DeviceModule;
import io.flowpp.platform.stage.StageModule;
import io.flowpp.platform.workspace.WorkspaceModule;
import java.nio.file.Path;

/** All that a worker needs to do stages. Named by its class in {@link WorkerSpec}. */
public final class WorkerModule extends AbstractModule {
  private final Path workspace;

  public WorkerModule(Path workspace) {
    this.workspace = workspace;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    install(new WorkspaceModule(workspace));
    install(new DeviceModule());
    install(new StageModule());
  }
}
