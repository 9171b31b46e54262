package io.flowpp.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: eight bytes with the length of a JSON header, the header (for each name
 * its dtype, shape and place; strings under {@code __metadata__}), then the values, little-endian,
 * row-major, without gaps.
 *
 * <p>A file is opened by its header, which is held against the file's size; values are read one
 * tensor at a time.
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final long LONGEST_HEADER = 100L << 20;
  private static final int LENGTH_BYTES = 8;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The dtypes that files of ours and of the authors' numbers have. */
  private static final Map<String, DataType> TYPES =
      Map.of(
          "F64", DataType.FLOAT64,
          "F32", DataType.FLOAT32,
          "I64", DataType.INT64,
          "I32", DataType.INT32,
          "I8", DataType.INT8,
          "U8", DataType.UINT8,
          "BOOL", DataType.BOOLEAN);

  private final Path file;
  private final long dataBegin;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private Safetensors(
      Path file, long dataBegin, Map<String, Entry> entries, Map<String, String> metadata) {
    this.file = file;
    this.dataBegin = dataBegin;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * One tensor of a file.
   *
   * @param begin first byte after the header's end, {@code end} the byte after the last
   */
  public record Entry(String name, DataType type, Shape shape, long begin, long end) {}

  /**
   * Reads the header of {@code file}.
   *
   * @throws DamagedSafetensorsException if the file is cut off, its header is no such header, a
   *     dtype is unknown, or tensors overlap or leave gaps
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Safetensors open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < LENGTH_BYTES) {
        throw new DamagedSafetensorsException(file, "it has " + size + " bytes");
      }
      long length = fill(channel, 0, LENGTH_BYTES, file).getLong();
      if (length < 2 || length > Math.min(LONGEST_HEADER, size - LENGTH_BYTES)) {
        throw new DamagedSafetensorsException(
            file, "a header of " + length + " bytes is announced in a file of " + size);
      }
      byte[] json = fill(channel, LENGTH_BYTES, Math.toIntExact(length), file).array();
      long begin = LENGTH_BYTES + length;
      return parse(file, json, begin, size - begin);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }

  private static Safetensors parse(Path file, byte[] json, long begin, long dataBytes) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    JsonNode header;
    try {
      header = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new DamagedSafetensorsException(
          file, "its header is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!header.isObject()) {
      throw new DamagedSafetensorsException(file, "its header is no JSON object");
    }
    header
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getKey().equals(METADATA)) {
                metadata.putAll(strings(file, field.getValue()));
              } else {
                entries.put(field.getKey(), entry(file, field.getKey(), field.getValue()));
              }
            });
    requireNoGaps(file, entries, dataBytes);
    return new Safetensors(file, begin, entries, metadata);
  }

  private static Map<String, String> strings(Path file, JsonNode node) {
    Map<String, String> strings = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isTextual()) {
                throw new DamagedSafetensorsException(
                    file, "its metadata " + field.getKey() + " is no string");
              }
              strings.put(field.getKey(), field.getValue().textValue());
            });
    return strings;
  }

  private static Entry entry(Path file, String name, JsonNode node) {
    JsonNode dims = node.path("shape");
    JsonNode place = node.path("data_offsets");
    if (!dims.isArray() || !place.isArray() || place.size() != 2) {
      throw new DamagedSafetensorsException(file, name + " has no shape or no place");
    }
    DataType type = TYPES.get(node.path("dtype").asText());
    if (type == null) {
      throw new DamagedSafetensorsException(
          file,
          name
              + " has dtype "
              + node.path("dtype")
              + "; known are "
              + String.join(", ", TYPES.keySet().stream().sorted().toList()));
    }
    long[] shape = longs(file, name, dims);
    long[] offsets = longs(file, name, place);
    long bytes = type.getNumOfBytes();
    try {
      for (long dim : shape) {
        bytes = Math.multiplyExact(bytes, dim);
      }
    } catch (ArithmeticException e) {
      throw new DamagedSafetensorsException(file, name + " has the impossible shape " + dims, e);
    }
    if (offsets[1] - offsets[0] != bytes) {
      throw new DamagedSafetensorsException(
          file, name + " of shape " + dims + " takes " + bytes + " bytes, not those at " + place);
    }
    return new Entry(name, type, new Shape(shape), offsets[0], offsets[1]);
  }

  private static long[] longs(Path file, String name, JsonNode numbers) {
    long[] values = new long[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode number = numbers.get(i);
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw new DamagedSafetensorsException(file, name + " has a size or place " + number);
      }
      values[i] = number.longValue();
    }
    return values;
  }

  private static void requireNoGaps(Path file, Map<String, Entry> entries, long dataBytes) {
    List<Entry> ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry entry : ordered) {
      if (entry.begin() != at) {
        throw new DamagedSafetensorsException(
            file,
            entry.name()
                + (entry.begin() < at ? " overlaps what is before it" : " leaves a gap before it")
                + ", at byte "
                + entry.begin());
      }
      at = entry.end();
    }
    if (at != dataBytes) {
      throw new DamagedSafetensorsException(
          file, "its tensors take " + at + " bytes, and it has " + dataBytes + " after the header");
    }
  }

  public Path file() {
    return file;
  }

  /** The tensors by name, in the header's order. */
  public Map<String, Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** The names of all tensors, in the header's order. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** The strings beside the tensors. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /**
   * Reads one tensor; it belongs to {@code manager} and holds memory of its own.
   *
   * @throws IllegalArgumentException if the file has no tensor of that name
   */
  public NDArray read(String name, NDManager manager) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(file + " has no tensor " + name);
    }
    if (entry.begin() == entry.end()) {
      return manager.zeros(entry.shape(), entry.type());
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < dataBegin + entry.end()) {
        throw new DamagedSafetensorsException(file, "it became shorter while it was read");
      }
      ByteBuffer mapped =
          channel.map(
              FileChannel.MapMode.READ_ONLY,
              dataBegin + entry.begin(),
              entry.end() - entry.begin());
      mapped.order(ByteOrder.nativeOrder());
      try (NDArray view = manager.create(mapped, entry.shape(), entry.type())) {
        return view.duplicate();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name + " of " + file, e);
    }
  }

  /** Reads all tensors. */
  public Map<String, NDArray> read(NDManager manager) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    names().forEach(name -> tensors.put(name, read(name, manager)));
    return tensors;
  }

  /**
   * Writes {@code tensors} in their order; the file appears whole or not at all.
   *
   * @param metadata strings beside them, none if empty
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        drain(channel, length.putLong(0, header.length));
        drain(channel, ByteBuffer.wrap(header));
        for (NDArray tensor : tensors.values()) {
          if (tensor.size() > 0) {
            drain(channel, tensor.toByteBuffer());
          }
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard(temporary, e);
      throw new UncheckedIOException("writing " + file, e);
    }
  }

  private static byte[] header(Map<String, NDArray> tensors, Map<String, String> metadata) {
    ObjectNode header = MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = header.putObject(METADATA);
      metadata.forEach(strings::put);
    }
    long at = 0;
    for (Map.Entry<String, NDArray> named : tensors.entrySet()) {
      NDArray tensor = named.getValue();
      ObjectNode entry = header.putObject(named.getKey());
      entry.put("dtype", dtype(named.getKey(), tensor.getDataType()));
      ArrayNode shape = entry.putArray("shape");
      for (long dim : tensor.getShape().getShape()) {
        shape.add(dim);
      }
      long end = at + tensor.size() * tensor.getDataType().getNumOfBytes();
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    // blanks, so that values begin at a multiple of eight bytes
    byte[] padded =
        Arrays.copyOf(json, (json.length + LENGTH_BYTES - 1) / LENGTH_BYTES * LENGTH_BYTES);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static String dtype(String name, DataType type) {
    return TYPES.entrySet().stream()
        .filter(known -> known.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(name + " is " + type + ", which no file keeps"));
  }

  private static ByteBuffer fill(FileChannel channel, long position, int bytes, Path file)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new DamagedSafetensorsException(file, "it ends inside the header");
      }
    }
    return buffer.flip();
  }

  private static void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void discard(Path temporary, IOException cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
