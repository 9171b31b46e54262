package io.flowpp.platform.execution;

import io.flowpp.platform.stage.StageEvent;
import io.flowpp.platform.stage.StageName;
import io.flowpp.platform.stage.StageStatus;

/** Hears how a run goes. Called from several threads; returns at once. */
public interface RunListener {
  void stageStarted(StageName stage);

  void stageEvent(StageName stage, StageEvent event);

  void stageFinished(StageName stage, StageStatus status, double seconds);

  /** Something that the user should know and that stops nothing. */
  void note(String message);
}
