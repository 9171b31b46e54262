package io.flowpp.platform.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether libtorch can be loaded, tried in a process of its own: where it does not suit the
 * processor it takes its process down.
 */
final class NativeLibraryExamination implements Examination {
  private static final String NAME = "native-library";
  private static final int PATIENCE_SECONDS = 120; // the first time it is unpacked

  private final Surroundings surroundings;

  NativeLibraryExamination(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Finding look() {
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    try {
      Path says = Files.createTempFile("flowpp-doctor", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(
                    List.of(
                        java,
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        NativeLibraryProbe.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(says.toFile());
        builder.environment().putAll(surroundings.environment());
        return judge(builder.start(), says);
      } finally {
        Files.deleteIfExists(says);
      }
    } catch (IOException e) {
      return bad("it could not be tried: " + e.getMessage());
    }
  }

  private static Finding judge(Process probe, Path says) throws IOException {
    try {
      if (!probe.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        probe.destroyForcibly();
        return bad("it was not loaded within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      probe.destroyForcibly();
      Thread.currentThread().interrupt();
      return bad("interrupted");
    }
    List<String> lines = Files.readString(says, UTF_8).strip().lines().toList();
    String last = lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    return last.startsWith(NativeLibraryProbe.LOADED)
        ? Finding.good(NAME, last.substring(NativeLibraryProbe.LOADED.length()))
        : bad("libtorch cannot be loaded (exit code " + probe.exitValue() + "): " + last);
  }

  private static Finding bad(String detail) {
    return Finding.bad(
        NAME,
        detail,
        "Linux on x86-64 or ARM and macOS on ARM have builds of it; it unpacks itself into ~/.djl.ai, which has"
            + " to be writable (DJL_CACHE_DIR names another folder)");
  }
}
