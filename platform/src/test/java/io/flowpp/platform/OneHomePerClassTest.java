package io.flowpp.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two modules with a class of one name would run whichever the class path names first. */
class OneHomePerClassTest {
  @Test
  void noClassOfOursIsInTwoModules() throws IOException {
    Map<String, Path> homes = new TreeMap<>();
    Map<String, List<Path>> twice = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path home = Path.of(entry);
      for (String name : ourClasses(home)) {
        Path other = homes.putIfAbsent(name, home);
        if (other != null) {
          twice.put(name, List.of(other, home));
        }
      }
    }
    assertThat(twice).isEmpty();
    assertThat(homes)
        .containsKeys("io/flowpp/platform/cli/Main.class", "io/flowpp/core/spec/ModelSpec.class");
  }

  private static List<String> ourClasses(Path home) throws IOException {
    if (Files.isDirectory(home)) {
      return classesUnder(home);
    }
    if (!Files.isRegularFile(home)) {
      return List.of(); // Surefire names folders that a module need not have
    }
    try (FileSystem jar = FileSystems.newFileSystem(home)) {
      return classesUnder(jar.getPath("/"));
    }
  }

  private static List<String> classesUnder(Path root) {
    Path ours = root.resolve("io/flowpp");
    if (!Files.isDirectory(ours)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(ours)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.endsWith("package-info.class"))
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
