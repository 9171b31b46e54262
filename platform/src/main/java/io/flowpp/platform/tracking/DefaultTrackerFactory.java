package io.flowpp.platform.tracking;

import com.google.inject.Inject;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.Redaction;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

final class DefaultTrackerFactory implements TrackerFactory {
  static final String EXPERIMENT = "experiment.txt";

  private final Map<String, String> environment;
  private final ManagedServer managed;
  private final Clock clock;

  @Inject
  DefaultTrackerFactory(TrackingEnvironment environment, ManagedServer managed, Clock clock) {
    this.environment = environment.variables();
    this.managed = managed;
    this.clock = clock;
  }

  @Override
  public Tracker open(String experimentName, Path journalDir) {
    Path directory = journalDir.toAbsolutePath().normalize();
    Journal journal = Journal.open(directory);
    @Nullable Presence presence = null;
    try {
      presence = Presence.enter(directory);
      remember(experimentName, directory);
      return open(experimentName, directory, journal, presence);
    } catch (IOException | RuntimeException e) {
      journal.close();
      if (presence != null) {
        presence.close();
      }
      throw e instanceof RuntimeException fault ? fault : unreadable(directory, (IOException) e);
    }
  }

  private Tracker open(String experiment, Path directory, Journal journal, Presence presence)
      throws IOException {
    RedactedEvents redacted = new RedactedEvents(Redaction.of(environment, managed.workspace()));
    Destination destination = destination();
    @Nullable Uploader uploader =
        isOffline()
            ? null
            : Uploader.start(
                journal,
                directory,
                destination,
                experiment,
                server -> new MlflowRest(server, destination.access()),
                new Breaker(new Backoff(RandomGenerator.getDefault())));
    SentState before =
        uploader == null
            ? SentState.read(Uploader.stateFile(directory, destination))
            : uploader.sent();
    return new MlflowTracker(
        journal,
        redacted,
        directory,
        managed.workspace(),
        clock,
        destination,
        presence,
        uploader,
        before);
  }

  @Override
  public void checkReachable() {
    if (!isOffline() && !address().isEmpty()) {
      ExplicitServer.of(environment).check();
    }
  }

  @Override
  public boolean isOffline() {
    return "1".equals(environment.get("FLOWPP_OFFLINE"));
  }

  /** So that the journal can be sent where nothing but the journal is known. */
  private static void remember(String experiment, Path directory) throws IOException {
    Path file = directory.resolve(EXPERIMENT);
    if (!Files.exists(file)) {
      Path part = Files.createTempFile(directory, "experiment", ".part");
      Files.writeString(part, experiment);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public List<String> warnings() {
    return isOffline() || isManaged() ? List.of() : ExplicitServer.of(environment).warnings();
  }

  Destination destination() throws IOException {
    return isManaged() ? new ManagedDestination(managed) : ExplicitServer.of(environment);
  }

  boolean isManaged() {
    return address().isEmpty();
  }

  private String address() {
    return environment.getOrDefault(ExplicitServer.VARIABLE, "").strip();
  }

  static UserFault unreadable(Path directory, IOException e) {
    return new UserFault(
        ExitCode.FAILED,
        "journal-unreadable",
        "what was sent so far cannot be read: " + e.getMessage(),
        directory.toString(),
        "check the disk and the permissions of the workspace",
        e);
  }
}
