package io.flowpp.platform.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A copy of the launcher in a project whose Java and Maven are scripts that write down how they
 * were called. PATH holds bash, find and a few coreutils, so the launcher cannot lean on anything
 * else.
 */
final class FakeProject {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "find",
          "cat",
          "cp",
          "date",
          "dirname",
          "head",
          "ln",
          "mkdir",
          "mktemp",
          "mv",
          "nproc",
          "readlink",
          "rm",
          "sleep",
          "sort",
          "tail");

  final Path root;
  final Path home;
  private final Path bin;
  private final Map<String, String> environment = new TreeMap<>();

  /** How a launcher ended. */
  record Ended(int code, String out, String err) {}

  FakeProject(Path root) throws IOException {
    this.root = root;
    home = Files.createDirectories(root.resolve("the project"));
    bin = Files.createDirectories(root.resolve("bin"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(bin.resolve(tool), which(tool));
    }
    Files.copy(launcher(), home.resolve("flowpp"));
    write(home.resolve("pom.xml"), "<project/>");
    for (String module : List.of("flowpp-core", "platform")) {
      write(home.resolve(module).resolve("pom.xml"), "<project/>");
      write(home.resolve(module).resolve("src/main/java/a/One.java"), "class One {}");
      write(home.resolve(module).resolve("src/main/java/a/Two.java"), "class Two {}");
    }
    write(home.resolve("infra/flink/pom.xml"), "<project/>");
    write(root.resolve("repository/org/tensors/tensors.jar"), "jar");
    script(
        bin.resolve("mvn"),
        """
        printf '%%s\\n' "$*" >>'%1$s/maven-calls'
        while [ -f '%1$s/hold-maven' ]; do sleep 0.05; done
        if [ -f '%1$s/break-maven' ]; then echo '[ERROR] One.java:[3,4] cannot find symbol'; exit 1; fi
        for module in flowpp-core platform; do
          mkdir -p "$module/target/quick" && : >"$module/target/quick/$module-1.jar"
        done
        case "$*" in
          *infra/flink*) mkdir -p infra/flink/target/quick && : >infra/flink/target/quick/flink-1.jar && : >infra/flink/target/quick/flink-1-job.jar ;;
        esac
        """
            .formatted(root));
    environment.put("PATH", bin.toString());
    environment.put("FLOWPP_JVM_PATH", "");
    environment.put("HOME", root.toString());
  }

  FakeProject with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  FakeProject with(String variable, Path value) {
    return with(variable, value.toString());
  }

  /**
   * A JDK of this version whose java tells its arguments and a part of its environment, then ends
   * with $FAKE_EXIT.
   */
  Path jdk(String version) throws IOException {
    Path jdk = root.resolve("jdk-" + version);
    write(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(
        jdk.resolve("bin/java"),
        """
        if [ "$1" = -version ]; then echo 'Picked up JAVA_TOOL_OPTIONS: -Da="b"' >&2; echo 'openjdk version "%s" 2020-01-01' >&2; exit; fi
        echo "pid=$$"
        for argument in "$@"; do echo "argument=$argument"; done
        echo "OMP_NUM_THREADS=$OMP_NUM_THREADS"
        echo "DJL_OFFLINE=$DJL_OFFLINE"
        echo "GLIBC_TUNABLES=$GLIBC_TUNABLES"
        echo "NVIDIA_TF32_OVERRIDE=${NVIDIA_TF32_OVERRIDE-unset}"
        echo "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=${TORCH_ALLOW_TF32_CUBLAS_OVERRIDE-unset}"
        echo "FLOWPP_WORKSPACE=${FLOWPP_WORKSPACE:-}"
        exit ${FAKE_EXIT:-0}
        """
            .formatted(version));
    script(jdk.resolve("bin/javac"), "exit 1\n");
    script(
        jdk.resolve("bin/jar"),
        """
        mkdir -p META-INF
        printf 'Manifest-Version: 1.0\\r\\nClass-Path: org/tensors/ten\\r\\n sors.jar io/flowpp/core.jar\\r\\nRepository: %1$s/repo\\r\\n sitory\\r\\n\\r\\n' \\
          >META-INF/MANIFEST.MF
        """
            .formatted(root));
    return jdk;
  }

  Path putOnPath(Path jdk) throws IOException {
    return Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
  }

  Path removeMaven() throws IOException {
    Files.delete(bin.resolve("mvn"));
    return bin;
  }

  /** While this file is there, Maven does not end. */
  Path holdMaven() throws IOException {
    return write(root.resolve("hold-maven"), "");
  }

  Path breakMaven() throws IOException {
    return write(root.resolve("break-maven"), "");
  }

  List<String> mavenCalls() throws IOException {
    Path calls = root.resolve("maven-calls");
    return Files.exists(calls) ? Files.readAllLines(calls, UTF_8) : List.of();
  }

  Path lock() {
    return home.resolve("target/launcher/cpu/lock");
  }

  Ended launch(String... arguments) throws IOException, InterruptedException {
    return end(start(home, home.resolve("flowpp"), arguments));
  }

  Ended launchFrom(Path directory, Path program, String... arguments)
      throws IOException, InterruptedException {
    return end(start(directory, program, arguments));
  }

  Process start(String... arguments) throws IOException {
    return start(home, home.resolve("flowpp"), arguments);
  }

  private Process start(Path directory, Path program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(bin.resolve("bash").toString(), program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(false);
    return builder.start();
  }

  /** Waits for the end; what the launcher writes is far less than a pipe holds. */
  static Ended end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the launcher did not end within 60 s");
    }
    return new Ended(
        process.exitValue(),
        new String(process.getInputStream().readAllBytes(), UTF_8),
        new String(process.getErrorStream().readAllBytes(), UTF_8));
  }

  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  static void script(Path file, String body) throws IOException {
    write(file, "#!" + which("bash") + "\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path launcher() {
    return Path.of("..", "flowpp").toAbsolutePath().normalize();
  }

  private static Path which(String tool) {
    return List.of("/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin").stream()
        .map(place -> Path.of(place, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new UncheckedIOException(new IOException("this test needs " + tool)));
  }
}
