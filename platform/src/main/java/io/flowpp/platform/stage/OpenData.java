package io.flowpp.platform.stage;

import io.flowpp.platform.data.PreparedData;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Prepared data that this process has opened: checking every shard against its digest is done once,
 * not once a unit.
 */
@Singleton
final class OpenData {
  private final ConcurrentHashMap<Path, PreparedData> open = new ConcurrentHashMap<>();

  @Inject
  OpenData() {}

  PreparedData at(Path prepared) {
    return open.computeIfAbsent(prepared, PreparedData::open);
  }
}
