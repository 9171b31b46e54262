package io.flowpp.platform.beam;

import java.util.Objects;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/** A slot: works as long as there is work, then lets the pipeline end. */
final class RunSlotFn extends DoFn<String, Void> {
  private static final long serialVersionUID = 1L;

  private final WorkerSpec worker;
  private transient @Nullable SlotWork work;

  RunSlotFn(WorkerSpec worker) {
    this.worker = worker;
  }

  @Setup
  public void setup() {
    work = Workers.injector(worker).getInstance(SlotWork.class);
  }

  @ProcessElement
  public void process(@Element String assignment) {
    Objects.requireNonNull(work).work(assignment);
  }
}
