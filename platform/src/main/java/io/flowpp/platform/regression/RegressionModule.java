package io.flowpp.platform.regression;

import com.google.inject.AbstractModule;

/**
 * Binds what commands ask of the gate: {@link CheckRegression}, {@link AcceptBaseline} and {@link
 * Reproduce}.
 */
public final class RegressionModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(CostProcess.class);
    bind(RunSeed.class);
    bind(Measuring.class).to(MeasuringRuns.class);
    bind(CheckRegression.class);
    bind(AcceptBaseline.class);
    bind(Reproduce.class);
  }
}
