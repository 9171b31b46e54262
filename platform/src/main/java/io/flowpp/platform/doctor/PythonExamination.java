package io.flowpp.platform.doctor;

import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.tracking.ManagedServer;
import io.flowpp.platform.tracking.PythonFound;
import java.io.IOException;

/** The Python that the managed tracking server needs; another server needs none here. */
final class PythonExamination implements Examination {
  private static final String NAME = "python";

  private final Surroundings surroundings;
  private final ManagedServer managed;

  PythonExamination(Surroundings surroundings, ManagedServer managed) {
    this.surroundings = surroundings;
    this.managed = managed;
  }

  @Override
  public Finding look() {
    try {
      PythonFound found = managed.interpreter();
      if (found.usable()) {
        return Finding.good(NAME, found.detail());
      }
      if (surroundings.hasExplicitServer() || surroundings.isOffline()) {
        return Finding.hint(NAME, "none that will do, and none is needed", found.detail());
      }
      return Finding.lacking(
          NAME,
          "without it there is no tracking server: runs are kept in journals only",
          found.detail());
    } catch (IOException | UserFault e) {
      return Finding.lacking(
          NAME,
          "it could not be looked for: " + e.getMessage(),
          "check that bash is on PATH and the workspace can be written");
    }
  }
}
