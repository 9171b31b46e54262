package io.flowpp.platform.beam;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import java.nio.file.Path;

/** Binds {@link StagePipelines}, whose workers build {@code stages} for themselves. */
public final class BeamModule extends AbstractModule {
  private final WorkerSpec worker;

  /**
   * @param stages a module with a public constructor that takes the workspace's path
   */
  public BeamModule(Class<? extends Module> stages, Path workspace) {
    worker = new WorkerSpec(stages.getName(), workspace.toAbsolutePath().toString());
  }

  @Override
  protected void configure() {
    bind(WorkerSpec.class).toInstance(worker);
    bind(StagePipelines.class);
  }
}
