package io.flowpp.platform.execution;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The class path of a child's process: that of this one, where our classes came from it. In an
 * engine's worker they came from a job's jar through another class loader, and the native library
 * from the engine's own class path: then both are named, and nothing of the engine.
 */
final class ChildClassPath {
  /** One class or file of each jar that a job's jar leaves to the engine's class path. */
  private static final List<String> BESIDE_THE_JOB =
      List.of(
          "ai/djl/ndarray/NDArray.class",
          "ai/djl/pytorch/engine/PtEngine.class",
          "jnilib/pytorch.properties",
          "native/lib/pytorch.properties",
          "com/google/gson/Gson.class",
          "com/sun/jna/Native.class");

  private ChildClassPath() {}

  static String here() {
    String ours = System.getProperty("java.class.path");
    Path own = place(ChildClassPath.class.getProtectionDomain().getCodeSource().getLocation());
    boolean fromIt =
        List.of(ours.split(File.pathSeparator, -1)).stream()
            .anyMatch(entry -> Path.of(entry).toAbsolutePath().normalize().equals(own));
    return fromIt ? ours : ofJob(own);
  }

  private static String ofJob(Path own) {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(own.toString());
    for (String name : BESIDE_THE_JOB) {
      URL found = ChildClassPath.class.getClassLoader().getResource(name);
      if (found == null) {
        throw new IllegalStateException(
            "a worker has no "
                + name
                + ": put the native library's jars on the engine's class path");
      }
      String jar = found.toString();
      entries.add(
          jar.startsWith("jar:")
              ? Path.of(URI.create(jar.substring(4, jar.lastIndexOf("!/")))).toString()
              : own.toString());
    }
    return entries.stream()
        .map(ChildClassPath::separable)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * A name that can stand on a class path. Flink keeps a job's jar in a folder named after the
   * TaskManager's host and port, colon and all, and nothing quotes a colon there.
   */
  static String separable(String jar) {
    if (!jar.contains(File.pathSeparator)) {
      return jar;
    }
    String name = "flowpp-job-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID() + ".jar";
    Path link = Path.of(System.getProperty("java.io.tmpdir"), name);
    try {
      Files.createSymbolicLink(link, Path.of(jar));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot name " + jar + " for a class path", e);
    }
    link.toFile().deleteOnExit();
    return link.toString();
  }

  private static Path place(URL location) {
    try {
      return Path.of(location.toURI()).toAbsolutePath().normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no place: " + location, e);
    }
  }
}
