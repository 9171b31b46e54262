package io.flowpp.core.train;

import ai.djl.ndarray.NDArray;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.device.Workers;
import io.flowpp.core.flow.DomainException;
import io.flowpp.core.kernel.Gradients;
import io.flowpp.core.kernel.KernelTimes;
import io.flowpp.core.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The devices that share each batch. The first holds the weights that move; each further one has a
 * copy of its own, which {@link #spread} makes equal to them, and brings its gradients to the
 * first.
 *
 * <p>A batch is cut into shares alike, one a thread of a CPU and one a GPU, in the order of the
 * devices: with the same number of shares on the same kind of device the result is the same bit for
 * bit, whichever copies of the weights they are computed with.
 */
final class DataParallel implements AutoCloseable {
  private final Placed first;
  private final List<Placed> copies = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final Workers workers;
  private final @Nullable SharedGradient shared;

  /**
   * @param devices the first of which holds {@code first}
   * @param threads of each device
   * @param most shares
   * @param workers the first device's
   * @param shared what the first device's shares add up in; null where each has a vector of its own
   * @param replicas makes a replica that reads the given weights
   */
  DataParallel(
      List<String> devices,
      int[] threads,
      int most,
      Workers workers,
      Placed first,
      @Nullable SharedGradient shared,
      BiFunction<Placed, Gathering, Replica> replicas) {
    this.first = first;
    this.shared = shared;
    for (int i = 0; i < Math.min(workers.size(), most); i++) {
      Gathering gathering = shared == null ? gathering(first) : shared.share(i);
      members.add(new Member(replicas.apply(first, gathering), null));
    }
    for (int d = 1; d < devices.size(); d++) {
      Placed copy = Placed.copy(devices.get(d), first.weights());
      copies.add(copy);
      int wanted = ComputeDevice.workers(copy.manager(), threads[d]);
      for (int i = 0; i < wanted && members.size() < most; i++) {
        Replica replica = replicas.apply(copy, gathering(copy));
        members.add(new Member(replica, landing(copy.kernels())));
      }
    }
    this.workers = copies.isEmpty() ? workers : Workers.of(members.size());
  }

  private static Gathering gathering(Placed on) {
    return Gathering.own(on.manager(), on.kernels(), on.weights());
  }

  private Landing landing(Kernels kernels) {
    NDArray like = first.weights().flat();
    return new Landing(first.manager().create(like.getShape(), like.getDataType()), kernels);
  }

  /** The threads of each device where the CPUs among them have {@code threads} together. */
  static int[] threads(List<String> devices, int threads) {
    int cpus = (int) devices.stream().filter("cpu"::equals).count();
    int cpu = 0;
    int[] each = new int[devices.size()];
    for (int i = 0; i < each.length; i++) {
      each[i] = threads; // auto may turn out to be the CPU
      if (devices.get(i).equals("cpu")) {
        each[i] = Math.max(1, (cpu + 1) * threads / cpus - cpu * threads / cpus);
        cpu++;
      }
    }
    return each;
  }

  /** What became of a share: one of the two. The gradient is on the first device. */
  record Part(Replica.@Nullable Share share, @Nullable RuntimeException fault) {}

  /**
   * @param landing null on the first device
   */
  private record Member(Replica replica, @Nullable Landing landing) {}

  /**
   * Where a further device's gradient comes to lie on the first one.
   *
   * @param kernels of the further device
   */
  private record Landing(NDArray flat, Kernels kernels) {
    Replica.Share bring(Replica.Share share) {
      try (Gradients off = Gradients.off();
          NDArray there = Objects.requireNonNull(share.gradient(), "a copy's own gradient")) {
        kernels.call("copy").with(there).with(flat).run().close();
        return new Replica.Share(share.loss(), flat.stopGradient());
      }
    }
  }

  /** Into how many shares a batch is cut. */
  int shares() {
    return members.size();
  }

  /** The loss of a batch and its gradient, share by share. */
  List<Part> gradients(int step, int[] indices) {
    if (shared != null) {
      shared.begin();
    }
    List<Callable<Part>> tasks = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      int from = (int) ((long) i * indices.length / members.size());
      int to = (int) ((i + 1L) * indices.length / members.size());
      tasks.add(() -> part(member, step, indices, from, to));
    }
    return workers.run(tasks);
  }

  /** A layer that gives no numbers is no fault of the program: the others go on to their end. */
  private static Part part(Member member, int step, int[] indices, int from, int to) {
    try {
      Replica.Share share = member.replica().gradient(step, indices, from, to);
      return new Part(member.landing() == null ? share : member.landing().bring(share), null);
    } catch (ArithmeticException | DomainException e) {
      return new Part(null, e);
    }
  }

  /** From now on the time that kernels take on all devices is added to {@code times}. */
  void timeInto(@Nullable KernelTimes times) {
    first.kernels().timeInto(times);
    copies.forEach(copy -> copy.kernels().timeInto(times));
  }

  /** Makes all copies equal to the weights of the first device, which have moved. */
  void spread() {
    copies.forEach(copy -> copy.weights().copy(first.weights(), copy.kernels()));
  }

  @Override
  public void close() {
    if (!copies.isEmpty()) {
      workers.close();
    }
    members.forEach(member -> member.replica().close());
    if (shared != null) {
      shared.close();
    }
    copies.forEach(Placed::close);
  }
}
