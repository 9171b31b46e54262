package io.flowpp.platform.config;

/**
 * Where a value was written.
 *
 * @param file as the user named it, {@link #COMMAND_LINE} or {@link #DEFAULT}
 * @param line counted from 1; 0 where there is none
 */
public record Origin(String file, int line) {
  public static final String COMMAND_LINE = "command line";
  public static final String DEFAULT = "default";

  @Override
  public String toString() {
    return line > 0 ? file + ":" + line : file;
  }
}
