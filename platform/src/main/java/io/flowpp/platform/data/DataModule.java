package io.flowpp.platform.data;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;

/**
 * Binds what is asked of data: {@link DataSets} and {@link RawDigests}. Needs the workspace's
 * module.
 */
public final class DataModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(RawDigests.class).in(Singleton.class);
    bind(DataSets.class).in(Singleton.class);
  }
}
