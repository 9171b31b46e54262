package io.flowpp.core.reference;

import io.flowpp.core.spec.CouplingSpec;
import io.flowpp.core.spec.FlowStepSpec;
import io.flowpp.core.spec.SplitKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** The authors' flat list of layers as groups of couplings between splits. */
final class StepReader {
  private final Function<String, CouplingSpec> couplings;

  /**
   * @param couplings the spec of the coupling in a scope
   */
  StepReader(Function<String, CouplingSpec> couplings) {
    this.couplings = couplings;
  }

  /**
   * @param steps after the first of a flow (ImgProc), or before the last of a dequantizer (Sigmoid)
   * @throws NotUnderstoodException at a layer that does not stand where such models have it
   */
  List<FlowStepSpec> groups(List<Step> steps) {
    List<FlowStepSpec> groups = new ArrayList<>();
    Iterator<Step> at = steps.iterator();
    while (at.hasNext()) {
      Step step = at.next();
      switch (step.kind()) {
        case "SpaceToDepth" -> groups.add(new FlowStepSpec.SpaceToDepth());
        case "CheckerboardSplit" -> groups.addAll(inside(SplitKind.CHECKERBOARD, at));
        case "ChannelSplit" -> groups.addAll(inside(SplitKind.CHANNEL, at));
        default -> throw misplaced(step);
      }
    }
    return groups;
  }

  /** Up to the end of the split; couplings that are alike are one group. */
  private List<FlowStepSpec> inside(SplitKind split, Iterator<Step> at) {
    String end =
        split == SplitKind.CHECKERBOARD ? "InverseCheckerboardSplit" : "InverseChannelSplit";
    List<FlowStepSpec> groups = new ArrayList<>();
    Step step = next(at, end);
    while (!step.kind().equals(end)) {
      require(step, "Norm");
      step = next(at, "a coupling");
      boolean pointwise = step.kind().equals("Pointwise");
      step = pointwise ? next(at, "a coupling") : step;
      if (!step.isCoupling()) {
        throw misplaced(step);
      }
      append(
          groups, new FlowStepSpec.Couplings(split, 1, pointwise, couplings.apply(step.scope())));
      require(next(at, "TupleFlip"), "TupleFlip");
      step = next(at, end);
    }
    return groups;
  }

  /** Puts {@code last}, a single coupling, at the end, into the last group if it is like those. */
  static void append(List<FlowStepSpec> groups, FlowStepSpec.Couplings last) {
    if (!groups.isEmpty()
        && groups.get(groups.size() - 1) instanceof FlowStepSpec.Couplings before
        && before.split() == last.split()
        && before.pointwise() == last.pointwise()
        && before.coupling().equals(last.coupling())) {
      groups.set(
          groups.size() - 1,
          new FlowStepSpec.Couplings(
              before.split(),
              before.count() + last.count(),
              before.pointwise(),
              before.coupling()));
    } else {
      groups.add(last);
    }
  }

  private static Step next(Iterator<Step> at, String wanted) {
    if (!at.hasNext()) {
      throw new NotUnderstoodException("its list of steps ends where " + wanted + " should be");
    }
    return at.next();
  }

  private static void require(Step step, String kind) {
    if (!step.kind().equals(kind)) {
      throw misplaced(step);
    }
  }

  private static NotUnderstoodException misplaced(Step step) {
    return new NotUnderstoodException("its step " + step.path() + " stands where none such can");
  }
}
