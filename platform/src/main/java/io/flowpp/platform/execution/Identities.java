package io.flowpp.platform.execution;

import io.flowpp.platform.config.ExperimentConfig;
import io.flowpp.platform.config.LoadedExperiment;
import io.flowpp.platform.data.DataSource;
import io.flowpp.platform.data.RawDigests;
import io.flowpp.platform.stage.StageKeys;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out which run an experiment is, from its configuration and its raw data. */
final class Identities {
  private final RawDigests digests;
  private final RunRecords records;

  @Inject
  Identities(RawDigests digests, RunRecords records) {
    this.digests = digests;
    this.records = records;
  }

  /**
   * The newest generation of the run that {@code experiment} is; empty where its raw data are
   * absent.
   */
  Optional<Identity> newest(LoadedExperiment experiment) {
    return digests.of(source(experiment)).map(raw -> identity(experiment.config(), raw, false));
  }

  /** A new generation of it, with stages and tracked runs of its own. */
  Optional<Identity> fresh(LoadedExperiment experiment) {
    return digests.of(source(experiment)).map(raw -> identity(experiment.config(), raw, true));
  }

  /**
   * The run that {@code experiment} is, with the stages of a generation that another run has: the
   * same training scored in another way.
   *
   * @param generation null for that of runs that were not computed afresh
   */
  Optional<Identity> beside(LoadedExperiment experiment, @Nullable String generation) {
    return digests
        .of(source(experiment))
        .map(
            raw -> {
              Identity known = identity(experiment.config(), raw, false);
              return Objects.equals(known.record().generation(), generation)
                  ? known
                  : of(RunRecord.begin(known.runId(), experiment.config(), raw, generation));
            });
  }

  static DataSource source(LoadedExperiment experiment) {
    ExperimentConfig.Data data = experiment.config().data();
    return DataSource.of(data.format(), folder(experiment));
  }

  static Path folder(LoadedExperiment experiment) {
    return experiment
        .base()
        .resolve(experiment.config().data().source())
        .toAbsolutePath()
        .normalize();
  }

  private Identity identity(ExperimentConfig config, String raw, boolean fresh) {
    String runId = RunId.of(config, raw);
    Optional<RunRecord> known = records.find(runId);
    RunRecord record =
        fresh || known.isEmpty()
            ? RunRecord.begin(runId, config, raw, fresh ? Token.fresh() : null)
            : known.get();
    return of(record);
  }

  private static Identity of(RunRecord record) {
    String raw = record.rawDigest();
    StageKeys keys = StageKeys.of(record.config(), raw, record.generation());
    return new Identity(record.runId(), raw, record, keys);
  }
}
