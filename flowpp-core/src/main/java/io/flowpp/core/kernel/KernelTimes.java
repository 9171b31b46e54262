package io.flowpp.core.kernel;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long calls took, by kernel, all threads added up. On a GPU a call returns before its work is
 * done, so the times there are those of asking for it.
 */
public final class KernelTimes {
  private final Map<String, LongAdder> nanos = new ConcurrentHashMap<>();

  void add(String method, long nanoseconds) {
    nanos.computeIfAbsent(method, name -> new LongAdder()).add(nanoseconds);
  }

  /** Forgets all. */
  public void clear() {
    nanos.clear();
  }

  /** By the kernel's name. */
  public Map<String, Double> seconds() {
    Map<String, Double> seconds = new TreeMap<>();
    nanos.forEach((method, sum) -> seconds.put(method, sum.sum() / 1e9));
    return seconds;
  }
}
