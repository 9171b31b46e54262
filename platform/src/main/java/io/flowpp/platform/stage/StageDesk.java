package io.flowpp.platform.stage;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.flowpp.platform.device.DeviceLease;
import io.flowpp.platform.device.Devices;
import io.flowpp.platform.workspace.StageLock;
import io.flowpp.platform.workspace.Workspace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** Gives a stage its directories, its device and its lock, and publishes what it made. */
final class StageDesk {
  private final Workspace workspace;
  private final Devices devices;
  private final Channels channels;

  @Inject
  StageDesk(Workspace workspace, Devices devices, Channels channels) {
    this.workspace = workspace;
    this.devices = devices;
    this.channels = channels;
  }

  Channels.Channel channel(StageCall call) {
    return channels.get(call);
  }

  /**
   * @throws io.flowpp.platform.config.UserFault where this process works on another workspace than
   *     the driver
   */
  void requireReachable(StageCall call) {
    channels.require(call);
  }

  /** Keeps other processes off the stage's scratch directory, hence off the stage. */
  StageLock lock(StageCall call) {
    return workspace.lock(
        call.scratch(), message -> channel(call).events().accept(new StageEvent.Waiting(message)));
  }

  boolean isPublished(StageCall call) {
    return workspace.find(call.key()).isPresent();
  }

  Path scratch(StageCall call) {
    return workspace.scratch(call.scratch());
  }

  Path ownScratch(StageCall call) {
    return workspace.scratch(call.key());
  }

  /** Has {@code work} fill a directory and publishes it with what {@code work} answers. */
  void publish(StageCall call, Function<Path, ? extends StageOutput> work) {
    Path output = workspace.prepare(call.key());
    boolean published = false;
    try {
      StageOutput result = work.apply(output);
      StageResult.write(output, result);
      workspace.publish(call.key(), output);
      published = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!published) {
        workspace.abandon(output);
      }
    }
  }

  /**
   * Has {@code work} compute on the devices that the call asks for: a training on all of them, a
   * unit of a stage that fans out on the first that is free.
   */
  <T> T onDevice(StageCall call, Stage<?, ?> stage, Function<DeviceLease, T> work) {
    String device = stage.isNative() ? call.device() : "cpu";
    Channels.Channel channel = channel(call);
    try (DeviceLease lease =
        devices.await(
            stage instanceof Stage.FanOut,
            device,
            call.threads(),
            message -> channel.events().accept(new StageEvent.Waiting(message)),
            () -> channel.cancellation().isCancelled())) {
      return work.apply(lease);
    }
  }

  static void delete(Path directory) {
    try {
      if (Files.exists(directory)) {
        MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }
}
