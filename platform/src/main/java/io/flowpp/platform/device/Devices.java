package io.flowpp.platform.device;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.FileGuard;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives out devices. A GPU belongs to one stage of this machine at a time: an operating system's
 * lock on a file per device, so that it comes free when its holder dies. Nothing native is loaded
 * here.
 */
public final class Devices {
  /** {@code 1} where a GPU that is in use is to be waited for: in trials of a sweep. */
  public static final String WAIT = "FLOWPP_DEVICE_WAIT";

  private static final String BUSY = "busy-device";
  private static final long POLL_MILLIS = 500;
  private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,4})");
  private static final String NATIVE_PROPERTIES = "native/lib/pytorch.properties";

  private final Path locks;
  private final Path deviceNodes;
  private final Map<String, String> environment;

  @Inject
  Devices() {
    this(
        Path.of(System.getProperty("java.io.tmpdir"), "flowpp-devices"),
        Path.of("/dev"),
        System.getenv());
  }

  Devices(Path locks, Path deviceNodes, Map<String, String> environment) {
    this.locks = locks;
    this.deviceNodes = deviceNodes;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Takes all devices that are named, or none, for one stage.
   *
   * @param requested {@code auto}, {@code cpu} or {@code cuda:N}, or several of the latter two
   *     separated by commas
   * @param threads null for as many as the environment or the machine says
   * @throws UserFault where one is not there, is in use, or cannot be asked for like this
   */
  public DeviceLease lease(String requested, @Nullable Integer threads) {
    int count = threads == null ? threads() : threads;
    if (requested.equals("auto")) {
      return automatic(count);
    }
    List<FileGuard> taken = new ArrayList<>();
    for (String name : names(requested)) {
      if (name.equals("cpu")) {
        continue;
      }
      FileGuard lock = tryLock(gpu(name));
      if (lock == null) {
        DeviceLease.release(taken);
        throw busy("GPU " + gpu(name) + " is in use by another stage");
      }
      taken.add(lock);
    }
    return new DeviceLease(new Compute(requested, count), taken);
  }

  /** Takes the first device that is free of those that are named, as {@link #lease} does. */
  public DeviceLease leaseOne(String requested, @Nullable Integer threads) {
    int count = threads == null ? threads() : threads;
    if (requested.equals("auto")) {
      return automatic(count);
    }
    List<String> names = names(requested);
    for (String name : names) {
      if (name.equals("cpu")) {
        return new DeviceLease(new Compute(name, count), List.of());
      }
      FileGuard lock = tryLock(gpu(name));
      if (lock != null) {
        return new DeviceLease(new Compute(name, count), List.of(lock));
      }
    }
    throw busy(
        names.size() == 1
            ? "GPU " + gpu(requested) + " is in use by another stage"
            : "all of " + requested + " are in use by other stages");
  }

  /**
   * As {@link #lease}, or {@link #leaseOne} where one is enough. Where {@link #WAIT} is set, a GPU
   * that is in use is waited for, and {@code auto} is no CPU on a machine with GPUs: trials of a
   * sweep are compared with one another, and come to the same by turns.
   *
   * @param onWait told once what is waited for
   * @param cancelled ends the waiting
   */
  public DeviceLease await(
      boolean one,
      String requested,
      @Nullable Integer threads,
      Consumer<String> onWait,
      BooleanSupplier cancelled) {
    if (!"1".equals(environment.get(WAIT))) {
      return one ? leaseOne(requested, threads) : lease(requested, threads);
    }
    boolean any = requested.equals("auto") && usableGpus() > 0;
    String names = any ? allGpus() : requested;
    for (boolean told = false; ; told = true) {
      try {
        return one || any ? leaseOne(names, threads) : lease(names, threads);
      } catch (UserFault busy) {
        if (!busy.code().equals(BUSY)) {
          throw busy;
        }
        if (!told) {
          onWait.accept("waiting: " + busy.message());
        }
        pause(names, cancelled);
      }
    }
  }

  private static void pause(String names, BooleanSupplier cancelled) {
    try {
      if (!cancelled.getAsBoolean()) {
        Thread.sleep(POLL_MILLIS);
        return;
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    throw new UserFault(
        ExitCode.INTERRUPTED,
        "interrupted",
        "interrupted while waiting for " + names,
        null,
        "run the same command again");
  }

  /** GPUs of this machine that this program can compute on. */
  public static int usableHere() {
    return new Devices().usableGpus();
  }

  private int usableGpus() {
    return cudaLibrary() ? gpus().size() : 0;
  }

  private String allGpus() {
    return gpus().stream().map(gpu -> "cuda:" + gpu).collect(Collectors.joining(","));
  }

  private DeviceLease automatic(int threads) {
    for (int gpu : cudaLibrary() ? gpus() : List.<Integer>of()) {
      FileGuard lock = tryLock(gpu);
      if (lock != null) {
        return new DeviceLease(new Compute("cuda:" + gpu, threads), List.of(lock));
      }
    }
    return new DeviceLease(new Compute("cpu", threads), List.of());
  }

  private List<String> names(String requested) {
    List<String> names = List.of(requested.split(",", -1));
    TreeSet<Integer> wanted = new TreeSet<>();
    for (String name : names) {
      if (!name.equals("cpu") && !wanted.add(gpu(name))) {
        throw fault(
            "repeated-device", "GPU " + gpu(name) + " is named twice", "name each GPU once");
      }
    }
    wanted.removeAll(gpus());
    if (!wanted.isEmpty()) {
      throw fault(
          "absent-device",
          "this machine has no GPU " + wanted.first() + "; it has " + gpus(),
          "use auto or cpu");
    }
    if (!cudaLibrary() && !names.stream().allMatch("cpu"::equals)) {
      throw fault(
          "no-cuda-library",
          requested + " needs libtorch for NVIDIA GPUs, and this is the one for CPUs",
          "start with FLOWPP_NATIVE=cuda, or use auto or cpu");
    }
    return names;
  }

  private static int gpu(String name) {
    Matcher cuda = CUDA.matcher(name);
    if (!cuda.matches()) {
      throw fault(
          "unknown-device",
          "no device '" + name + "'",
          "use auto, cpu or cuda:N, or several such as cuda:0,cuda:1");
    }
    return Integer.parseInt(cuda.group(1));
  }

  private static UserFault fault(String code, String message, String suggestion) {
    return new UserFault(ExitCode.USAGE, code, message, "execution.device", suggestion);
  }

  private static UserFault busy(String message) {
    return new UserFault(
        ExitCode.FAILED, BUSY, message, "execution.device", "wait for it, or use auto");
  }

  /** OMP_NUM_THREADS where it is set, since the native library reads it too; else one a core. */
  private int threads() {
    String omp = environment.get("OMP_NUM_THREADS");
    if (omp != null && omp.matches("[1-9]\\d{0,3}")) {
      return Integer.parseInt(omp);
    }
    return Runtime.getRuntime().availableProcessors();
  }

  /** GPU N of ours is the N-th of this list: what CUDA_VISIBLE_DEVICES leaves of the machine's. */
  private List<String> machineGpus() {
    List<String> gpus = new ArrayList<>();
    for (int i = 0; Files.exists(deviceNodes.resolve("nvidia" + i)); i++) {
      gpus.add(String.valueOf(i));
    }
    String visible = environment.get("CUDA_VISIBLE_DEVICES");
    if (visible == null) {
      return gpus;
    }
    List<String> left = new ArrayList<>();
    for (String gpu : visible.split(",")) {
      // names that are no numbers are taken on trust; CUDA ignores what follows a wrong number
      if (gpu.isBlank() || (gpu.trim().matches("-?\\d+") && !gpus.contains(gpu.trim()))) {
        break;
      }
      left.add(gpu.trim());
    }
    return left;
  }

  private List<Integer> gpus() {
    List<Integer> gpus = new ArrayList<>();
    for (int i = 0; i < machineGpus().size(); i++) {
      gpus.add(i);
    }
    return gpus;
  }

  /** DJL takes the libtorch for GPUs where it finds both, in whatever order. */
  private boolean cudaLibrary() {
    String flavor = environment.get("PYTORCH_FLAVOR");
    if (flavor != null) {
      return flavor.startsWith("cu");
    }
    try {
      for (URL file :
          Collections.list(Devices.class.getClassLoader().getResources(NATIVE_PROPERTIES))) {
        try (InputStream in = file.openStream()) {
          Properties properties = new Properties();
          properties.load(in);
          if (properties.getProperty("flavor", "").startsWith("cu")) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + NATIVE_PROPERTIES, e);
    }
  }

  private @Nullable FileGuard tryLock(int gpu) {
    try {
      Files.createDirectories(locks);
      String gpuName = machineGpus().get(gpu).replaceAll("[^\\w-]", "_");
      return FileGuard.tryAcquire(locks, "cuda-" + gpuName + ".lock").orElse(null);
    } catch (IOException e) {
      throw new UserFault(
          ExitCode.FAILED,
          "unwritable-lock",
          "cannot lock a GPU: " + e.getMessage(),
          locks.toString(),
          "make the directory writable",
          e);
    }
  }
}
