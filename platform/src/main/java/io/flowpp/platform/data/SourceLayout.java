package io.flowpp.platform.data;

import io.flowpp.core.spec.ImageShape;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the images of a source lie.
 *
 * @param train the training images in their published order, part after part
 */
record SourceLayout(ImageShape shape, List<FlatImages> train, List<FlatImages> test) {
  SourceLayout {
    train = List.copyOf(train);
    test = List.copyOf(test);
  }

  static int count(List<FlatImages> parts) {
    return parts.stream().mapToInt(FlatImages::count).reduce(0, Math::addExact);
  }

  /** All raw files, each once. */
  List<RawFile> files() {
    return Stream.concat(train.stream(), test.stream())
        .flatMap(part -> Stream.of(part.images().file(), part.labels().file()))
        .distinct()
        .toList();
  }
}
