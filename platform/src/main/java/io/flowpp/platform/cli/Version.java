package io.flowpp.platform.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the build's version, and what it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("the build left version.properties out");
      }
      properties.load(in);
    }
    String java = "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    return new String[] {
      "flowpp " + properties.getProperty("version") + ", " + java + ", " + system
    };
  }
}
