package io.flowpp.platform.device;

import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives out devices. A GPU belongs to one stage of this machine at a time: an operating system's
 * lock on a file per device, so that it comes free when its holder dies. Nothing native is loaded
 * here.
 */
public final class Devices {
  private static final Pattern CUDA = Pattern.compile("cuda:(\\d+)");
  private static final String NATIVE_PROPERTIES = "/native/lib/pytorch.properties";

  private final Path locks;
  private final Path deviceNodes;

  @Inject
  Devices() {
    this(Path.of(System.getProperty("java.io.tmpdir"), "flowpp-devices"), Path.of("/dev"));
  }

  Devices(Path locks, Path deviceNodes) {
    this.locks = locks;
    this.deviceNodes = deviceNodes;
  }

  /**
   * Takes a device for one stage.
   *
   * @param requested {@code auto}, {@code cpu} or {@code cuda:N}
   * @param threads null for as many as the environment or the machine says
   */
  public DeviceLease lease(String requested, @Nullable Integer threads) {
    int count = threads == null ? threads() : threads;
    if (requested.equals("cpu")) {
      return new DeviceLease(new Compute("cpu", count), null);
    }
    if (requested.equals("auto")) {
      for (int gpu : cudaLibrary() ? gpus() : List.<Integer>of()) {
        FileLock lock = tryLock(gpu);
        if (lock != null) {
          return new DeviceLease(new Compute("cuda:" + gpu, count), lock);
        }
      }
      return new DeviceLease(new Compute("cpu", count), null);
    }
    Matcher cuda = CUDA.matcher(requested);
    if (!cuda.matches()) {
      throw new UserFault(
          ExitCode.USAGE,
          "unknown-device",
          "no device '" + requested + "'",
          "execution.device",
          "use auto, cpu or cuda:N");
    }
    int gpu = Integer.parseInt(cuda.group(1));
    if (!gpus().contains(gpu)) {
      throw new UserFault(
          ExitCode.USAGE,
          "absent-device",
          "this machine has no GPU " + gpu + "; it has " + gpus(),
          "execution.device",
          "use auto or cpu");
    }
    FileLock lock = tryLock(gpu);
    if (lock == null) {
      throw new UserFault(
          ExitCode.FAILED,
          "busy-device",
          "GPU " + gpu + " is in use by another stage",
          "execution.device",
          "wait for it, or use auto");
    }
    return new DeviceLease(new Compute(requested, count), lock);
  }

  /** OMP_NUM_THREADS where it is set, since the native library reads it too; else one a core. */
  private static int threads() {
    String omp = System.getenv("OMP_NUM_THREADS");
    if (omp != null && omp.matches("[1-9]\\d{0,3}")) {
      return Integer.parseInt(omp);
    }
    return Runtime.getRuntime().availableProcessors();
  }

  private List<Integer> gpus() {
    List<Integer> gpus = new ArrayList<>();
    for (int i = 0; Files.exists(deviceNodes.resolve("nvidia" + i)); i++) {
      gpus.add(i);
    }
    return gpus;
  }

  private static boolean cudaLibrary() {
    String flavor = System.getenv("PYTORCH_FLAVOR");
    if (flavor != null) {
      return flavor.startsWith("cu");
    }
    try (InputStream in = Devices.class.getResourceAsStream(NATIVE_PROPERTIES)) {
      if (in == null) {
        return false;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("flavor", "").startsWith("cu");
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + NATIVE_PROPERTIES, e);
    }
  }

  private @Nullable FileLock tryLock(int gpu) {
    try {
      Files.createDirectories(locks);
      FileChannel channel =
          FileChannel.open(
              locks.resolve("cuda-" + gpu + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException heldByThisProcess) {
        channel.close();
        return null;
      }
      if (lock == null) {
        channel.close();
      }
      return lock;
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
