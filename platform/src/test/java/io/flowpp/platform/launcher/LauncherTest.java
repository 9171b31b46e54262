package io.flowpp.platform.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowpp.platform.launcher.FakeProject.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
  @TempDir private Path temporary;
  private FakeProject project;

  @BeforeEach
  void makeProject() throws IOException {
    project = new FakeProject(temporary.toRealPath());
  }

  @Test
  void withoutJavaItSaysWhatToInstall() throws Exception {
    Ended ended = project.launch("plan");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: Java 17 or newer is needed and no Java was found")
        .contains("install a JDK 17 or newer");
  }

  @Test
  void aJavaHomeThatIsTooOldIsNamedWithItsVersion() throws Exception {
    Path old = project.jdk("11.0.22");
    Ended ended = project.with("JAVA_HOME", old).launch("plan");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines())
        .singleElement()
        .isEqualTo(
            "error: JAVA_HOME: Java 11 in "
                + old
                + " is too old; set it to a JDK 17 or newer, or unset it");
    assertThat(project.mavenCalls()).isEmpty();
  }

  @Test
  void withJsonAFailureIsAnObjectOnStdoutToo() throws Exception {
    Ended ended =
        project.with("JAVA_HOME", project.jdk("11\"\\")).launch("plan", "x.yaml", "--json");
    assertThat(ended.code()).isEqualTo(2);
    JsonNode failure = new ObjectMapper().readTree(ended.out());
    assertThat(failure.path("status").asText()).isEqualTo("failed");
    assertThat("error: " + failure.path("error").path("message").asText() + "\n")
        .isEqualTo(ended.err());
  }

  @Test
  void aJavaHomeWithoutJavaIsSaid() throws Exception {
    Ended ended = project.with("JAVA_HOME", temporary.resolve("nothing")).launch("plan");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: JAVA_HOME: no Java in ");
  }

  @Test
  void aJavaOnPathThatIsTooOldIsNamedWithItsVersion() throws Exception {
    Path old = project.jdk("1.8.0_402");
    Files.delete(old.resolve("release")); // Java 8 has none at times: ask the program
    project.putOnPath(old);
    Ended ended = project.launch("plan");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .startsWith("error: Java 17 or newer is needed and only Java 8 in " + old + " was found");
  }

  @Test
  void aNewerJavaInAUsualPlaceIsTakenBeforeAnOldOneOnPath() throws Exception {
    project.putOnPath(project.jdk("11.0.22"));
    Path good = project.jdk("21.0.3");
    Ended ended = project.with("FLOWPP_JVM_PATH", good).launch("plan");
    assertThat(ended.code()).isZero();
  }

  @Test
  void aRuntimeWithoutCompilerCannotBuild() throws Exception {
    Path runtime = project.jdk("17.0.1");
    Files.delete(runtime.resolve("bin/javac"));
    Ended ended = project.with("JAVA_HOME", runtime).launch("plan");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .contains("has no compiler")
        .contains("install a JDK");
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws Exception {
    project.removeMaven();
    Ended ended = onJava17().launch("plan");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .contains("mvn is not on PATH; install Maven");
    assertThat(project.lock()).doesNotExist();
  }

  @Test
  void theCommandAndItsArgumentsReachTheProgram() throws Exception {
    Ended ended = onJava17().launch("run", "my file.yaml", "a.b=c d");
    assertThat(ended.code()).isZero();
    assertThat(ended.out().lines().filter(line -> line.startsWith("argument=")))
        .endsWith(
            "argument=io.flowpp.platform.cli.Main",
            "argument=run",
            "argument=my file.yaml",
            "argument=a.b=c d");
  }

  @Test
  void theClassPathHoldsOurJarsThenTheLibraries() throws Exception {
    onJava17().launch("plan");
    String args = Files.readString(project.home.resolve("target/launcher/cpu/java.args"));
    assertThat(args)
        .matches(
            "-cp\\n\"[^:]+/platform\\.jar:[^:]+/flowpp-core\\.jar:"
                + project.root
                + "/repository/org/tensors/tensors\\.jar\"\\n");
  }

  @Test
  void theExitCodePassesThrough() throws Exception {
    assertThat(onJava17().with("FAKE_EXIT", "5").launch("run").code()).isEqualTo(5);
  }

  @Test
  void theProgramTakesTheLaunchersPlaceSoThatSignalsReachIt() throws Exception {
    Process process = onJava17().start("run");
    assertThat(FakeProject.end(process).out()).contains("pid=" + process.pid() + "\n");
  }

  @Test
  void itBuildsOnceAndAgainOnlyWhenTheSourcesChanged() throws Exception {
    onJava17();
    assertThat(project.launch("plan").err()).contains("first start, building");
    assertThat(project.launch("plan").err()).isEmpty();
    assertThat(project.mavenCalls()).hasSize(1);

    FakeProject.write(
        project.home.resolve("platform/src/main/java/a/One.java"), "class One { int a; }");
    assertThat(project.launch("plan").err()).contains("sources changed, building");
    assertThat(project.launch("plan").err()).isEmpty();
    assertThat(project.mavenCalls()).hasSize(2);

    Files.delete(project.home.resolve("flowpp-core/src/main/java/a/Two.java"));
    project.launch("plan");
    assertThat(project.mavenCalls()).hasSize(3);

    FakeProject.write(project.home.resolve("pom.xml"), "<project></project>");
    project.launch("plan");
    assertThat(project.mavenCalls()).hasSize(4);

    FakeProject.write(
        project.home.resolve("platform/src/test/java/a/OneTest.java"), "class OneTest {}");
    FakeProject.write(project.home.resolve("experiments/new.yaml"), "seed: 1");
    assertThat(project.launch("plan").err()).isEmpty();
    assertThat(project.mavenCalls()).hasSize(4);
  }

  @Test
  void itBuildsAgainWhenALibraryHasGone() throws Exception {
    onJava17().launch("plan");
    Path library = project.root.resolve("repository/org/tensors/tensors.jar");
    Files.delete(library);
    assertThat(project.launch("plan").code()).isEqualTo(1);
    FakeProject.write(library, "jar");
    assertThat(project.launch("plan").code()).isZero();
  }

  @Test
  void theBuildLeavesOutTheGates() throws Exception {
    onJava17().launch("plan");
    assertThat(project.mavenCalls()).singleElement().asString().contains("-Dquick");
  }

  @Test
  void aRunningProgramKeepsItsJarsThroughALaterBuild() throws Exception {
    onJava17().launch("plan");
    Path jars = project.home.resolve("target/launcher/cpu/jars");
    Path before = Path.of(Files.readString(jars).split(":", -1)[0]);
    FakeProject.write(project.home.resolve("pom.xml"), "<project></project>");
    project.launch("plan");
    assertThat(Files.readString(jars)).doesNotStartWith(before.toString());
    assertThat(before).exists();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void onlyBuildsThatNobodyRunsOnAreDeletedAfterAWhile() throws Exception {
    onJava17().launch("plan");
    Path jars = project.home.resolve("target/launcher/cpu/jars");
    Path used = Path.of(Files.readString(jars).split(":", -1)[0]);
    Path unused = null;
    try (InputStream program = Files.newInputStream(used)) {
      for (int i = 0; i < 7; i++) {
        FakeProject.write(project.home.resolve("pom.xml"), "<project/>" + " ".repeat(i));
        project.launch("plan");
        unused = i == 0 ? Path.of(Files.readString(jars).split(":", -1)[0]) : unused;
      }
      assertThat(program.available()).isZero();
    }
    assertThat(used).exists();
    assertThat(unused).doesNotExist();
    assertThat(Path.of(Files.readString(jars).split(":", -1)[0])).exists();
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    onJava17();
    Path hold = project.holdMaven();
    Process first = project.start("plan");
    awaitUntil(() -> project.mavenCalls().size() == 1);
    Process second = project.start("plan");
    BufferedReader told = second.errorReader(UTF_8);
    assertThat(told.readLine())
        .startsWith("flowpp: waiting for the build of process " + first.pid());
    Files.delete(hold);
    assertThat(FakeProject.end(first).code()).isZero();
    assertThat(FakeProject.end(second).code()).isZero();
    assertThat(project.mavenCalls()).hasSize(1);
  }

  @Test
  void theLockOfADeadLauncherIsTakenOver() throws Exception {
    onJava17();
    Path hold = project.holdMaven();
    Process first = project.start("plan");
    awaitUntil(() -> project.mavenCalls().size() == 1);
    first.descendants().forEach(ProcessHandle::destroyForcibly);
    first.destroyForcibly().waitFor();
    assertThat(Files.isSymbolicLink(project.lock())).isTrue();
    Files.delete(hold);
    assertThat(project.launch("plan").code()).isZero();
    assertThat(Files.exists(project.lock(), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aStoppedBuildStopsMavenAndFreesTheLock() throws Exception {
    onJava17();
    Path hold = project.holdMaven();
    Process launcher = project.start("plan");
    awaitUntil(() -> project.mavenCalls().size() == 1);
    ProcessHandle maven =
        launcher
            .descendants()
            .filter(each -> each.info().arguments().map(LauncherTest::isMaven).orElse(false))
            .findFirst()
            .orElseThrow();
    launcher.toHandle().destroy(); // SIGTERM; unlike Process.destroy it leaves the pipes open
    assertThat(FakeProject.end(launcher).code()).isEqualTo(128 + 15);
    awaitUntil(() -> !maven.isAlive());
    assertThat(Files.exists(project.lock(), LinkOption.NOFOLLOW_LINKS)).isFalse();
    Files.delete(hold);
    assertThat(project.launch("plan").err()).contains("first start, building");
  }

  @Test
  void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
    onJava17();
    Path broken = project.breakMaven();
    Ended ended = project.launch("plan");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("[ERROR] One.java:[3,4] cannot find symbol")
        .contains("error: build: Maven ended with exit code 1; the whole log is ");
    Files.delete(broken);
    assertThat(project.launch("plan").code()).isZero();
  }

  @Test
  void aFailedRebuildDoesNotRunTheOldProgram() throws Exception {
    onJava17().launch("plan");
    FakeProject.write(project.home.resolve("platform/src/main/java/a/One.java"), "class One {");
    project.breakMaven();
    Ended ended = project.launch("plan");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void itWorksThroughALinkFromAnotherDirectoryAndKeepsTheWorkspaceInTheProject() throws Exception {
    onJava17();
    Path elsewhere = Files.createDirectories(project.root.resolve("elsewhere"));
    Path link =
        Files.createSymbolicLink(elsewhere.resolve("flowpp"), Path.of("../the project/flowpp"));
    Ended ended = project.launchFrom(elsewhere, link, "plan");
    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .contains("argument=-Dflowpp.home=" + project.home)
        .contains("FLOWPP_WORKSPACE=" + project.home.resolve(".flowpp"));
    assertThat(project.with("FLOWPP_WORKSPACE", "mine").launchFrom(elsewhere, link, "plan").out())
        .contains("FLOWPP_WORKSPACE=mine\n");
  }

  @Test
  void whatLibtorchReadsAtItsStartIsSet() throws Exception {
    String out = onJava17().launch("run").out();
    assertThat(out)
        .containsPattern("OMP_NUM_THREADS=[1-9]")
        .contains("DJL_OFFLINE=true")
        .contains("GLIBC_TUNABLES=glibc");
    assertThat(out).doesNotContain("--enable-native-access");
  }

  @Test
  void aThreadCountOfTheUserIsKept() throws Exception {
    assertThat(onJava17().with("OMP_NUM_THREADS", "1").launch("run").out())
        .contains("OMP_NUM_THREADS=1\n");
  }

  @Test
  void tf32IsForbiddenUnlessAskedFor() throws Exception {
    onJava17();
    assertThat(project.launch("run").out()).contains("NVIDIA_TF32_OVERRIDE=0\n");
    project.with("NVIDIA_TF32_OVERRIDE", "0");
    assertThat(project.with("FLOWPP_TF32", "1").launch("run").out())
        .contains("NVIDIA_TF32_OVERRIDE=unset\n")
        .contains("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1\n");
    Ended ended = project.with("FLOWPP_TF32", "yes").launch("run");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).isEqualTo("error: FLOWPP_TF32: expected 0 or 1, found 'yes'\n");
  }

  @Test
  void newerJavaIsToldToAllowNativeCode() throws Exception {
    Path java = project.jdk("25");
    assertThat(project.with("JAVA_HOME", java).launch("run").out())
        .contains("argument=--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void optionsOfTheUserComeAfterOurs() throws Exception {
    String out = onJava17().with("FLOWPP_JAVA_OPTS", "-Xmx8g -Da=b").launch("run").out();
    assertThat(out.indexOf("argument=-Xmx8g\n")).isGreaterThan(out.indexOf("argument=-Xmx2g\n"));
    assertThat(out).contains("argument=-Da=b\n");
  }

  @Test
  void anUnknownNativeLibraryIsRefused() throws Exception {
    Ended ended = onJava17().with("FLOWPP_NATIVE", "rocm").launch("run");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo("error: FLOWPP_NATIVE: unknown native library 'rocm'; use cpu or cuda\n");
  }

  @Test
  void whatAClusterNeedsIsBuiltOnlyForWhoAsksForIt() throws Exception {
    onJava17().launch("run", "x.yaml", "--runner", "direct");
    assertThat(project.mavenCalls()).singleElement().asString().doesNotContain("infra/flink");
    assertThat(project.launch("run", "x.yaml", "--runner", "flink").err())
        .contains("first start with flink, building");
    assertThat(project.mavenCalls()).hasSize(2).last().asString().contains("infra/flink");
    String args = Files.readString(project.home.resolve("target/launcher/cpu-flink/java.args"));
    assertThat(args)
        .containsPattern("/flink\\.jar:")
        .containsPattern("\n\"-Dflowpp\\.flink\\.job-jar=[^\"]+/cpu-flink/[^\"/]+/job\\.jar\"\n");

    assertThat(project.launch("run", "x.yaml", "--runner=flink").err()).isEmpty();
    assertThat(project.launch("run", "x.yaml", "execution.runner=flink").err()).isEmpty();
    Ended ended = project.with("FLOWPP_ENGINE", "flink").launch("run", "x.yaml");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).contains("cpu-flink/java.args");
    assertThat(project.with("FLOWPP_ENGINE", "").launch("run", "x.yaml").err()).isEmpty();

    FakeProject.write(project.home.resolve("infra/flink/pom.xml"), "<project></project>");
    assertThat(project.launch("run", "x.yaml").err()).isEmpty();
    assertThat(project.launch("run", "--runner", "flink", "x.yaml").err())
        .contains("sources changed, building");
  }

  @Test
  void anUnknownEngineIsRefused() throws Exception {
    Ended ended = onJava17().with("FLOWPP_ENGINE", "dask").launch("run");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo("error: FLOWPP_ENGINE: unknown engine 'dask'; use flink, or unset it\n");
  }

  @Test
  void theFirstRunPreparesTrackingWhileMavenWorks() throws Exception {
    onJava17();
    Path told = prepareScript();
    Path hold = project.holdMaven();
    Process launcher = project.start("run", "x.yaml");
    awaitUntil(() -> Files.exists(told));
    Files.delete(hold);
    assertThat(FakeProject.end(launcher).code()).isZero();
    assertThat(Files.readString(told)).isEqualTo(project.home.resolve(".flowpp") + "\n");
  }

  @Test
  void trackingIsNotPreparedWhereItIsNotWanted() throws Exception {
    onJava17();
    Path told = prepareScript();
    project.launch("plan", "x.yaml");
    Files.delete(project.home.resolve("target/launcher/cpu/java.args"));
    project.with("FLOWPP_OFFLINE", "1").launch("run", "x.yaml");
    Files.delete(project.home.resolve("target/launcher/cpu/java.args"));
    project
        .with("FLOWPP_OFFLINE", "")
        .with("MLFLOW_TRACKING_URI", "http://localhost:1")
        .launch("run", "x.yaml");
    assertThat(project.mavenCalls()).hasSize(3);
    assertThat(told).doesNotExist();
  }

  private FakeProject onJava17() throws IOException {
    return project.with("JAVA_HOME", project.jdk("17.0.15"));
  }

  private Path prepareScript() throws IOException {
    Path told = project.root.resolve("prepared");
    Path part = project.root.resolve("prepared.part");
    FakeProject.script(
        project.home.resolve("infra/mlflow/prepare.sh"),
        "echo \"$1\" >'" + part + "' && mv '" + part + "' '" + told + "'\n");
    return told;
  }

  private static boolean isMaven(String[] arguments) {
    return arguments.length > 0 && arguments[0].endsWith("/mvn");
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void awaitUntil(Condition condition) throws IOException {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (!condition.holds()) {
      assertThat(Instant.now()).as("waited 60 s").isBefore(end);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
