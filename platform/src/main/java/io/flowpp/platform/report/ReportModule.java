package io.flowpp.platform.report;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;

/**
 * Binds what the report room offers: {@link ReportWriter}. {@link Summary} needs no binding: it is
 * a function.
 */
public final class ReportModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(ReportWriter.class).in(Singleton.class);
  }
}
