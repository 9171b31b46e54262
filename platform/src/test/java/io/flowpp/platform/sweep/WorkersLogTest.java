package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkersLogTest {
  @TempDir Path workspace;

  @Test
  void onlyWhatTheSweepsWorkersSaidSinceIsQuoted() throws Exception {
    assertThat(WorkersLog.fromNow(workspace).last("s")).isEmpty();
    WorkersLog.append(workspace, "s", "w1: an old fault");
    WorkersLog log = WorkersLog.fromNow(workspace);
    assertThat(log.last("s")).isEmpty();
    WorkersLog.append(workspace, "s", "w2: one");
    WorkersLog.append(workspace, "s", "w2: two");
    WorkersLog.append(workspace, "other", "w3: of another sweep");
    assertThat(log.last("s")).contains("w2: two");
  }
}
