package io.flowpp.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** One class of the library with one line changed, compiled to stand before the real one. */
final class PlantedChange {
  private static final Path SOURCES = Path.of("../flowpp-core/src/main/java/io/flowpp/core");

  private PlantedChange() {}

  /**
   * @param source such as {@code flow/ActNorm.java}
   * @param line that is in it exactly once
   * @return the class path of the changed program
   */
  static String of(Path folder, String source, String line, String instead) throws IOException {
    String text = Files.readString(SOURCES.resolve(source));
    assertThat(text.split(java.util.regex.Pattern.quote(line), -1))
        .as("%s has once: %s", source, line)
        .hasSize(2);
    Path changed = folder.resolve("source").resolve(Path.of(source).getFileName().toString());
    Path classes = folder.resolve("classes");
    Files.createDirectories(changed.getParent());
    Files.createDirectories(classes);
    Files.writeString(changed, text.replace(line, instead));
    String ours = System.getProperty("java.class.path");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-nowarn",
              "--add-modules",
              "jdk.incubator.vector",
              "-cp",
              ours,
              "-d",
              classes.toString());
      assertThat(
              compiler
                  .getTask(said, files, null, options, null, files.getJavaFileObjects(changed))
                  .call())
          .as(said.toString())
          .isTrue();
    }
    return classes + File.pathSeparator + ours;
  }
}
