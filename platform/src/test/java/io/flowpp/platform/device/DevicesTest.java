package io.flowpp.platform.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices of a machine that seems to have two GPUs. */
class DevicesTest {
  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void twoGpus() throws IOException {
    Files.createFile(directory.resolve("nvidia0"));
    Files.createFile(directory.resolve("nvidia1"));
    environment.put("PYTORCH_FLAVOR", "cu128");
  }

  @Test
  void autoIsTheFirstFreeGpuAndThenTheCpu() {
    try (DeviceLease first = devices().lease("auto", 3)) {
      assertThat(first.compute()).isEqualTo(new Compute("cuda:0", 3));
      try (DeviceLease second = devices().lease("auto", 3);
          DeviceLease third = devices().lease("auto", 3)) {
        assertThat(second.compute().device()).isEqualTo("cuda:1");
        assertThat(third.compute().device()).isEqualTo("cpu");
      }
    }
    environment.put("PYTORCH_FLAVOR", "cpu");
    try (DeviceLease lease = devices().lease("auto", 1)) {
      assertThat(lease.compute().device()).isEqualTo("cpu");
    }
  }

  @Test
  void severalAreTakenAllOrNone() {
    try (DeviceLease one = devices().lease("cuda:1", 1)) {
      assertFault(
          () -> devices().lease("cuda:0,cuda:1", 1),
          ExitCode.FAILED,
          "GPU 1 is in use by another stage");
      // GPU 0 has come free again
      devices().lease("cuda:0", 1).close();
    }
    try (DeviceLease both = devices().lease("cuda:1,cpu,cuda:0", 4)) {
      assertThat(both.compute()).isEqualTo(new Compute("cuda:1,cpu,cuda:0", 4));
      assertFault(
          () -> devices().lease("cuda:0", 1), ExitCode.FAILED, "GPU 0 is in use by another stage");
    }
    devices().lease("cuda:0,cuda:1", 1).close();
  }

  @Test
  void oneOfSeveralIsTheFirstThatIsFree() {
    try (DeviceLease first = devices().leaseOne("cuda:1,cuda:0", 1);
        DeviceLease second = devices().leaseOne("cuda:1,cuda:0", 1)) {
      assertThat(first.compute().device()).isEqualTo("cuda:1");
      assertThat(second.compute().device()).isEqualTo("cuda:0");
      assertFault(
          () -> devices().leaseOne("cuda:1,cuda:0", 1),
          ExitCode.FAILED,
          "all of cuda:1,cuda:0 are in use by other stages");
      assertFault(
          () -> devices().leaseOne("cuda:0", 1),
          ExitCode.FAILED,
          "GPU 0 is in use by another stage");
    }
    try (DeviceLease cpu = devices().leaseOne("cpu,cpu", 2)) {
      assertThat(cpu.compute()).isEqualTo(new Compute("cpu", 2));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertFault(() -> devices().lease("cuda:0,cuda:00", 1), ExitCode.USAGE, "GPU 0 is named twice");
    assertFault(
        () -> devices().lease("cpu,cuda:7", 1),
        ExitCode.USAGE,
        "this machine has no GPU 7; it has [0, 1]");
    assertFault(() -> devices().lease("cpu,auto", 1), ExitCode.USAGE, "no device 'auto'");
    environment.put("PYTORCH_FLAVOR", "cpu");
    assertFault(
        () -> devices().lease("cuda:0", 1),
        ExitCode.USAGE,
        "cuda:0 needs libtorch for NVIDIA GPUs, and this is the one for CPUs");
  }

  @Test
  void aTrialWaitsForAGpuAndDoesNotGoToTheCpuBecauseItIsInUse() throws Exception {
    environment.put(Devices.WAIT, "1");
    for (String requested : List.of("auto", "cuda:0", "cuda:0,cuda:1")) {
      for (boolean one : List.of(true, false)) {
        DeviceLease first = devices().lease("cuda:0", 1);
        DeviceLease second = devices().lease("cuda:1", 1);
        BlockingQueue<String> waits = new LinkedBlockingQueue<>();
        FutureTask<DeviceLease> trial =
            new FutureTask<>(() -> devices().await(one, requested, 2, waits::add, () -> false));
        new Thread(trial, "trial").start();
        assertThat(waits.take()).startsWith("waiting: ").contains("in use");
        assertThat(trial).isNotDone();
        first.close();
        if (requested.contains("cuda:1") && !one) {
          second.close();
        }
        try (DeviceLease lease = trial.get()) {
          assertThat(lease.compute().device())
              .isEqualTo(one || requested.equals("auto") ? "cuda:0" : requested);
        }
        second.close();
        assertThat(waits).as("told once").isEmpty();
      }
    }
    try (DeviceLease held = devices().lease("cuda:0", 1)) {
      assertThatThrownBy(() -> devices().await(true, "cuda:0", 1, message -> {}, () -> true))
          .isInstanceOf(UserFault.class)
          .hasMessageContaining("interrupted while waiting for cuda:0");
      environment.remove(Devices.WAIT);
      assertFault(
          () -> devices().await(true, "cuda:0", 1, message -> {}, () -> false),
          ExitCode.FAILED,
          "GPU 0 is in use by another stage");
    }
    environment.put(Devices.WAIT, "1");
    environment.put("PYTORCH_FLAVOR", "cpu");
    assertThat(devices().await(false, "auto", 1, message -> {}, () -> false).compute().device())
        .isEqualTo("cpu");
  }

  @Test
  void askingForAGpuThatThisProcessHoldsDoesNotFreeItForOthers() throws Exception {
    try (DeviceLease held = devices().lease("cuda:0", 1)) {
      assertFault(
          () -> devices().lease("cuda:0", 1), ExitCode.FAILED, "GPU 0 is in use by another stage");
      Path lock = directory.resolve("locks").resolve("cuda-0.lock");
      Process other =
          new ProcessBuilder(
                  "python3",
                  "-c",
                  "import fcntl,sys\ntry: fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
                      + "except OSError: sys.exit(7)",
                  lock.toString())
              .inheritIO()
              .start();
      assertThat(other.waitFor()).as("refused").isEqualTo(7);
    }
  }

  @Test
  void gpusAreCountedAmongThoseThatCudaShows() {
    environment.put("CUDA_VISIBLE_DEVICES", "1");
    try (DeviceLease lease = devices().lease("auto", 1)) {
      assertThat(lease.compute().device()).isEqualTo("cuda:0");
      assertFault(
          () -> devices().lease("cuda:1", 1),
          ExitCode.USAGE,
          "this machine has no GPU 1; it has [0]");
      environment.remove("CUDA_VISIBLE_DEVICES");
      assertFault(
          () -> devices().lease("cuda:1", 1), ExitCode.FAILED, "GPU 1 is in use by another stage");
    }
    environment.put("CUDA_VISIBLE_DEVICES", "");
    assertThat(devices().lease("auto", 1).compute().device()).isEqualTo("cpu");
  }

  private Devices devices() {
    return new Devices(directory.resolve("locks"), directory, environment);
  }

  private static void assertFault(ThrowingCallable call, ExitCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UserFault.class,
            fault -> {
              assertThat(fault.exitCode()).isEqualTo(code);
              assertThat(fault.message()).isEqualTo(message);
              assertThat(fault.where()).isEqualTo("execution.device");
            });
  }
}
