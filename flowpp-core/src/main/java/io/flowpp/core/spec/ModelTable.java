package io.flowpp.core.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A model layer by layer: what stands where, on which shape, with how many parameters. */
public record ModelTable(List<Row> rows, ParameterCount parameters) {
  public ModelTable {
    rows = List.copyOf(rows);
  }

  /** The part of the model that a row belongs to. */
  public enum Part {
    DEQUANTIZER("dequantizer"),
    FLOW("flow");

    private final String label;

    Part(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * One layer, or one group of equal couplings.
   *
   * @param shape of the image that leaves it
   * @param detail what distinguishes it; empty where there is nothing to choose
   */
  public record Row(Part part, String layer, ImageShape shape, String detail, long parameters) {}

  public static ModelTable of(ModelSpec spec) {
    List<Row> rows = new ArrayList<>();
    dequantizer(spec, rows);
    rows.add(new Row(Part.FLOW, "squeeze to (.05, .95), logit", spec.shape(), "", 0));
    for (PlacedStep placed : PlacedStep.of(spec)) {
      rows.add(row(placed));
    }
    return new ModelTable(rows, ParameterCount.of(spec));
  }

  private static void dequantizer(ModelSpec spec, List<Row> rows) {
    if (spec.dequantizer() instanceof DequantizerSpec.Variational v) {
      long context = ParameterCount.context(v.context(), spec.shape());
      long all = ParameterCount.of(spec).dequantizer();
      ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, spec.shape());
      rows.add(
          new Row(
              Part.DEQUANTIZER,
              "context network of x",
              new ImageShape(half.height(), half.width(), v.context().filters()),
              describe(v.context()),
              context));
      rows.add(
          new Row(
              Part.DEQUANTIZER,
              couplings(SplitKind.CHECKERBOARD, v.couplings()),
              spec.shape(),
              describe(v.coupling(), v.pointwise()),
              all - context));
      rows.add(new Row(Part.DEQUANTIZER, "sigmoid", spec.shape(), "", 0));
    } else {
      rows.add(new Row(Part.DEQUANTIZER, "uniform noise", spec.shape(), "", 0));
    }
  }

  private static Row row(PlacedStep placed) {
    if (placed.step() instanceof FlowStepSpec.Couplings c) {
      return new Row(
          Part.FLOW,
          couplings(c.split(), c.count()),
          placed.out(),
          describe(c.coupling(), c.pointwise()),
          ParameterCount.step(c, placed.in()));
    }
    return new Row(Part.FLOW, "space to depth", placed.out(), "", 0);
  }

  private static String couplings(SplitKind split, int count) {
    return switch (split) {
      case CHECKERBOARD -> count(count, "checkerboard coupling");
      case CHANNEL -> count(count, "channel coupling");
    };
  }

  private static String describe(ContextSpec context) {
    return count(context.blocks(), "gated convolution")
        + ", "
        + count(context.filters(), "filter")
        + (context.normalised() ? ", layer norms" : "")
        + (context.mixing() instanceof MixingSpec.None ? "" : ", " + describe(context.mixing()))
        + describe(context.weighting());
  }

  private static String describe(CouplingSpec coupling, boolean pointwise) {
    ConditionerSpec n = coupling.conditioner();
    String transform = "affine";
    if (coupling instanceof CouplingSpec.MixtureOfLogistics m) {
      transform =
          count(m.components(), "logistic")
              + (m.arithmetic() == Arithmetic.FLOAT64 ? " in float64" : "");
    }
    return transform
        + ", "
        + count(n.filters(), "filter")
        + ", "
        + count(n.blocks(), "block")
        + ", "
        + describe(n.mixing())
        + describe(n.weighting())
        + (n.ending() == Ending.ACTIVATED ? ", activated output" : "")
        + (pointwise ? "" : ", no pointwise");
  }

  private static String describe(MixingSpec mixing) {
    if (mixing instanceof MixingSpec.SelfAttention a) {
      return count(a.heads(), "head");
    }
    return mixing instanceof MixingSpec.GatedLinear ? "no attention" : "no mixing";
  }

  private static String describe(Weighting weighting) {
    return weighting == Weighting.NORMALISED ? ", weight norm" : "";
  }

  private static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  /** The table as aligned lines, for a terminal. */
  public String render() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"part", "layer", "shape", "parameters", "detail"});
    Part part = null;
    for (Row row : rows) {
      lines.add(
          new String[] {
            row.part() == part ? "" : row.part().label(),
            row.layer(),
            row.shape().toString(),
            number(row.parameters()),
            row.detail()
          });
      part = row.part();
    }
    String parts = number(parameters.dequantizer()) + " + " + number(parameters.flow());
    lines.add(new String[] {"total", "", "", number(parameters.total()), parts});
    int[] width = new int[5];
    for (String[] line : lines) {
      for (int i = 0; i < width.length; i++) {
        width[i] = Math.max(width[i], line[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    String format =
        "%-" + width[0] + "s  %-" + width[1] + "s  %" + width[2] + "s  %" + width[3] + "s  %s";
    for (String[] line : lines) {
      text.append(String.format(Locale.ROOT, format, (Object[]) line).stripTrailing()).append('\n');
    }
    return text.toString();
  }

  static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
