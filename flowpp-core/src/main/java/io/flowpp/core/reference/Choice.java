package io.flowpp.core.reference;

import io.flowpp.core.reference.Verification.Output;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What a file does not say, found by trying: the candidate with the most outputs that fit, among
 * those the one with the smallest difference.
 */
record Choice<T>(T value, List<Output> outputs) {
  static <T> Choice<T> of(List<T> candidates, Function<T, List<Output>> outputs) {
    return candidates.stream()
        .map(candidate -> new Choice<>(candidate, outputs.apply(candidate)))
        .max(
            Comparator.comparingLong((Choice<T> c) -> c.fitting())
                .thenComparing(c -> -c.difference()))
        .orElseThrow(() -> new NotUnderstoodException("nothing is left to try"));
  }

  long fitting() {
    return outputs.stream().filter(Output::ok).count();
  }

  private double difference() {
    return outputs.stream().mapToDouble(Output::maxRel).sum();
  }
}
