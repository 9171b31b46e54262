package io.flowpp.platform.workspace;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.nio.file.Path;

/** Binds the {@link Workspace} at one directory. */
public final class WorkspaceModule extends AbstractModule {
  private final Path root;

  public WorkspaceModule(Path root) {
    this.root = root;
  }

  @Provides
  @Singleton
  Workspace workspace() {
    return Workspace.at(root);
  }
}
