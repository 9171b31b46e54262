package io.flowpp.platform.tracking;

import com.google.inject.Inject;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.Redaction;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

final class DefaultTrackerFactory implements TrackerFactory {
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
    RedactedEvents redacted = new RedactedEvents(Redaction.of(environment));
    Journal journal = Journal.open(journalDir);
    try {
      Destination destination = destination();
      if (isOffline()) {
        SentState before = SentState.read(Uploader.stateFile(journalDir, destination));
        return new MlflowTracker(journal, redacted, journalDir, clock, destination, null, before);
      }
      Uploader uploader =
          Uploader.start(
              journal,
              journalDir,
              destination,
              experimentName,
              server -> new MlflowRest(server, destination.access()),
              new Backoff(RandomGenerator.getDefault()));
      return new MlflowTracker(
          journal, redacted, journalDir, clock, destination, uploader, uploader.sent());
    } catch (IOException e) {
      journal.close();
      throw new UserFault(
          ExitCode.FAILED,
          "journal-unreadable",
          "what was sent so far cannot be read: " + e.getMessage(),
          journalDir.toString(),
          "check the disk and the permissions of the workspace",
          e);
    } catch (UserFault e) {
      journal.close();
      throw e;
    }
  }

  @Override
  public void checkReachable() {
    if (!isOffline() && !address().isEmpty()) {
      ExplicitServer.of(environment).check();
    }
  }

  @Override
  public List<String> warnings() {
    return isOffline() || address().isEmpty()
        ? List.of()
        : ExplicitServer.of(environment).warnings();
  }

  private Destination destination() throws IOException {
    return address().isEmpty() ? new ManagedDestination(managed) : ExplicitServer.of(environment);
  }

  private String address() {
    return environment.getOrDefault(ExplicitServer.VARIABLE, "").strip();
  }

  private boolean isOffline() {
    return "1".equals(environment.get("FLOWPP_OFFLINE"));
  }
}
