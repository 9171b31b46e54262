package io.flowpp.platform.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an experiment asks of TF32 against what the environment makes of it. */
class Tf32Test {
  private static final Compute GPU = new Compute("cuda:0,cuda:1", 1);
  private static final Map<String, String> USUAL = Map.of("NVIDIA_TF32_OVERRIDE", "0");
  private static final Map<String, String> ASKED = Map.of("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1");
  private static final Map<String, String> BOTH =
      Map.of("NVIDIA_TF32_OVERRIDE", "0", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1");

  @Test
  void theLaunchersEnvironmentsAgreeWithTheKeyThatTheyAreMadeFor() {
    assertThatCode(() -> require(false, GPU, USUAL)).doesNotThrowAnyException();
    assertThatCode(() -> require(true, GPU, ASKED)).doesNotThrowAnyException();
    // what forbids it wins
    assertThatCode(() -> require(false, GPU, BOTH)).doesNotThrowAnyException();
  }

  @Test
  void theOtherOneIsRefusedWithWhatToSet() {
    for (Map<String, String> forbidding : List.of(USUAL, BOTH, Map.<String, String>of())) {
      UserFault fault = catchThrowableOfType(UserFault.class, () -> require(true, GPU, forbidding));
      assertThat(fault.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(fault.where()).isEqualTo("training.tf32");
      assertThat(fault.message()).contains("TF32 is asked for on cuda:0,cuda:1");
      assertThat(fault.suggestion()).contains("FLOWPP_TF32=1").contains("set it to false");
    }
    // cuDNN uses it where nothing is set
    for (Map<String, String> allowing : List.of(ASKED, Map.<String, String>of())) {
      UserFault fault = catchThrowableOfType(UserFault.class, () -> require(false, GPU, allowing));
      assertThat(fault.message()).contains("float32 without TF32 is asked for");
      assertThat(fault.suggestion()).contains("NVIDIA_TF32_OVERRIDE=0").contains("set it to true");
    }
  }

  @Test
  void onACpuAnythingGoes() {
    Compute cpu = new Compute("cpu,cpu", 2);
    for (Map<String, String> any : List.of(USUAL, ASKED, Map.<String, String>of())) {
      assertThatCode(() -> require(true, cpu, any)).doesNotThrowAnyException();
      assertThatCode(() -> require(false, cpu, any)).doesNotThrowAnyException();
    }
  }

  private static void require(boolean wanted, Compute compute, Map<String, String> environment) {
    Tf32.require("training.tf32", wanted, compute, environment);
  }
}
