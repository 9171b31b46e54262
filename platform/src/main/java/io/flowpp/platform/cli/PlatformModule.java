package io.flowpp.platform.cli;

import com.google.inject.AbstractModule;
import io.flowpp.platform.beam.BeamModule;
import io.flowpp.platform.beam.WorkerModule;
import io.flowpp.platform.compare.CompareModule;
import io.flowpp.platform.device.DeviceModule;
import io.flowpp.platform.doctor.DoctorModule;
import io.flowpp.platform.execution.ExecutionModule;
import io.flowpp.platform.regression.RegressionModule;
import io.flowpp.platform.report.ReportModule;
import io.flowpp.platform.sweep.SweepModule;
import io.flowpp.platform.tracking.TrackingModule;
import io.flowpp.platform.workspace.WorkspaceModule;
import java.nio.file.Path;
import java.util.Map;

/** The whole platform on one workspace: every room by its own module. */
final class PlatformModule extends AbstractModule {
  private final Path workspace;
  private final Map<String, String> environment;

  /**
   * @param environment of the process
   */
  PlatformModule(Path workspace, Map<String, String> environment) {
    this.workspace = workspace;
    this.environment = environment;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().disableCircularProxies();
    install(new WorkspaceModule(workspace));
    install(new TrackingModule(workspace, environment));
    install(new DeviceModule());
    install(new ReportModule());
    install(new BeamModule(WorkerModule.class, workspace));
    install(new ExecutionModule());
    install(new CompareModule());
    install(new SweepModule(workspace, environment));
    install(new RegressionModule());
    install(new DoctorModule(workspace, environment));
  }
}
