package io.flowpp.platform.regression;

import com.google.inject.AbstractModule;

/** Binds what commands ask of the gate: {@link CheckRegression} and {@link AcceptBaseline}. */
public final class RegressionModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(CostProcess.class);
    bind(RunSeed.class);
    bind(Measuring.class);
    bind(CheckRegression.class);
    bind(AcceptBaseline.class);
  }
}
