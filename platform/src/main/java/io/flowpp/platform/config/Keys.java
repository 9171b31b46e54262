package io.flowpp.platform.config;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flowpp.platform.config.Entry.Condition;
import io.flowpp.platform.config.Entry.Default;
import io.flowpp.platform.config.Entry.Leaf;
import io.flowpp.platform.config.Entry.Section;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How lines of the key table are written. */
final class Keys {
  static final ValueType SHAPE =
      new ValueType.Text(
          "HEIGHTxWIDTHxCHANNELS like 28x28x1",
          Pattern.compile("[1-9][0-9]{0,3}x[1-9][0-9]{0,3}x[1-9][0-9]{0,2}"),
          UnaryOperator.identity());
  static final ValueType LAYOUT =
      new ValueType.Text(
          "steps like 'cb4 s2d ch2 cb3' (cbN, chN: N couplings on checkerboard or channel halves, s2d: space to depth)",
          FlowLayout.TEXT,
          text -> FlowLayout.parse(text).orElseThrow().toString());
  static final ValueType PIECES =
      new ValueType.Text(
          "pieces like 'linear to 1 until 5000 then hold until 50000 then decay 0.9999 to 0.3' (linear [from A] to B until STEP, hold [A] [until STEP], decay RATIO [from A] to B [until STEP])",
          ScheduleText.TEXT,
          ScheduleText::normal);
  static final ValueType NAMED_STEPS =
      text(
          "names of steps like 'early@1000 half@50000'",
          "[A-Za-z0-9][A-Za-z0-9._-]{0,63}@[1-9][0-9]{0,8}( [A-Za-z0-9][A-Za-z0-9._-]{0,63}@[1-9][0-9]{0,8})*");
  static final ValueType NAME =
      new ValueType.Text(
          "a name of letters, digits, '.', '_' and '-', up to 100",
          Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
          UnaryOperator.identity());
  static final ValueType TITLE = text("a title of up to 200 characters", "\\S(.{0,198}\\S)?");
  static final ValueType DEVICE =
      new ValueType.Text(
          "auto, cpu or cuda:N, or several such as 'cuda:0,cuda:1'",
          Pattern.compile("auto|(cpu|cuda:[0-9]{1,2})(,(cpu|cuda:[0-9]{1,2})){0,63}"),
          UnaryOperator.identity());
  static final ValueType FLAG = new ValueType.Flag();
  static final ValueType SEED = new ValueType.Whole(0, Long.MAX_VALUE);

  private Keys() {}

  static Section section(String key, String about, @Nullable Condition when, List<Entry> entries) {
    return new Section(key, about, when, entries);
  }

  static Leaf leaf(
      String key, String about, ValueType type, Default fallback, @Nullable Condition when) {
    return new Leaf(key, about, type, fallback, when);
  }

  static Condition when(String key, String... values) {
    return new Condition(key, Set.of(values));
  }

  static ValueType text(String expected, String pattern) {
    return new ValueType.Text(expected, Pattern.compile(pattern), UnaryOperator.identity());
  }

  static ValueType whole(long min) {
    return whole(min, Integer.MAX_VALUE);
  }

  static ValueType whole(long min, long max) {
    return new ValueType.Whole(min, max);
  }

  static Default required() {
    return new Default.Required();
  }

  static Default same(String key) {
    return new Default.SameAs(key, null);
  }

  static Default number(long value) {
    return new Default.Fixed(LongNode.valueOf(value));
  }

  static Default real(double value) {
    return new Default.Fixed(DoubleNode.valueOf(value));
  }

  static Default no() {
    return new Default.Fixed(BooleanNode.FALSE);
  }

  static Default word(String value) {
    return new Default.Fixed(TextNode.valueOf(value));
  }
}
