package io.flowpp.platform.compare;

import com.google.inject.AbstractModule;

/** Binds {@link ComparedRuns}; {@link Comparisons} needs no binding. */
public final class CompareModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(ComparedRuns.class);
  }
}
