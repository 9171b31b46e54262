package io.flowpp.platform.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = "Describe a prepared data set after checking every shard against its digest.")
final class DataInspectCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "DIGEST",
      description = "Its digest, or the beginning of one.")
  private String digest = "";

  @Mixin private Output output = new Output();

  @Override
  public Integer call() {
    output.result(DataText.dataSets().inspect(digest), DataText::block);
    return 0;
  }
}
