package io.flowpp.platform.doctor;

import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.tracking.ManagedServer;
import io.flowpp.platform.tracking.ServerStatus;
import io.flowpp.platform.tracking.TrackerFactory;
import java.util.List;

/** Whether the tracking server that runs would use is there, and takes the login. */
final class ServerExamination implements Examination {
  /** Found wanting, it is a service that cannot be reached. */
  static final String NAME = Doctor.SERVER;

  private final Surroundings surroundings;
  private final ManagedServer managed;
  private final TrackerFactory trackers;

  ServerExamination(Surroundings surroundings, ManagedServer managed, TrackerFactory trackers) {
    this.surroundings = surroundings;
    this.managed = managed;
    this.trackers = trackers;
  }

  @Override
  public Finding look() {
    if (surroundings.isOffline()) {
      return Finding.good(NAME, "none: FLOWPP_OFFLINE=1 asks for journals only");
    }
    try {
      return surroundings.hasExplicitServer() ? explicit() : managed();
    } catch (UserFault e) {
      String where = e.where() == null ? "" : e.where() + ": ";
      String advice = e.suggestion() == null ? "see docs/OPERATIONS.md" : e.suggestion();
      return Finding.bad(NAME, where + e.message(), advice);
    }
  }

  private Finding explicit() {
    trackers.checkReachable();
    String detail = surroundings.variable("MLFLOW_TRACKING_URI") + " answers";
    List<String> warnings = trackers.warnings();
    return warnings.isEmpty()
        ? Finding.good(NAME, detail)
        : Finding.hint(NAME, detail, String.join("; ", warnings).replace("warning: ", ""));
  }

  private Finding managed() {
    ServerStatus status = managed.status();
    if (status.uri() == null) {
      return Finding.good(
          NAME,
          status.version() == null
              ? "the managed one, which a run makes and starts by itself"
              : "the managed one (MLflow " + status.version() + "), which a run starts by itself");
    }
    return status.healthy()
        ? Finding.good(NAME, "MLflow " + status.version() + " answers at " + status.uri())
        : Finding.lacking(
            NAME,
            "MLflow runs at " + status.uri() + " and does not answer",
            "wait a minute; then ./flowpp mlflow down and ./flowpp mlflow up");
  }
}
