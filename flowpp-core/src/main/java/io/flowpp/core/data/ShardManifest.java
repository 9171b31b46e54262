package io.flowpp.core.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowpp.core.spec.ImageShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a directory of shards holds: {@code manifest.json} beside them.
 *
 * @param source where the images came from, for people; no part of the digest
 */
public record ShardManifest(String source, ImageShape shape, int bits, List<Split> splits) {
  public static final String FILE = "manifest.json";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  public ShardManifest {
    splits = List.copyOf(splits);
  }

  /**
   * @param name {@code train}, {@code validation} or {@code test}
   */
  public record Split(String name, List<Shard> shards) {
    public Split {
      shards = List.copyOf(shards);
    }

    /** Number of images in all shards. */
    public int images() {
      return shards.stream().mapToInt(Shard::images).sum();
    }
  }

  /**
   * @param file beside the manifest
   * @param sha256 of the whole file
   */
  public record Shard(String file, int images, String sha256) {}

  /** The split of that name. */
  public Split split(String name) {
    return splits.stream()
        .filter(split -> split.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no split " + name + " in " + splits.stream().map(Split::name).toList()));
  }

  /**
   * SHA-256 over shape, bits, splits and the shards' digests: equal for equal images and labels in
   * equal splits.
   */
  public String digest() {
    StringBuilder text = new StringBuilder();
    text.append("shards ")
        .append(VERSION)
        .append(' ')
        .append(shape)
        .append(' ')
        .append(bits)
        .append('\n');
    for (Split split : splits) {
      text.append(split.name()).append('\n');
      for (Shard shard : split.shards()) {
        text.append(shard.images()).append(' ').append(shard.sha256()).append('\n');
      }
    }
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Writes {@code manifest.json} into a directory that nobody reads yet. */
  public void write(Path directory) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("version", VERSION).put("digest", digest());
    json.setAll((ObjectNode) JSON.valueToTree(this));
    Files.write(
        directory.resolve(FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
  }

  /**
   * Reads {@code manifest.json} and checks it against its own digest.
   *
   * @throws DamagedShardException where it is missing, unreadable or changed
   */
  public static ShardManifest read(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      if (!(json instanceof ObjectNode object) || json.path("version").asInt() != VERSION) {
        throw new DamagedShardException(file, "is no manifest of version " + VERSION);
      }
      String expected = object.path("digest").asText();
      object.remove(List.of("version", "digest"));
      ShardManifest manifest = JSON.treeToValue(object, ShardManifest.class);
      String actual = manifest.digest();
      if (!actual.equals(expected)) {
        throw new DamagedShardException(
            file, "was changed: its contents have the digest " + actual + ", it says " + expected);
      }
      return manifest;
    } catch (NoSuchFileException missing) {
      throw new DamagedShardException(file, "is missing");
    } catch (JsonProcessingException unreadable) {
      throw new DamagedShardException(file, "is no manifest: " + unreadable.getOriginalMessage());
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
