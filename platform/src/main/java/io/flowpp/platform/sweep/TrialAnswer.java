package io.flowpp.platform.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a trial's process leaves behind when it ends by itself.
 *
 * @param result what the run came to; null where it failed
 * @param fault why it failed; null where it did not
 */
record TrialAnswer(@Nullable JsonNode result, @Nullable Fault fault) {
  /** One line for people and a word for scripts. */
  record Fault(int exitCode, String code, String message) {}
}
