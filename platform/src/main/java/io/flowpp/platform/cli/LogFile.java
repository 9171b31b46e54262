package io.flowpp.platform.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Sends what is logged to one file of this process under the workspace, made with the first line;
 * without such a file (tests, a library user) warnings go to stderr.
 *
 * <p>Logback finds this class as a service when the first logger is made: commands that log nothing
 * never start it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogFile extends ContextAwareBase implements Configurator {
  private static final String PROPERTY = "flowpp.log";
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  /** Names the file of this process, before the first logger is made. */
  static void use(Path workspace) {
    String name =
        "flowpp-"
            + STAMP.format(LocalDateTime.now(ZoneOffset.UTC))
            + "-"
            + ProcessHandle.current().pid();
    System.setProperty(PROPERTY, workspace.resolve("logs").resolve(name + ".log").toString());
  }

  /** The file, if something was written to it. */
  static Optional<Path> written() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .map(Path::of)
        .filter(Files::isRegularFile);
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    // Logback would tell its own troubles, such as a file that it cannot open, on stdout.
    context.getStatusManager().add(new NopStatusListener());
    String file = System.getProperty(PROPERTY);
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(file == null ? Level.WARN : Level.INFO);
    OutputStreamAppender<ILoggingEvent> appender = file == null ? console() : file(file);
    RedactingEncoder encoder = new RedactingEncoder(Places.redaction());
    encoder.setContext(context);
    encoder.setPattern(
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{30}: %msg%n%ex");
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static OutputStreamAppender<ILoggingEvent> console() {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    return console;
  }

  private static OutputStreamAppender<ILoggingEvent> file(String name) {
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setFile(name);
    return file;
  }
}
