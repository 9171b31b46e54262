package io.flowpp.platform.stage;

import java.util.Arrays;
import java.util.Optional;

/** The stages in the order in which they run. */
public enum StageName {
  PREPARE_DATA("prepare-data", 1),
  PRETRAIN_DEQUANTIZER("pretrain-dequantizer", 1),
  TRAIN_FLOW("train-flow", 1),
  EVALUATE("evaluate", 1);

  private final String id;
  private final int version;

  StageName(String id, int version) {
    this.id = id;
    this.version = version;
  }

  /** As the command line, the workspace and the tracker spell it. */
  public String id() {
    return id;
  }

  /** Part of the key: raised whenever the same input gives another output than before. */
  public int version() {
    return version;
  }

  public static Optional<StageName> of(String id) {
    return Arrays.stream(values()).filter(stage -> stage.id.equals(id)).findFirst();
  }
}
