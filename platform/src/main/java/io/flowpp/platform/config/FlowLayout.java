package io.flowpp.platform.config;

import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.ImageShape;
import io.flowpp.core.spec.SplitKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The order of a flow's steps in short: {@code cb4 s2d ch2 cb3} is four couplings on checkerboard
 * halves, space to depth, two on channel halves, three on checkerboard halves.
 */
record FlowLayout(List<Token> tokens) {
  static final Pattern TEXT =
      Pattern.compile("\\s*((cb|ch)[1-9][0-9]?|s2d)(\\s+((cb|ch)[1-9][0-9]?|s2d))*\\s*");
  private static final Pattern TOKEN = Pattern.compile("(cb|ch)([1-9][0-9]?)|s2d");

  enum Kind {
    CHECKERBOARD,
    CHANNEL,
    SPACE_TO_DEPTH
  }

  record Token(Kind kind, int count, String text) {}

  public FlowLayout {
    tokens = List.copyOf(tokens);
  }

  /** Reads the short form, or tells that it is none by being empty. */
  static Optional<FlowLayout> parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      return Optional.empty();
    }
    List<Token> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      String word = matcher.group();
      if (word.equals("s2d")) {
        tokens.add(new Token(Kind.SPACE_TO_DEPTH, 0, word));
      } else {
        Kind kind = word.startsWith("cb") ? Kind.CHECKERBOARD : Kind.CHANNEL;
        tokens.add(new Token(kind, Integer.parseInt(matcher.group(2)), word));
      }
    }
    return Optional.of(new FlowLayout(tokens));
  }

  /** Why images of {@code shape} cannot go through, if they cannot. */
  Optional<String> conflict(ImageShape shape) {
    int h = shape.height();
    int w = shape.width();
    int c = shape.channels();
    int couplings = 0;
    for (Token token : tokens) {
      couplings += token.count();
      String at = "'" + token.text() + "' needs ";
      String found = ", but finds " + h + "x" + w + "x" + c;
      switch (token.kind()) {
        case CHECKERBOARD:
          if (w % 2 != 0) {
            return Optional.of(at + "an even width" + found);
          }
          break;
        case CHANNEL:
          if (c % 2 != 0) {
            return Optional.of(at + "an even number of channels" + found);
          }
          break;
        case SPACE_TO_DEPTH:
          if (h % 2 != 0 || w % 2 != 0) {
            return Optional.of(at + "an even height and width" + found);
          }
          h /= 2;
          w /= 2;
          c *= 4;
          break;
      }
    }
    return couplings > 0 ? Optional.empty() : Optional.of("no coupling, so nothing is learned");
  }

  /** The steps, all with the same coupling. */
  List<FlowStepSpec> steps(boolean pointwise, CouplingSpec coupling) {
    List<FlowStepSpec> steps = new ArrayList<>();
    for (Token token : tokens) {
      steps.add(
          switch (token.kind()) {
            case CHECKERBOARD ->
                new FlowStepSpec.Couplings(
                    SplitKind.CHECKERBOARD, token.count(), pointwise, coupling);
            case CHANNEL ->
                new FlowStepSpec.Couplings(SplitKind.CHANNEL, token.count(), pointwise, coupling);
            case SPACE_TO_DEPTH -> new FlowStepSpec.SpaceToDepth();
          });
    }
    return steps;
  }

  @Override
  public String toString() {
    return tokens.stream().map(Token::text).collect(Collectors.joining(" "));
  }
}
