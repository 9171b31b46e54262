package io.flowpp.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flowpp.core.testing.Lab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files are read back to the bit, and damaged ones refused before a value is read. */
class SafetensorsTest {
  @TempDir Path directory;

  @Test
  void aFileGivesBackNamesTypesShapesValuesAndMetadata() throws IOException {
    Path file = directory.resolve("all.safetensors");
    Map<String, String> metadata = Map.of("spec", "{\"a\": \"ü\"}", "empty", "");
    try (Lab lab = new Lab()) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("z/double", lab.gaussian(DataType.FLOAT64, 1, 1e300, 3, 2));
      tensors.put("a float", lab.gaussian(DataType.FLOAT32, 2, 1, 5));
      tensors.put("scalar", lab.manager().create(3.5));
      tensors.put("none", lab.manager().zeros(new Shape(0, 4)));
      tensors.put("bytes", lab.manager().create(new byte[] {1, -2, 3}));
      tensors.put("longs", lab.manager().create(new long[] {Long.MIN_VALUE, 7}));
      tensors.put(
          "columns", lab.gaussian(DataType.FLOAT32, 3, 1, 2, 3).transpose()); // not row by row
      Safetensors.write(file, tensors, metadata);
      Safetensors read = Safetensors.open(file);
      assertThat(read.names()).containsExactlyElementsOf(tensors.keySet());
      assertThat(read.metadata()).isEqualTo(metadata);
      for (Map.Entry<String, NDArray> written : tensors.entrySet()) {
        NDArray again = read.read(written.getKey(), lab.manager());
        assertThat(again.getShape()).isEqualTo(written.getValue().getShape());
        assertThat(again.getDataType()).isEqualTo(written.getValue().getDataType());
        assertThat(again.toByteBuffer())
            .as(written.getKey())
            .isEqualTo(written.getValue().toByteBuffer());
      }
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aFileThatIsCutAnywhereIsRefused() throws IOException {
    Path file = directory.resolve("cut.safetensors");
    try (Lab lab = new Lab()) {
      Safetensors.write(file, Map.of("x", lab.gaussian(DataType.FLOAT32, 1, 1, 4)), Map.of());
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.open(file))
          .as("cut to %d of %d bytes", length, whole.length)
          .isInstanceOf(DamagedSafetensorsException.class)
          .hasMessageContaining("cut.safetensors");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | 0 | no JSON object",
        "{\"x\": | 0 | no JSON",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 | take 8 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 12 | it has 12",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | 8 | takes 12 bytes",
        "{\"x\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}} | 8 | dtype \"BF16\"",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | 8 | size or place -2",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}} | 8 | place 2.5",
        "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}} | 8 | no shape",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} | 0 | impossible",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | gap",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | y overlaps",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | Duplicate",
        "{\"__metadata__\":{\"a\":1}} | 0 | metadata a is no string",
      })
  void aWrongHeaderIsRefusedWithWhatIsWrong(String header, int bytes, String what)
      throws IOException {
    Path file = directory.resolve("wrong.safetensors");
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer content =
        ByteBuffer.allocate(8 + json.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
    content.putLong(json.length).put(json);
    Files.write(file, content.array());
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(DamagedSafetensorsException.class)
        .hasMessageContaining(what);
  }

  /** What cannot be written leaves the file of before as it was, and nothing beside it. */
  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path file = directory.resolve("old.safetensors");
    try (Lab lab = new Lab()) {
      Safetensors.write(file, Map.of("x", lab.gaussian(DataType.FLOAT32, 1, 1, 4)), Map.of());
      byte[] before = Files.readAllBytes(file);
      NDArray half = lab.gaussian(DataType.FLOAT32, 1, 1, 4).toType(DataType.FLOAT16, true);
      assertThatThrownBy(() -> Safetensors.write(file, Map.of("y", half), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("y is float16");
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      try (Stream<Path> left = Files.list(directory)) {
        assertThat(left).containsExactly(file);
      }
    }
  }
}
