package io.flowpp.core.reference;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of comparing every file of a folder. */
public record Verification(List<Case> cases) {
  public boolean ok() {
    return cases.stream().allMatch(Case::ok);
  }

  /**
   * One file.
   *
   * @param name of the file, without its ending
   * @param error why nothing could be compared, null where it could
   * @param notes what was chosen because the file does not say it, and what was not compared and
   *     why
   */
  public record Case(
      String name, List<Output> outputs, List<String> notes, @Nullable String error) {
    public boolean ok() {
      return error == null && outputs.stream().allMatch(Output::ok);
    }

    /** The largest difference, as a part of what is allowed; 0 if nothing was compared. */
    public double worstRatio() {
      return outputs.stream().mapToDouble(Output::ratio).max().orElse(0);
    }
  }

  /**
   * One tensor.
   *
   * @param name in the file; a result that no file has begins with {@code inverse/}
   * @param maxAbs largest absolute difference; infinite where ours is not a number, or absent
   * @param maxRel maxAbs by the largest absolute value of the reference, or by 1 where that is 0
   * @param tolerance the largest maxRel that is allowed
   * @param ratio largest difference as a part of what is allowed for that element
   * @param problem why it could not be compared, null where it was
   */
  public record Output(
      String name,
      double maxAbs,
      double maxRel,
      double tolerance,
      double ratio,
      @Nullable String problem) {
    public boolean ok() {
      return problem == null && ratio <= 1;
    }
  }
}
