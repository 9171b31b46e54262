package io.flowpp.platform.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.flowpp.platform.config.LoadedExperiment;

/** The merged configuration as people read it. */
final class MergedConfig {
  private MergedConfig() {}

  static String yaml(LoadedExperiment experiment) {
    try {
      return YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build()
          .writeValueAsString(experiment.tree());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration that cannot be written as YAML", e);
    }
  }
}
