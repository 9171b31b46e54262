package io.flowpp.platform.beam;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * What comes out of a DoFn that works: what it did, and what it could not do. Failures travel on
 * their own output instead of as exceptions, so that a runner counts them apart and repeats
 * nothing.
 */
final class Letters {
  static final TupleTag<String> DONE = new Tag("done");
  static final TupleTag<String> DEAD = new Tag("dead-letters");

  private Letters() {}

  /** Applies {@code work} and gives both outputs as one. */
  static PTransform<PCollection<String>, PCollection<String>> of(DoFn<String, String> work) {
    return new Both(work);
  }

  // Named classes keep the type of the elements, from which Beam takes the coder.
  private static final class Tag extends TupleTag<String> {
    private static final long serialVersionUID = 1L;

    Tag(String id) {
      super(id);
    }
  }

  private static final class Both extends PTransform<PCollection<String>, PCollection<String>> {
    private static final long serialVersionUID = 1L;

    private final DoFn<String, String> work;

    Both(DoFn<String, String> work) {
      this.work = work;
    }

    @Override
    public PCollection<String> expand(PCollection<String> calls) {
      PCollectionTuple outputs =
          calls.apply("Work", ParDo.of(work).withOutputTags(DONE, TupleTagList.of(DEAD)));
      return PCollectionList.of(outputs.get(DONE))
          .and(outputs.get(DEAD))
          .apply("WithDeadLetters", Flatten.pCollections());
    }
  }
}
