package io.flowpp.platform.tracking;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version in the registry as users write it: {@code models:/NAME@ALIAS} or {@code
 * models:/NAME/VERSION}.
 */
public record ModelReference(String model, Which which) {
  private static final String SCHEME = "models:/";
  private static final Pattern FORM = Pattern.compile("models:/+([^/@]+)(?:@([^/@]+)|/([0-9]+))");

  /** Which of a model's versions. */
  public sealed interface Which {}

  /** The one that bears a name. */
  public record Alias(String name) implements Which {}

  /** The one of that number. */
  public record Number(String version) implements Which {}

  /** Whether {@code text} means to be one. */
  public static boolean is(String text) {
    return text.startsWith(SCHEME);
  }

  public static Optional<ModelReference> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    Which which = form.group(2) != null ? new Alias(form.group(2)) : new Number(form.group(3));
    return Optional.of(new ModelReference(form.group(1), which));
  }
}
