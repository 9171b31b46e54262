package io.flowpp.platform.cli;

import java.util.List;

/**
 * The subcommands of {@code flowpp}, in the order in which help shows them: a new command is a
 * class annotated with {@code @Command(name = ...)} and a line here.
 *
 * <p>Help builds every class of this list, so a command has no static state and no field other than
 * its options, parameters and mixins; services are made in {@code call()}.
 */
final class Commands {
  static final List<Class<?>> ALL =
      List.of(
          RunCommand.class,
          PlanCommand.class,
          EvaluateCommand.class,
          SweepCommand.class,
          CompareCommand.class,
          RegressCommand.class,
          ReproduceCommand.class,
          ConfigCommand.class,
          SampleCommand.class,
          WeightsCommand.class,
          DataCommand.class,
          VerifyReferenceCommand.class,
          BenchCommand.class,
          RunsCommand.class,
          MlflowCommand.class,
          DoctorCommand.class,
          CompletionCommand.class,
          TrialProcessCommand.class,
          StepCostCommand.class);

  private Commands() {}
}
