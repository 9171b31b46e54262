package io.flowpp.platform.execution;

import io.flowpp.platform.workspace.Host;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The program, the machine and the commit that a run was made with: recorded, never keyed. */
public final class Surroundings {
  private static final String LIBTORCH = "/native/lib/pytorch.properties";
  private static final String BUILD = "version.properties";

  private Surroundings() {}

  /** Plain names with values; without those that cannot be known. */
  public static Map<String, String> now(String command, String runner) {
    Map<String, String> found = new TreeMap<>();
    found.put("command", command);
    found.put("runner", runner);
    found.put("host", Host.name());
    found.put("user", System.getProperty("user.name", "unknown"));
    found.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    found.put("arch", System.getProperty("os.arch"));
    Processor processor = Processor.here();
    found.put("processor", processor.name());
    found.put("instructions", processor.instructions());
    found.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    found.put("java", Runtime.version().toString());
    found.put("flowpp", version());
    found.put("djl", built("djl"));
    found.put("libtorch", libtorch());
    String omp = System.getenv("OMP_NUM_THREADS");
    if (omp != null) {
      found.put("omp_num_threads", omp);
    }
    GitState.of(home()).forEach((name, value) -> found.put("git." + name, value));
    return found;
  }

  /** The experiment file that a command line names; the whole line where it names none. */
  static String source(String command) {
    return Stream.of(command.split(" ", -1))
        .filter(word -> word.endsWith(".yaml") || word.endsWith(".yml"))
        .findFirst()
        .orElse(command);
  }

  /** The directory of the program's checkout, as the launcher says; else where we stand. */
  private static Path home() {
    return Path.of(System.getProperty("flowpp.home", "")).toAbsolutePath();
  }

  /** Ours, as of the build. */
  public static String version() {
    return built("version");
  }

  private static String built(String name) {
    try (InputStream in = Surroundings.class.getResourceAsStream(BUILD)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      String value = properties.getProperty(name);
      if (value == null) {
        throw new IllegalStateException("the build left " + name + " of " + BUILD + " out");
      }
      return value;
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + BUILD, e);
    }
  }

  public static String libtorch() {
    try (InputStream in = Surroundings.class.getResourceAsStream(LIBTORCH)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown")
          + " "
          + properties.getProperty("flavor", "");
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + LIBTORCH, e);
    }
  }
}
