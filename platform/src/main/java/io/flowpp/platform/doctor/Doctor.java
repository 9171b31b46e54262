package io.flowpp.platform.doctor;

import com.google.inject.Inject;
import io.flowpp.platform.tracking.ManagedServer;
import io.flowpp.platform.tracking.TrackerFactory;
import java.util.List;

/** Looks at everything that an experiment needs of a machine, one thing after the other. */
public final class Doctor {
  /** The name of the finding about the tracking server. */
  public static final String SERVER = "server";

  private final List<Examination> examinations;

  @Inject
  Doctor(Surroundings surroundings, ManagedServer managed, TrackerFactory trackers) {
    this.examinations =
        List.of(
            new JavaExamination(),
            new NativeLibraryExamination(surroundings),
            new ThreadsExamination(surroundings),
            new GpuExamination(surroundings),
            new MemoryExamination(),
            new PythonExamination(surroundings, managed),
            new ServerExamination(surroundings, managed, trackers),
            new DiskExamination(surroundings));
  }

  public List<Finding> examine() {
    return examinations.stream().map(Examination::look).toList();
  }
}
