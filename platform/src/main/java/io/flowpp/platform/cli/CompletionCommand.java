package io.flowpp.platform.cli;

import io.flowpp.platform.config.ExitCode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flowpp completion}: what a shell completes commands and options from. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options in bash or zsh. For this shell:",
      "source <(./flowpp completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {
  /** Shells that are known; zsh reads bash's scripts, which know it. */
  enum Shell {
    BASH,
    ZSH
  }

  @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell = Shell.BASH;

  @Mixin private Output output = new Output();
  @Spec private CommandSpec spec = CommandSpec.create();

  /** What {@code --json} prints. */
  record Script(String shell, String script) {}

  @Override
  public Integer call() {
    String script = AutoComplete.bash("flowpp", spec.root().commandLine());
    output.result(new Script(shell.name().toLowerCase(Locale.ROOT), script), Script::script);
    return ExitCode.DONE.number();
  }
}
