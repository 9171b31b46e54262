package io.flowpp.platform.tracking;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * Binds what the tracking room offers: {@link TrackerFactory}, {@link Journals}, {@link Registry}
 * and {@link ManagedServer}. Wants a bound {@link Clock}.
 */
public final class TrackingModule extends AbstractModule {
  private final Path workspace;
  private final Map<String, String> environment;

  /**
   * @param workspace its root
   * @param environment of the process: MLFLOW_TRACKING_URI, _USERNAME, _PASSWORD, _TOKEN and
   *     FLOWPP_OFFLINE are read
   */
  public TrackingModule(Path workspace, Map<String, String> environment) {
    this.workspace = workspace;
    this.environment = environment;
  }

  @Override
  protected void configure() {
    bind(DefaultTrackerFactory.class).in(Singleton.class);
    bind(Journals.class);
    bind(NeededServer.class);
    bind(Registry.class);
    bind(TrackerFactory.class).to(DefaultTrackerFactory.class);
    requireBinding(Clock.class);
  }

  @Provides
  @Singleton
  ManagedServer managedServer() {
    return ManagedServer.of(workspace, environment);
  }

  @Provides
  TrackingEnvironment trackingEnvironment() {
    return new TrackingEnvironment(environment);
  }
}
