package io.flowpp.platform.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${ENV:NAME}} by the value of a variable of the environment. */
final class EnvironmentReferences {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern VARIABLE = Pattern.compile("ENV:([A-Za-z_][A-Za-z0-9_]*)");

  private final Map<String, String> environment;
  private final Problems problems;

  EnvironmentReferences(Map<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The scalar with its references replaced; empty, and told as a problem, where one cannot be. */
  Optional<Located.Scalar> replace(String key, Located.Scalar scalar) {
    Matcher matcher = REFERENCE.matcher(scalar.text());
    StringBuilder replaced = new StringBuilder();
    boolean complete = true;
    while (matcher.find()) {
      Optional<String> value = value(key, scalar.origin(), matcher.group(1));
      complete &= value.isPresent();
      matcher.appendReplacement(replaced, Matcher.quoteReplacement(value.orElse("")));
    }
    matcher.appendTail(replaced);
    return complete
        ? Optional.of(new Located.Scalar(scalar.origin(), replaced.toString(), scalar.plain()))
        : Optional.empty();
  }

  private Optional<String> value(String key, Origin origin, String reference) {
    Matcher variable = VARIABLE.matcher(reference);
    if (!variable.matches()) {
      problems.add(
          origin,
          key,
          "expected ${ENV:NAME}, found ${" + reference + "}",
          "only variables of the environment can be named here");
      return Optional.empty();
    }
    String name = variable.group(1);
    String value = environment.get(name);
    if (value == null) {
      problems.add(
          origin,
          key,
          "the environment has no variable " + name,
          "set it: export " + name + "=...");
      return Optional.empty();
    }
    return Optional.ofNullable(value);
  }
}
