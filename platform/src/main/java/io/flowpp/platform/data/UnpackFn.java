package io.flowpp.platform.data;

import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;

/** Decompresses a raw file; its output is what failed. */
final class UnpackFn extends DoFn<RawFile, DeadLetter> {
  private static final long serialVersionUID = 1L;

  private final String directory;

  UnpackFn(Path directory) {
    this.directory = directory.toString();
  }

  @ProcessElement
  public void unpack(@Element RawFile raw, OutputReceiver<DeadLetter> failed) {
    Path target = Path.of(directory);
    try {
      Unpacker.unpack(raw, target);
    } catch (Exception
        | OutOfMemoryError
        | InternalError fault) { // InternalError: a mapped file that shrank
      failed.output(DeadLetter.of("unpack " + Path.of(raw.path()).getFileName(), target, fault));
    }
  }
}
