package io.flowpp.platform.data;

import io.flowpp.platform.workspace.Workspace;
import java.util.Optional;

/** Digests of raw sources, remembered in the workspace by path, size and time of change. */
public final class RawDigests {
  private final Workspace workspace;

  public RawDigests(Workspace workspace) {
    this.workspace = workspace;
  }

  /** SHA-256 over the source's raw files, 64 hexadecimal digits; empty where a file is missing. */
  public Optional<String> of(DataSource source) {
    throw new IllegalStateException("in work" + workspace);
  }
}
