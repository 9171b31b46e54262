package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowpp.platform.tracking.SharedEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the managed server, each a process of its own. */
@Tag("slow")
class MlflowCommandsTest {
  @TempDir Path directory;

  @Test
  void serverOutlivesTheCommandThatStartsItUntilItIsTakenDown() throws Exception {
    Path workspace = directory.resolve("workspace");
    SharedEnvironment.lend(workspace);
    try {
      JsonNode up = mlflow(workspace, "up");
      assertThat(up.path("healthy").asBoolean()).isTrue();
      long pid = up.path("pid").asLong();
      // A session of its own: no signal of a terminal reaches it.
      String[] stat =
          Files.readString(Path.of("/proc/" + pid + "/stat")).split("\\) ")[1].split(" ");
      assertThat(stat[3]).isEqualTo(Long.toString(pid));

      JsonNode again = mlflow(workspace, "up");
      assertThat(again.path("pid").asLong()).isEqualTo(pid);
      JsonNode open = mlflow(workspace, "open");
      assertThat(open.path("uri")).isEqualTo(up.path("uri"));
      JsonNode status = mlflow(workspace, "status");
      assertThat(status.path("healthy").asBoolean()).isTrue();
      assertThat(status.path("version").asText()).isEqualTo(up.path("version").asText());

      assertThat(mlflow(workspace, "down").path("healthy").asBoolean()).isFalse();
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(mlflow(workspace, "status").path("uri").isNull()).isTrue();
    } finally {
      mlflow(workspace, "down");
    }
  }

  private static JsonNode mlflow(Path workspace, String command) throws Exception {
    FlowppProcess process =
        FlowppProcess.start(workspace, Map.of("BROWSER", "true"), "mlflow", command, "--json");
    assertThat(process.exitCode()).as(process.err()).isZero();
    return process.json();
  }
}
