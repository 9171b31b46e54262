package io.flowpp.platform.sweep;

import io.flowpp.platform.config.ExperimentKey;
import io.flowpp.platform.config.ExperimentKey.Value;
import java.util.List;
import java.util.stream.Collectors;

/** What is tried of a parameter. */
sealed interface Domain {
  /** For people. */
  String words();

  record Listed(List<Value> values) implements Domain {
    public Listed {
      values = List.copyOf(values);
    }

    @Override
    public String words() {
      return values.stream().map(Value::text).collect(Collectors.joining(", "));
    }
  }

  /** Whole numbers, both ends included. */
  record Whole(long low, long high) implements Domain {
    @Override
    public String words() {
      return "whole numbers from " + low + " to " + high;
    }
  }

  record Uniform(double low, double high) implements Domain {
    @Override
    public String words() {
      return "uniform from " + ExperimentKey.text(low) + " to " + ExperimentKey.text(high);
    }
  }

  /** The logarithm is uniform. */
  record LogUniform(double low, double high) implements Domain {
    @Override
    public String words() {
      return "log-uniform from " + ExperimentKey.text(low) + " to " + ExperimentKey.text(high);
    }
  }
}
