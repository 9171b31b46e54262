package io.flowpp.platform.data;

import com.google.common.hash.Hashing;
import io.flowpp.core.data.DamagedShardException;
import io.flowpp.core.data.ShardManifest;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.platform.config.ExitCode;
import io.flowpp.platform.config.UserFault;
import io.flowpp.platform.workspace.StageKey;
import io.flowpp.platform.workspace.StageLock;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The prepared data sets of a workspace: those that experiments made and those that were asked for
 * by themselves.
 */
public final class DataSets {
  private static final String BY_EXPERIMENTS = "prepare-data";
  private static final String BY_THEMSELVES = "data-set";
  private static final int VERSION = 1;

  private final Workspace workspace;
  private final RawDigests digests;

  @Inject
  DataSets(Workspace workspace, RawDigests digests) {
    this.workspace = workspace;
    this.digests = digests;
  }

  /**
   * Every data set once; shards are not read.
   *
   * @param onDamage hears of each whose manifest is damaged
   */
  public List<DataSet> list(Consumer<String> onDamage) {
    Map<String, DataSet> sets = new LinkedHashMap<>();
    for (String stage : List.of(BY_THEMSELVES, BY_EXPERIMENTS)) {
      for (StageKey key : workspace.published(stage)) {
        Path directory = workspace.find(key).orElseThrow();
        try {
          DataSet set = DataSet.of(ShardManifest.read(directory), directory);
          sets.putIfAbsent(set.digest(), set);
        } catch (DamagedShardException damage) {
          onDamage.accept(damage.file() + ": " + damage.fault());
        }
      }
    }
    return List.copyOf(sets.values());
  }

  /**
   * The data set of that digest, after checking every shard.
   *
   * @param digest or the beginning of one
   */
  public DataSet inspect(String digest) {
    List<DataSet> found =
        list(damage -> {}).stream().filter(set -> set.digest().startsWith(digest)).toList();
    if (found.size() != 1) {
      String what =
          found.isEmpty()
              ? "no prepared data set has this digest"
              : "several digests begin so: " + found.stream().map(DataSet::digest).toList();
      throw new UserFault(
          ExitCode.USAGE, "unknown-data-set", what, digest, "'flowpp data list' shows them");
    }
    Path directory = found.get(0).directory();
    return DataSet.of(PreparedData.open(directory).manifest(), directory);
  }

  /**
   * Prepares a source as it is, or answers at once where that has been done.
   *
   * @param validation as in {@link PrepareRequest}
   * @param onWait hears who else is preparing it
   */
  public DataSet prepare(
      DataSource source, int bits, @Nullable Integer validation, Consumer<String> onWait) {
    source.requireComplete();
    ImageShape shape = source.layout().shape();
    PrepareRequest request = new PrepareRequest(source, shape, bits, validation);
    StageKey key = key(request);
    Optional<Path> known = workspace.find(key);
    if (known.isPresent()) {
      return describe(known.get());
    }
    workspace.requireWritable();
    try (StageLock lock = workspace.lock(key, onWait)) {
      return describe(workspace.find(key).orElseGet(() -> prepare(request, key)));
    }
  }

  private Path prepare(PrepareRequest request, StageKey key) {
    Path prepared = workspace.prepare(key);
    try {
      new PrepareDataPipeline(PrepareDataPipeline.DIRECT).run(request, prepared);
      return workspace.publish(key, prepared);
    } catch (RuntimeException fault) {
      workspace.abandon(prepared);
      throw fault;
    }
  }

  private StageKey key(PrepareRequest request) {
    List<String> parts =
        new ArrayList<>(List.of(BY_THEMSELVES, String.valueOf(VERSION), request.source().format()));
    parts.add(String.valueOf(request.bits()));
    parts.add(String.valueOf(request.validation()));
    parts.add(digests.of(request.source()).orElseThrow());
    return new StageKey(
        BY_THEMSELVES,
        Hashing.sha256().hashString(String.join("\n", parts), StandardCharsets.UTF_8).toString());
  }

  private static DataSet describe(Path directory) {
    return DataSet.of(PreparedData.open(directory).manifest(), directory);
  }
}
