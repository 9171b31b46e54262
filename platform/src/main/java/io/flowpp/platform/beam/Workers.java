package io.flowpp.platform.beam;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The injector of this process for the stages it is sent. The only static state there is: a
 * deserialised DoFn has no other way to find what its process already holds, and a driver whose
 * runner works in its own process meets its stages here.
 */
final class Workers {
  private static final ConcurrentHashMap<WorkerSpec, Injector> INJECTORS =
      new ConcurrentHashMap<>();

  private Workers() {}

  static Injector injector(WorkerSpec spec) {
    return INJECTORS.computeIfAbsent(spec, Workers::create);
  }

  private static Injector create(WorkerSpec spec) {
    try {
      Object module =
          Class.forName(spec.module())
              .getConstructor(Path.class)
              .newInstance(Path.of(spec.workspace()));
      return Guice.createInjector((Module) module);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a worker cannot build its module " + spec.module(), e);
    }
  }
}
