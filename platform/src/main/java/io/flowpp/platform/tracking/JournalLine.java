package io.flowpp.platform.tracking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An event as a line of JSON that carries the checksum of what it says: {@code
 * {"crc":"0a1b2c3d","is":{...}}}.
 */
final class JournalLine {
  private static final byte[] HEAD = "{\"crc\":\"".getBytes(ISO_8859_1);
  private static final byte[] MIDDLE = "\",\"is\":".getBytes(ISO_8859_1);
  private static final int CRC_DIGITS = 8;
  private static final int BODY = HEAD.length + CRC_DIGITS + MIDDLE.length;
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private JournalLine() {}

  /** The line with its line feed. */
  static byte[] encode(Event event) {
    byte[] body;
    try {
      body = MAPPER.writerFor(Event.class).writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event that cannot be written as JSON: " + event, e);
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(BODY + body.length + 2);
    line.writeBytes(HEAD);
    line.writeBytes(crc(body, 0, body.length));
    line.writeBytes(MIDDLE);
    line.writeBytes(body);
    line.write('}');
    line.write('\n');
    return line.toByteArray();
  }

  /**
   * The event of a line without its line feed; empty where the line is not what was once written.
   */
  static Optional<Event> decode(byte[] bytes, int from, int to) {
    int bodyFrom = from + BODY;
    int bodyTo = to - 1;
    if (bodyTo <= bodyFrom
        || bytes[bodyTo] != '}'
        || !Arrays.equals(bytes, from, from + HEAD.length, HEAD, 0, HEAD.length)
        || !Arrays.equals(
            bytes,
            from + HEAD.length,
            from + HEAD.length + CRC_DIGITS,
            crc(bytes, bodyFrom, bodyTo - bodyFrom),
            0,
            CRC_DIGITS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readValue(bytes, bodyFrom, bodyTo - bodyFrom, Event.class));
    } catch (IOException e) {
      throw new IllegalStateException(
          "a journal line of another version: " + new String(bytes, from, to - from, UTF_8), e);
    }
  }

  private static byte[] crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return HexFormat.of().toHexDigits(crc.getValue(), CRC_DIGITS).getBytes(ISO_8859_1);
  }
}
