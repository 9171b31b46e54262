package io.flowpp.platform.device;

import com.google.inject.AbstractModule;

/** Binds {@link Devices}. */
public final class DeviceModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(Devices.class).asEagerSingleton();
  }
}
