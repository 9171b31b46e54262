package io.flowpp.platform.doctor;

import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The Java that runs us, and whether it can build us again. */
final class JavaExamination implements Examination {
  private static final String NAME = "java";

  @Override
  public Finding look() {
    Path home = Path.of(System.getProperty("java.home", ""));
    String detail = "Java " + Runtime.version() + " in " + home;
    if (!Files.isExecutable(home.resolve("bin/javac"))
        && !Files.isExecutable(home.resolve("bin/javac.exe"))) {
      return Finding.hint(
          NAME,
          detail + ", without a compiler",
          "install a JDK (Debian, Ubuntu: apt install openjdk-17-jdk): the launcher builds the"
              + " program again when its sources change");
    }
    if (ModuleFinder.ofSystem().find("jdk.incubator.vector").isEmpty()) {
      return Finding.hint(
          NAME,
          detail + ", without the module jdk.incubator.vector",
          "use a JDK that has it: attention is slower without");
    }
    return Finding.good(NAME, detail);
  }
}
