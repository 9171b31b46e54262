package io.flowpp.platform.device;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import java.util.Map;

/**
 * Whether a GPU may round the factors of float32 products to TF32. PyTorch lets cuDNN do so and
 * cuBLAS not, and from Java only variables that both read when they are loaded change it: so what
 * an experiment asks for is held against the environment.
 */
public final class Tf32 {
  private static final String FORBID = "NVIDIA_TF32_OVERRIDE";
  private static final String ALLOW = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

  private Tf32() {}

  /**
   * @param key which says {@code wanted}
   * @throws UserFault where {@code compute} has a GPU and {@code environment} makes it do otherwise
   */
  public static void require(
      String key, boolean wanted, Compute compute, Map<String, String> environment) {
    if (!compute.device().contains("cuda")) {
      return;
    }
    boolean forbidden = "0".equals(environment.get(FORBID));
    boolean allowed = !forbidden && "1".equals(environment.get(ALLOW));
    if (wanted && !allowed) {
      throw fault(
          key,
          "TF32 is asked for on " + compute.device() + ", and the environment forbids it",
          "start with FLOWPP_TF32=1 (without the launcher: unset "
              + FORBID
              + " and set "
              + ALLOW
              + "=1), or set it to false");
    }
    if (!wanted && !forbidden) {
      throw fault(
          key,
          "float32 without TF32 is asked for on "
              + compute.device()
              + ", and the environment allows TF32",
          "start without FLOWPP_TF32=1 (without the launcher: set "
              + FORBID
              + "=0), or set it to true");
    }
  }

  private static UserFault fault(String key, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, "tf32", message, key, suggestion);
  }
}
