package io.flowpp.platform.beam;

import com.google.inject.Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;

/**
 * Worker slots as a pipeline: on every runner as many as asked for work at once. A runner spreads
 * elements as it likes and may give one slot two and another none; so there are many more elements
 * than slots, and those that find nothing left to do end at once.
 */
public final class SlotPipeline {
  private static final int ELEMENTS_PER_SLOT = 16;

  private final WorkerSpec worker;

  /**
   * @param module binds {@link SlotWork}; has a public constructor that takes the workspace's path
   */
  public SlotPipeline(Class<? extends Module> module, Path workspace) {
    worker = new WorkerSpec(module.getName(), workspace.toAbsolutePath().toString());
  }

  /** Starts {@code slots} slots that all get {@code assignment}; returns at once. */
  public Running start(String name, String runner, int slots, String assignment) {
    List<String> options = Runners.options(runner, slots);
    var parsed = PipelineOptionsFactory.fromArgs(options.toArray(String[]::new)).create();
    parsed.setJobName(name);
    Pipeline pipeline = Pipeline.create(parsed);
    pipeline
        .apply(
            "Slots",
            Create.of(Collections.nCopies(slots * ELEMENTS_PER_SLOT, assignment))
                .withCoder(StringUtf8Coder.of()))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Work", ParDo.of(new RunSlotFn(worker)));
    return new Running(pipeline.run(), worker, runner, assignment);
  }

  /** Slots at work. */
  public static final class Running {
    private final PipelineResult result;
    private final WorkerSpec worker;
    private final String runner;
    private final String assignment;

    private Running(PipelineResult result, WorkerSpec worker, String runner, String assignment) {
      this.result = result;
      this.worker = worker;
      this.runner = runner;
      this.assignment = assignment;
    }

    public boolean isOver() {
      return result.getState().isTerminal();
    }

    /** Has the slots stop what they do; they need a moment. */
    public void cancel() {
      if (runner.equals("direct")) {
        // Slots of this process: Beam's own way to cancel would leave them at work.
        Workers.injector(worker).getInstance(SlotWork.class).cancel(assignment);
        return;
      }
      try {
        result.cancel();
      } catch (IOException e) {
        throw new UncheckedIOException("the job cannot be cancelled", e);
      }
    }
  }
}
