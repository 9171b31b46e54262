package io.flowpp.core.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.kernel.Gradients;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What the machine computes at best in float32, in 10^9 operations a second over all threads, each
 * with work of its own at the same time, as in a training: the limit that figures are held against.
 *
 * @param gemm a square matrix product of 2048
 * @param convolution a 3x3 convolution from 192 to 96 channels, channels last, on 4 halves of a
 *     CIFAR-10 image a thread
 * @param convolutionBackward its two gradients
 */
public record MachineSpeed(double gemm, double convolution, double convolutionBackward) {
  private static final int GEMM = 2048;
  private static final int ROUNDS = 5;
  private static final double GIGA = 1e9;

  static MachineSpeed measure(String device, int threads) {
    try (NDManager manager = ComputeDevice.open(device);
        Workers workers = Workers.of(ComputeDevice.workers(manager, threads))) {
      double multiplications = 4.0 * 32 * 16 * 9 * 192 * 96;
      return new MachineSpeed(
          rate(workers, 2.0 * GEMM * GEMM * GEMM, w -> gemm(manager)),
          rate(workers, 2 * multiplications, w -> convolution(manager, false)),
          rate(workers, 4 * multiplications, w -> convolution(manager, true)));
    }
  }

  /** Of the best round, in which all threads work at once; the first only warms up. */
  private static double rate(Workers workers, double flops, Function<Integer, Double> work) {
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round <= ROUNDS; round++) {
      List<java.util.concurrent.Callable<Double>> tasks = new ArrayList<>();
      for (int i = 0; i < workers.size(); i++) {
        int worker = i;
        tasks.add(() -> work.apply(worker));
      }
      double slowest = workers.run(tasks).stream().mapToDouble(d -> d).max().orElseThrow();
      best = round == 0 ? best : Math.min(best, slowest);
    }
    return workers.size() * flops / best / GIGA;
  }

  private static double gemm(NDManager parent) {
    try (Gradients off = Gradients.off();
        NDManager manager = parent.newSubManager()) {
      Shape shape = new Shape(GEMM, GEMM);
      NDArray a = manager.full(shape, .5f, DataType.FLOAT32);
      NDArray b = manager.full(shape, .5f, DataType.FLOAT32);
      long begin = System.nanoTime();
      wait(a.matMul(b));
      return seconds(begin);
    }
  }

  private static double convolution(NDManager parent, boolean backward) {
    try (Gradients on = Gradients.record();
        NDManager manager = parent.newSubManager()) {
      NDArray x = manager.full(new Shape(4, 32, 16, 192), .5f, DataType.FLOAT32);
      NDArray w = manager.full(new Shape(96, 3, 3, 192), .5f, DataType.FLOAT32);
      x.setRequiresGradient(backward);
      w.setRequiresGradient(backward);
      NDArray b = manager.zeros(new Shape(96));
      Shape one = new Shape(1, 1);
      long begin = System.nanoTime();
      NDArray y =
          Conv2d.conv2d(x.transpose(0, 3, 1, 2), w.transpose(0, 3, 1, 2), b, one, one, one, 1)
              .get(0);
      if (backward) {
        wait(y);
        begin = System.nanoTime();
        Gradients.backward(y);
        wait(w.getGradient());
      } else {
        wait(y);
      }
      return seconds(begin);
    }
  }

  /** A GPU computes behind the caller's back, until a value is asked for. */
  private static void wait(NDArray result) {
    if (result.getDevice().isGpu()) {
      result.flatten().get(0).getFloat();
    }
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / GIGA;
  }
}
