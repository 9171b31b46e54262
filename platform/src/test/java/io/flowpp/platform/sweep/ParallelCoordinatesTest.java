package io.flowpp.platform.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowpp.platform.sweep.Metric.Direction;
import io.flowpp.platform.sweep.ParallelCoordinates.Line;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParallelCoordinatesTest {
  private static final int GOOD = 0x0b3c6f;
  private static final int BAD = 0xf2b56b;
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 500;

  private static BufferedImage draw(Direction direction, Line... lines) {
    return new ParallelCoordinates(new Metric("m", direction), List.of(lines)).draw(WIDTH, HEIGHT);
  }

  /** The colours of lines in a column, from above, each once. */
  private static List<Integer> colours(BufferedImage image, int x) {
    List<Integer> found = new ArrayList<>();
    for (int y = 0; y < image.getHeight(); y++) {
      int colour = image.getRGB(x, y) & 0xffffff;
      if ((colour == GOOD || colour == BAD) && !found.contains(colour)) {
        found.add(colour);
      }
    }
    return found;
  }

  @ParameterizedTest
  @EnumSource
  void theBestLineIsDarkWhicheverValuesAreGood(Direction direction) {
    BufferedImage image =
        draw(direction, new Line(Map.of("a", "1"), 3.0), new Line(Map.of("a", "2"), 4.0));
    boolean smallIsGood = direction == Direction.MINIMIZE;
    // Great values stand above small ones, of the parameter and of the metric.
    assertThat(colours(image, WIDTH / 2))
        .containsExactly(smallIsGood ? BAD : GOOD, smallIsGood ? GOOD : BAD);
  }

  @Test
  void aParameterOfManyPowersOfTenIsDrawnByItsLogarithm() {
    BufferedImage image =
        draw(
            Direction.MINIMIZE,
            new Line(Map.of("rate", "1e-5"), 3.0),
            new Line(Map.of("rate", "1e-3"), 4.0),
            new Line(Map.of("rate", "1e-1"), 5.0));
    // Equal steps of both axes: every line is level, the middle one in the middle.
    int middle = 60 + (HEIGHT - 100) / 2;
    assertThat(image.getRGB(WIDTH / 2, middle) & 0xffffff).isNotEqualTo(0xffffff);
    assertThat(image.getRGB(WIDTH / 2, middle - 60) & 0xffffff).isEqualTo(0xffffff);
    assertThat(image.getRGB(WIDTH / 2, middle + 60) & 0xffffff).isEqualTo(0xffffff);
  }

  @Test
  void wordsMissingValuesAndNothingAtAllAreDrawn() {
    draw(Direction.MINIMIZE);
    draw(Direction.MINIMIZE, new Line(Map.of("a", "x"), 1.0));
    draw(Direction.MINIMIZE, new Line(Map.of("a", "x"), Double.NaN), new Line(Map.of(), 1.0));
    BufferedImage image =
        draw(
            Direction.MINIMIZE,
            new Line(Map.of("ablation", "full", "k", "8"), 1.0),
            new Line(Map.of("ablation", "affine"), 2.0),
            new Line(
                Map.of("ablation", "a word that is far too long for its place", "k", "16"), -3.0));
    assertThat(image.getRGB(0, 0)).isEqualTo(Color.WHITE.getRGB());
    assertThat(colours(image, WIDTH / 4)).contains(GOOD, BAD);
  }
}
