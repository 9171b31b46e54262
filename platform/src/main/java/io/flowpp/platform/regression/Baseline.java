package io.flowpp.platform.regression;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the experiments of a regression file came to when somebody accepted it.
 *
 * @param reason in the words of whoever accepted it
 * @param accepted ISO 8601
 * @param versions of flowpp, Java, libtorch; the commit
 */
public record Baseline(
    String name,
    String reason,
    String accepted,
    Platform platform,
    Map<String, String> versions,
    Map<String, Measured> experiments) {
  public Baseline {
    versions = new TreeMap<>(versions);
    experiments = new TreeMap<>(experiments);
  }

  /** Such as {@code 2024-05-01, commit 1a2b3c4}. */
  public String origin() {
    String commit = versions.getOrDefault("git.commit", "");
    return accepted.substring(0, Math.min(10, accepted.length()))
        + (commit.isEmpty() ? "" : ", commit " + commit.substring(0, Math.min(7, commit.length())));
  }
}
