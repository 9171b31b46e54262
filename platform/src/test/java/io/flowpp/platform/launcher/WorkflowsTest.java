package io.flowpp.platform.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.tracking.SharedEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflows of the repository, and what does their steps without a runner. */
@Tag("slow")
class WorkflowsTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path WORKFLOWS = PROJECT.resolve(".github/workflows");

  /** Of Go's module proxy; the newest that an old Go builds. */
  private static final String ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7";

  /** How Go says that its module proxy failed, which is asked once more. */
  private static final Pattern NO_ANSWER =
      Pattern.compile(
          "(?m)^go: .*(dial tcp|i/o timeout|TLS handshake|connection re|EOF|: 5\\d\\d )");

  @TempDir Path temporary;

  private record Ended(int code, String out) {}

  @Test
  void actionlintFindsNothingInThemAndSomethingInABrokenOne() throws Exception {
    Path broken = temporary.resolve("broken.yml");
    Files.writeString(
        broken,
        """
        on: push
        jobs:
          one:
            runs-on: ubuntu-24.04
            steps:
              - run: echo ${{ nothing.here }}
        """);
    Ended found = actionlint(broken);
    assertThat(found.out()).contains("undefined variable \"nothing\"");
    assertThat(found.code()).isNotZero();
    try (Stream<Path> files = Files.list(WORKFLOWS)) {
      Ended ours = actionlint(files.toArray(Path[]::new));
      assertThat(ours.out()).isBlank();
      assertThat(ours.code()).isZero();
    }
  }

  @Test
  void aWorkflowsStepsAreDoneAsARunnerWould() throws Exception {
    Path project = Files.createDirectories(temporary.resolve("project"));
    Path workflow = project.resolve("workflow.yml");
    Files.writeString(
        workflow,
        """
        on:
          workflow_dispatch:
            inputs:
              size: {default: small}
        defaults: {run: {shell: bash}}
        jobs:
          one:
            runs-on: ubuntu-24.04
            env:
              SIZE: ${{ inputs.size == 'large' && 'L' || 'S' }}
            steps:
              - uses: actions/checkout@v4
              - name: before
                run: |
                  echo "size $SIZE on $(git log -1 --format=%s)" > out.txt
                  echo "MARK=seen" >> "$GITHUB_ENV"
              - name: environment
                env: {EVENT: "${{ github.event_name }}"}
                run: echo "$MARK $EVENT" >> out.txt
              - name: only for pull requests
                if: github.event_name == 'pull_request'
                run: exit 9
              - name: fails
                run: |
                  false | true
                  echo "not reached" >> out.txt
              - name: not after a failure
                run: echo "not reached" >> out.txt
              - name: always
                if: always() && hashFiles('out.txt') != ''
                uses: actions/upload-artifact@v4
                with: {name: kept, path: out.txt}
        """);
    for (List<String> git :
        List.of(
            List.of("git", "init", "-q"),
            List.of("git", "add", "."),
            List.of(
                "git",
                "-c",
                "user.name=T",
                "-c",
                "user.email=t@t",
                "commit",
                "-qm",
                "the commit"))) {
      assertThat(run(project, git).code()).isZero();
    }
    Path to = temporary.resolve("done");
    Ended ended =
        steps(project, workflow, to, "--event", "workflow_dispatch", "--input", "size=large");
    assertThat(ended.code()).as(ended.out()).isEqualTo(1);
    assertThat(to.resolve("artifacts/kept/out.txt"))
        .hasContent("size L on the commit\nseen workflow_dispatch");
    Ended again = steps(project, workflow, to);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.out()).contains("is there already");
    Files.writeString(
        workflow, Files.readString(workflow).replace("upload-artifact", "upload-dust"));
    Ended unknown = steps(project, workflow, temporary.resolve("unknown"));
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.out()).contains("action actions/upload-dust");
  }

  @Test
  void ourWorkflowsAreUnderstoodForEveryEvent() throws Exception {
    for (String event : List.of("schedule", "pull_request", "workflow_dispatch")) {
      Ended ended =
          steps(
              PROJECT,
              WORKFLOWS.resolve("regression.yml"),
              temporary.resolve(event),
              "--event",
              event,
              "--skip",
              "Check",
              "--skip",
              "Comment on the pull request");
      assertThat(ended.code()).as(ended.out()).isZero();
      assertThat(ended.out()).contains("-- Check: left out").contains("-- Keep what came out");
    }
    Ended ci =
        steps(
            PROJECT,
            WORKFLOWS.resolve("ci.yml"),
            temporary.resolve("ci"),
            "--skip",
            "Build and test");
    assertThat(ci.code()).as(ci.out()).isZero();
  }

  @Test
  void theRunnersContainerSaysWhatItLacks() throws Exception {
    Path start = PROJECT.resolve("infra/gpu-runner/start.sh");
    Ended nothing = run(temporary, List.of(start.toString()));
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.out()).contains("error: RUNNER_URL is not set");
    Ended token =
        run(
            temporary,
            List.of("env", "RUNNER_URL=here", "RUNNER_TOKEN_FILE=none", start.toString()));
    assertThat(token.code()).isEqualTo(2);
    assertThat(token.out()).contains("error: RUNNER_TOKEN_FILE: no file that can be read");
  }

  private Ended actionlint(Path... files) throws Exception {
    // Without the linters that may be on a machine or not: they would find other things on each.
    List<String> command =
        new ArrayList<>(List.of("go", "run", ACTIONLINT, "-shellcheck=", "-pyflakes="));
    Stream.of(files).map(Path::toString).forEach(command::add);
    Ended ended = run(temporary, command);
    return NO_ANSWER.matcher(ended.out()).find() ? run(temporary, command) : ended;
  }

  private Ended steps(Path project, Path workflow, Path to, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                SharedEnvironment.python().toString(),
                PROJECT.resolve("infra/ci/steps.py").toString(),
                workflow.toString(),
                "--to",
                to.toString()));
    command.addAll(List.of(more));
    return run(project, command);
  }

  /** What it says on either stream. */
  private Ended run(Path folder, List<String> command) throws Exception {
    Path says = Files.createTempFile(temporary, "says", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(says.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GITHUB_") || name.startsWith("RUNNER_"));
    Process process = start(builder);
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + command);
    }
    return new Ended(process.exitValue(), Files.readString(says));
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException absent) {
      throw new AssertionError(
          builder.command().get(0) + " is not here; install it (Go: apt install golang-go)",
          absent);
    }
  }
}
