package io.flowpp.platform.cli;

import io.flowpp.platform.execution.Surroundings;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the build's version, and what it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String java = "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    return new String[] {"flowpp " + Surroundings.version() + ", " + java + ", " + system};
  }
}
