package io.flowpp.platform.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;

/** {@code docker-compose config} on the project's file: checked and filled in, nothing started. */
final class Compose {
  static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  /**
   * @param text the resolved file, or what is wrong
   */
  record Config(int exitCode, String text) {
    @SuppressWarnings("unchecked")
    Map<String, Object> service(String name) {
      Map<String, Object> file = new Yaml().load(text);
      return (Map<String, Object>) ((Map<String, Object>) file.get("services")).get(name);
    }

    @SuppressWarnings("unchecked")
    Map<String, String> environment(String service) {
      Map<String, String> environment = new TreeMap<>();
      ((Map<String, Object>) service(service).get("environment"))
          .forEach((name, value) -> environment.put(name, String.valueOf(value)));
      return environment;
    }

    @SuppressWarnings("unchecked")
    List<String> command(String service) {
      return ((List<Object>) service(service).get("command"))
          .stream().map(String::valueOf).toList();
    }
  }

  private Compose() {}

  /**
   * @param variables what {@code .env} holds
   */
  static Config config(Map<String, String> variables) throws Exception {
    Path directory = Files.createTempDirectory("compose");
    Path env = directory.resolve("env");
    StringBuilder lines = new StringBuilder();
    variables.forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
    Files.writeString(env, lines);
    List<String> command = new ArrayList<>(program());
    command.addAll(
        List.of(
            "--project-directory",
            PROJECT.toString(),
            "--file",
            PROJECT.resolve("docker-compose.yml").toString(),
            "--env-file",
            env.toString(),
            "config"));
    Path says = directory.resolve("says");
    Path complains = directory.resolve("complains");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(says.toFile()).redirectError(complains.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FLOWPP_"));
    int code = builder.start().waitFor();
    return new Config(code, Files.readString(code == 0 ? says : complains));
  }

  private static List<String> program() throws Exception {
    for (List<String> program : List.of(List.of("docker-compose"), List.of("docker", "compose"))) {
      List<String> version = new ArrayList<>(program);
      version.add("version");
      try {
        Process process =
            new ProcessBuilder(version)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
          return program;
        }
      } catch (IOException notHere) {
        continue;
      }
    }
    throw new AssertionError(
        "neither docker-compose nor docker compose is here; install it (Debian, Ubuntu: apt install"
            + " docker-compose)");
  }
}
