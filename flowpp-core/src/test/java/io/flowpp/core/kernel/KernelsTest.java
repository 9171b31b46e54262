package io.flowpp.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelsTest {
  @Test
  void theScriptLoadsAndRuns() {
    try (NDManager manager = NDManager.newBaseManager();
        Kernels kernels = Kernels.load(manager)) {
      NDArray a = manager.ones(new Shape(2, 4, 4, 1)).mul(3);
      NDArray b = manager.ones(new Shape(2, 4, 4, 1));
      List<NDArray> w =
          List.of(
              manager.ones(new Shape(4, 4, 1)),
              manager.zeros(new Shape(4, 4, 1)),
              manager.ones(new Shape(4, 4, 1)),
              manager.zeros(new Shape(4, 4, 1)));
      assertThat(kernels.call("act_norm").with(a).with(b).with(w).run().get(0).toFloatArray())
          .containsOnly(3f);
    }
  }
}
