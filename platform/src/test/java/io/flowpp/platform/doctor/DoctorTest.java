package io.flowpp.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.sun.net.httpserver.HttpServer;
import io.flowpp.platform.tracking.TrackingModule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  @TempDir Path directory;

  @Test
  void machineThatBuildsUsIsFitAndEachFindingSaysWhatThereIs() {
    List<Finding> findings = examine(directory.resolve("workspace"), Map.of());
    assertThat(findings)
        .extracting(Finding::name)
        .containsExactly(
            "java", "native-library", "threads", "gpu", "memory", "python", "server", "disk");
    assertThat(findings).allMatch(finding -> finding.ok() || !finding.required());
    assertThat(of("native-library", findings).detail()).contains("PyTorch");
    assertThat(of("java", findings).detail()).contains(Runtime.version().toString());
  }

  @Test
  void eachThingThatIsWrongIsNamedWithWhatToDo() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    List<Finding> findings =
        examine(
            file.resolve("workspace"),
            Map.of(
                "OMP_NUM_THREADS", "many",
                "MLFLOW_TRACKING_URI", "http://127.0.0.1:1",
                "FLOWPP_PYTHON", "/absent/python",
                "FLOWPP_NATIVE", "cuda"));
    for (String required : List.of("threads", "server", "disk")) {
      assertThat(of(required, findings).ok()).as(required).isFalse();
      assertThat(of(required, findings).required()).as(required).isTrue();
    }
    assertThat(of("threads", findings).advice()).contains("unset it");
    assertThat(of("server", findings).detail()).contains("cannot be reached");
    assertThat(of("disk", findings).advice()).contains("FLOWPP_WORKSPACE");
    assertThat(of("gpu", findings).ok()).isEqualTo(Files.exists(Path.of("/dev/nvidia0")));
    assertThat(findings).allMatch(finding -> finding.ok() || finding.advice() != null);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // waits heed no interrupt
  void nvidiaSmiThatHangsHoldsNobodyUp() throws IOException {
    Path smi = Files.writeString(directory.resolve("nvidia-smi"), "#!/bin/sh\nexec sleep 3600\n");
    assertThat(smi.toFile().setExecutable(true)).isTrue();
    Files.createFile(directory.resolve("nvidia0"));
    Surroundings machine =
        new Surroundings(
            directory, Map.of("PATH", directory.toString(), "FLOWPP_NATIVE", "cuda"), directory);
    Finding finding = new GpuExamination(machine, Duration.ofMillis(200)).look();
    assertThat(finding.detail()).contains("nvidia-smi does not answer");
    Files.writeString(smi, "#!/bin/sh\necho NVIDIA H200, 143771 MiB\n");
    assertThat(new GpuExamination(machine).look().detail()).isEqualTo("NVIDIA H200, 143771 MiB");
  }

  @Test
  void loginThatIsRefusedIsToldWithTheVariablesToSet() throws IOException {
    HttpServer closed =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    closed.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    closed.start();
    try {
      Finding server =
          of(
              "server",
              examine(
                  directory,
                  Map.of(
                      "MLFLOW_TRACKING_URI",
                      "http://127.0.0.1:" + closed.getAddress().getPort(),
                      "MLFLOW_TRACKING_TOKEN",
                      "recognisable-token")));
      assertThat(server.ok()).isFalse();
      assertThat(server.detail()).contains("401").doesNotContain("recognisable");
      assertThat(server.advice()).contains("MLFLOW_TRACKING_PASSWORD").contains("_TOKEN");
    } finally {
      closed.stop(0);
    }
  }

  @Test
  void pythonThatWillNotDoCostsTheTrackingServerAndNothingElse() {
    Map<String, String> environment = Map.of("FLOWPP_PYTHON", "/absent/python");
    Finding python = of("python", examine(directory, environment));
    assertThat(python.ok()).isFalse();
    assertThat(python.required()).isFalse();
    assertThat(python.advice()).contains("FLOWPP_PYTHON");
  }

  private static Finding of(String name, List<Finding> findings) {
    return findings.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Finding> examine(Path workspace, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("MLFLOW_"));
    environment.putAll(more);
    return Guice.createInjector(
            new TrackingModule(workspace, environment),
            new DoctorModule(workspace, environment),
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(Clock.class).toInstance(Clock.systemUTC());
              }
            })
        .getInstance(Doctor.class)
        .examine();
  }
}
