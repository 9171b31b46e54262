package io.flowpp.platform.cli;

import io.flowpp.platform.config.Redaction;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** Prints without secrets. What is printed in one call is looked at as one text. */
final class RedactingWriter extends FilterWriter {
  private final Redaction redaction;

  RedactingWriter(Writer to, Redaction redaction) {
    super(to);
    this.redaction = redaction;
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    out.write(redaction.apply(text.substring(from, from + length)));
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    out.write(redaction.apply(new String(text, from, length)));
  }
}
