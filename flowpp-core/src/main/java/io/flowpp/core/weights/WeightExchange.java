package io.flowpp.core.weights;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flowpp.core.device.ComputeDevice;
import io.flowpp.core.kernel.Kernels;
import io.flowpp.core.model.FlowPlusPlus;
import io.flowpp.core.nn.NonFiniteException;
import io.flowpp.core.nn.Weights;
import io.flowpp.core.spec.ModelSpec;
import java.nio.file.Path;
import java.util.List;

/** Carries a model's float32 weights from one file to another, also under the authors' names. */
public final class WeightExchange {
  private WeightExchange() {}

  /** Whose names a file has. */
  public enum Naming {
    /** Our parameters' paths, with the spec in the metadata. */
    FLOWPP,
    /** The variables of the authors' code, in their layouts. */
    OFFICIAL
  }

  /** A file and how its tensors are called. */
  public record Place(Path file, Naming naming) {}

  /**
   * What went over.
   *
   * @param tensors number of tensors
   * @param weightsSha256 over names, shapes and values under our names
   */
  public record Carried(int tensors, String weightsSha256) {}

  /**
   * Reads the weights of a model of {@code spec} from one file and writes them to another, which
   * appears whole or not at all.
   *
   * @throws WeightMismatchException if they are not weights of this model, or not numbers, naming
   *     the tensors
   * @throws DamagedSafetensorsException if a file is none
   */
  public static Carried carry(ModelSpec spec, Place from, Place to) {
    FlowPlusPlus model = FlowPlusPlus.build(spec);
    try (NDManager manager = ComputeDevice.open("cpu");
        Kernels kernels = Kernels.load(manager)) {
      Weights weights = Weights.zeros(manager, kernels, model.parameters(), DataType.FLOAT32);
      if (from.naming() == Naming.OFFICIAL) {
        OfficialNames.importOfficial(from.file(), model, weights, kernels);
      } else {
        WeightFile.read(from.file(), weights, spec, "", kernels);
      }
      requireNumbers(from.file(), weights, kernels);
      if (to.naming() == Naming.OFFICIAL) {
        OfficialNames.exportOfficial(to.file(), model, weights);
      } else {
        WeightFile.write(to.file(), weights, spec);
      }
      return new Carried(model.parameters().size(), WeightFile.sha256(weights));
    }
  }

  private static void requireNumbers(Path file, Weights weights, Kernels kernels) {
    List<String> broken =
        weights.parameters().stream()
            .filter(p -> !NonFiniteException.isFinite(weights.get(p), kernels))
            .map(p -> p.name() + " holds infinities or NaN")
            .toList();
    if (!broken.isEmpty()) {
      throw new WeightMismatchException(file, broken);
    }
  }
}
