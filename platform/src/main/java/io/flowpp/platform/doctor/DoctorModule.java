package io.flowpp.platform.doctor;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import java.nio.file.Path;
import java.util.Map;

/** Binds {@link Doctor}. Wants what the tracking room offers. */
public final class DoctorModule extends AbstractModule {
  private final Path workspace;
  private final Map<String, String> environment;

  /**
   * @param environment of the process
   */
  public DoctorModule(Path workspace, Map<String, String> environment) {
    this.workspace = workspace;
    this.environment = Map.copyOf(environment);
  }

  @Override
  protected void configure() {
    bind(Doctor.class);
  }

  @Provides
  Surroundings surroundings() {
    return new Surroundings(workspace, environment, Path.of("/dev"));
  }
}
