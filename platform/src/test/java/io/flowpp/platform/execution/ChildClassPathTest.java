package io.flowpp.platform.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ChildClassPathTest {
  @TempDir private Path temporary;

  @Test
  void aJarInAFolderWithoutTheSeparatorKeepsItsName() {
    String jar = temporary.resolve("job.jar").toString();
    assertThat(ChildClassPath.separable(jar)).isEqualTo(jar);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aJarInAFolderNamedAfterHostAndPortIsReachedByAnother() throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("tm_127.0.0.1:33971-d8548c"));
    Path jar = Files.writeString(folder.resolve("blob_p-1"), "jar");
    String name = ChildClassPath.separable(jar.toString());
    assertThat(name).doesNotContain(File.pathSeparator);
    assertThat(Path.of(name)).hasContent("jar");
    Files.delete(Path.of(name));
  }
}
