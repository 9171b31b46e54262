package io.flowpp.core.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive that libtorch loads: a zip of stored entries under one
 * folder, its pickles written by hand.
 */
final class ScriptArchive {
  private static final String FOLDER = "flowpp/";

  private ScriptArchive() {}

  /**
   * @param type name of the class in {@code source} that becomes the module; it has the one
   *     attribute {@code training}
   */
  static byte[] pack(String source, String type) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "data.pkl", pickledModule(type));
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("packing a script in memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Pickle protocol 2: an object of class {@code __torch__.TYPE} with the state {training: true}.
   */
  private static byte[] pickledModule(String type) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    out.write(("c__torch__\n" + type + "\n").getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {'q', 0, ')', (byte) 0x81, '}', '('});
    byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
    out.write(new byte[] {'X', (byte) key.length, 0, 0, 0});
    out.write(key);
    out.write(new byte[] {'q', 1, (byte) 0x88, 'u', 'b', 'q', 2, '.'});
    return out.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(FOLDER + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    entry.setSize(content.length);
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
