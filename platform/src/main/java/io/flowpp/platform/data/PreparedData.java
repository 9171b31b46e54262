package io.flowpp.platform.data;

import io.flowpp.core.data.DamagedShardException;
import io.flowpp.core.data.ImageShards;
import io.flowpp.core.data.ShardManifest;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StorageFault;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/** A prepared data set, every shard checked against its digest. */
public final class PreparedData {
  private final ShardManifest manifest;
  private final ImageShards train;
  private final ImageShards validation;
  private final ImageShards test;

  private PreparedData(Path directory, ShardManifest manifest) {
    this.manifest = manifest;
    this.train = ImageShards.open(directory, manifest, ShardPlanner.TRAIN);
    this.validation = ImageShards.open(directory, manifest, ShardPlanner.VALIDATION);
    this.test = ImageShards.open(directory, manifest, ShardPlanner.TEST);
  }

  /**
   * Opens what {@link PrepareDataPipeline} wrote.
   *
   * @throws UserFault where a file is not the one that was written
   */
  public static PreparedData open(Path directory) {
    try {
      return new PreparedData(directory, ShardManifest.read(directory));
    } catch (DamagedShardException damage) {
      throw new UserFault(
          ExitCode.FAILED,
          "damaged-shard",
          damage.fault(),
          damage.file().toString(),
          "delete " + directory + " to have it prepared again, or run with --fresh",
          damage);
    } catch (UncheckedIOException fault) {
      throw StorageFault.of(Objects.requireNonNull(fault.getCause()), directory);
    }
  }

  public ImageShards train() {
    return train;
  }

  public ImageShards validation() {
    return validation;
  }

  public ImageShards test() {
    return test;
  }

  /** SHA-256 over the manifest: equal for equal images, labels and splits. */
  public String digest() {
    return manifest.digest();
  }

  public ShardManifest manifest() {
    return manifest;
  }
}
