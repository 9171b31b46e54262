package io.flowpp.platform.stage;

import java.util.Map;

/** What a stage's {@code result.json} holds; its files lie beside it. */
public interface StageOutput {
  /** Numbers by the names under which they are tracked. */
  Map<String, Double> metrics();
}
