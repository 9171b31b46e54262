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
    List<PlacedStep> steps = PlacedStep.of(spec);
    long before = 0;
    for (int i = 0; i < steps.size(); i++) {
      // The parameters of a step are what the model gains by it, so the rows add up to the total.
      long upTo =
          ParameterCount.of(
                  new ModelSpec(
                      spec.shape(),
                      spec.bits(),
                      new DequantizerSpec.Uniform(),
                      spec.flow().subList(0, i + 1)))
              .flow();
      rows.add(row(steps.get(i), upTo - before));
      before = upTo;
    }
    return new ModelTable(rows, ParameterCount.of(spec));
  }

  private static void dequantizer(ModelSpec spec, List<Row> rows) {
    if (spec.dequantizer() instanceof DequantizerSpec.Variational v) {
      DequantizerSpec contextOnly =
          new DequantizerSpec.Variational(
              v.contextFilters(), v.contextBlocks(), 0, v.pointwise(), v.coupling());
      long context =
          ParameterCount.of(new ModelSpec(spec.shape(), spec.bits(), contextOnly, List.of()))
              .dequantizer();
      long all = ParameterCount.of(spec).dequantizer();
      ImageShape half = PlacedStep.half(SplitKind.CHECKERBOARD, spec.shape());
      rows.add(
          new Row(
              Part.DEQUANTIZER,
              "context network of x",
              new ImageShape(half.height(), half.width(), v.contextFilters()),
              count(v.contextBlocks(), "gated convolution")
                  + ", "
                  + count(v.contextFilters(), "filter"),
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

  private static Row row(PlacedStep placed, long parameters) {
    if (placed.step() instanceof FlowStepSpec.Couplings c) {
      return new Row(
          Part.FLOW,
          couplings(c.split(), c.count()),
          placed.out(),
          describe(c.coupling(), c.pointwise()),
          parameters);
    }
    return new Row(Part.FLOW, "space to depth", placed.out(), "", parameters);
  }

  private static String couplings(SplitKind split, int count) {
    return switch (split) {
      case CHECKERBOARD -> count(count, "checkerboard coupling");
      case CHANNEL -> count(count, "channel coupling");
    };
  }

  private static String describe(CouplingSpec coupling, boolean pointwise) {
    ConditionerSpec n = coupling.conditioner();
    String transform =
        coupling instanceof CouplingSpec.MixtureOfLogistics m
            ? count(m.components(), "logistic")
            : "affine";
    String mixing =
        n.mixing() instanceof MixingSpec.SelfAttention a
            ? count(a.heads(), "head")
            : "no attention";
    return transform
        + ", "
        + count(n.filters(), "filter")
        + ", "
        + count(n.blocks(), "block")
        + ", "
        + mixing
        + (pointwise ? "" : ", no pointwise");
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
