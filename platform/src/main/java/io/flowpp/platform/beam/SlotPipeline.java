package io.flowpp.platform.beam;

import com.google.inject.Module;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
    Optional<FlinkCluster> cluster = Runners.cluster(runner);
    return cluster.isPresent()
        ? new OnCluster(ClusterJob.submit(pipeline, cluster.get()), name)
        : new Here(pipeline.run(), worker, assignment);
  }

  /** Slots at work. */
  public sealed interface Running {
    /**
     * @throws io.flowpp.platform.config.UserFault where that cannot be told for long
     */
    boolean isOver();

    /** Has the slots stop what they do; they need a moment. */
    void cancel();

    /** Why they ended, {@code ": cause"}; empty where they ended by themselves. */
    String failure();
  }

  private record Here(PipelineResult result, WorkerSpec worker, String assignment)
      implements Running {
    @Override
    public boolean isOver() {
      return result.getState().isTerminal();
    }

    /** Beam's own way to cancel would leave slots of this process at work. */
    @Override
    public void cancel() {
      Workers.injector(worker).getInstance(SlotWork.class).cancel(assignment);
    }

    @Override
    public String failure() {
      return "";
    }
  }

  private record OnCluster(ClusterJob job, String name) implements Running {
    @Override
    public boolean isOver() {
      return job.state().isTerminal();
    }

    @Override
    public void cancel() {
      job.cancel();
    }

    @Override
    public String failure() {
      return job.state() == PipelineResult.State.DONE ? "" : job.failure(name);
    }
  }
}
