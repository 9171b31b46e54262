package io.flowpp.platform.cli;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.flowpp.platform.config.Redaction;
import java.nio.charset.StandardCharsets;

/** Lines of the log without secrets, stack traces included. */
final class RedactingEncoder extends PatternLayoutEncoder {
  private final Redaction redaction;

  RedactingEncoder(Redaction redaction) {
    this.redaction = redaction;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return redaction.apply(getLayout().doLayout(event)).getBytes(StandardCharsets.UTF_8);
  }
}
