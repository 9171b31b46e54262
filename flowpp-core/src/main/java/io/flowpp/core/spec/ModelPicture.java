package io.flowpp.core.spec;

import java.util.List;

/**
 * A model drawn as SVG: the dequantizer, the flow step by step with shapes and parameters, and the
 * inside of one coupling. It stands alone as a file, and inside an HTML page, in light and dark.
 */
public final class ModelPicture {
  private static final int WIDTH = 440;
  private static final int MARGIN = 12;
  private static final int INSET = 26;

  private static final String STYLE =
      """
      .fm text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#1c2128}
      .fm .b{font-weight:600} .fm .s{font-size:11.5px;fill:#57606a} .fm .r{text-anchor:end} .fm .m{text-anchor:middle}
      .fm .panel{fill:#f4f6f8;stroke:#d0d7de} .fm .box{fill:#fff;stroke:#8c959f} .fm .q{stroke:#9a5b00} .fm .p{stroke:#0a5fb4}
      .fm .node{fill:#e6ebf0;stroke:#8c959f} .fm .line{stroke:#8c959f;fill:none} .fm .tip{fill:#8c959f}
      @media (prefers-color-scheme:dark){.fm text{fill:#e6edf3} .fm .s{fill:#9aa4af} .fm .panel{fill:#161b22;stroke:#30363d}
      .fm .box{fill:#0d1117;stroke:#6e7681} .fm .q{stroke:#e0a458} .fm .p{stroke:#6cb0f5} .fm .node{fill:#21262d}}
      @media print{.fm text{fill:#1c2128} .fm .s{fill:#57606a} .fm .panel{fill:#f4f6f8;stroke:#d0d7de} .fm .box{fill:#fff}
      .fm .q{stroke:#9a5b00} .fm .p{stroke:#0a5fb4} .fm .node{fill:#e6ebf0}}
      """;

  private final StringBuilder shapes = new StringBuilder();
  private int y = MARGIN;

  private ModelPicture() {}

  /** The picture as one {@code <svg>} element; its width follows the page, its proportions stay. */
  public static String svg(ModelSpec spec) {
    ModelPicture picture = new ModelPicture();
    picture.draw(spec);
    String head =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fm\" role=\"img\" aria-label=\"The layers of the model\" viewBox=\"0 0 "
            + WIDTH
            + " "
            + picture.y
            + "\" width=\""
            + WIDTH
            + "\" height=\""
            + picture.y
            + "\">\n";
    return head + "<style>" + STYLE + "</style>\n" + picture.shapes + "</svg>\n";
  }

  private void draw(ModelSpec spec) {
    ModelTable table = ModelTable.of(spec);
    node("image x: " + spec.shape() + ", values 0 to " + ((1 << spec.bits()) - 1));
    arrow();
    panel(
        "Dequantizer q(u|x)",
        table.parameters().dequantizer(),
        rows(table, ModelTable.Part.DEQUANTIZER),
        "q");
    arrow();
    node("x + u, u in [0, 1)");
    arrow();
    panel("Flow p(x + u)", table.parameters().flow(), rows(table, ModelTable.Part.FLOW), "p");
    arrow();
    node("z ~ N(0, I): " + spec.shape().dimensions() + " values");
    for (FlowStepSpec step : spec.flow()) {
      if (step instanceof FlowStepSpec.Couplings c) {
        y += 18;
        inside(c.coupling());
        break;
      }
    }
    y += MARGIN;
  }

  private static List<ModelTable.Row> rows(ModelTable table, ModelTable.Part part) {
    return table.rows().stream().filter(row -> row.part() == part).toList();
  }

  private void panel(String title, long parameters, List<ModelTable.Row> rows, String kind) {
    int height = 34;
    for (ModelTable.Row row : rows) {
      height += boxHeight(row) + 8;
    }
    rect("panel", MARGIN, y, WIDTH - 2 * MARGIN, height + 2);
    text("b", INSET, y + 21, title);
    text("s r", WIDTH - INSET, y + 21, ModelTable.number(parameters) + " parameters");
    y += 32;
    for (ModelTable.Row row : rows) {
      int h = boxHeight(row);
      rect("box " + kind, INSET, y, WIDTH - 2 * INSET, h);
      text("", INSET + 10, y + 19, row.layer());
      text("s r", WIDTH - INSET - 10, y + 19, row.shape().toString());
      if (h > 28) {
        text("s", INSET + 10, y + 36, row.detail());
        text("s r", WIDTH - INSET - 10, y + 36, ModelTable.number(row.parameters()));
      }
      y += h + 8;
    }
    y += 4;
  }

  private static int boxHeight(ModelTable.Row row) {
    return row.parameters() > 0 ? 46 : 28;
  }

  private void inside(CouplingSpec coupling) {
    ConditionerSpec n = coupling.conditioner();
    String mixing =
        n.mixing() instanceof MixingSpec.SelfAttention a
            ? "self-attention, " + a.heads() + " heads"
            : "gated 1x1 network";
    String transform =
        coupling instanceof CouplingSpec.MixtureOfLogistics m
            ? "CDF of " + m.components() + " logistics, then logit, then scale and shift"
            : "scale and shift";
    String[] boxes = {
      "3x3 convolution to " + n.filters() + " filters",
      "gated convolution, layer norm",
      mixing + ", layer norm",
      "3x3 convolution to " + coupling.parametersPerChannel() + " values a channel"
    };
    int height = 62 + boxes.length * 34 + 34;
    rect("panel", MARGIN, y, WIDTH - 2 * MARGIN, height);
    text("b", INSET, y + 21, "Inside one coupling");
    text("s", INSET, y + 40, "half a gives the parameters, half b is transformed; then they swap");
    int left = INSET;
    int right = WIDTH - INSET;
    int top = y + 54;
    for (int i = 0; i < boxes.length; i++) {
      rect("box", left, top + i * 34, 278, 26);
      text("", left + 10, top + i * 34 + 18, boxes[i]);
    }
    int brace = left + 286;
    shapes
        .append("<path class=\"line\" d=\"M")
        .append(brace)
        .append(' ')
        .append(top + 34)
        .append("h8v60h-8\"/>\n");
    text("s", brace + 16, top + 34 + 34, n.blocks() + (n.blocks() == 1 ? " block" : " blocks"));
    rect("box p", left, top + boxes.length * 34, right - left, 26);
    text("", left + 10, top + boxes.length * 34 + 18, "b: " + transform);
    y += height;
  }

  private void node(String label) {
    shapes
        .append("<rect class=\"node\" x=\"90\" y=\"")
        .append(y)
        .append("\" width=\"")
        .append(WIDTH - 180)
        .append("\" height=\"28\" rx=\"14\"/>\n");
    text("m", WIDTH / 2, y + 19, label);
    y += 28;
  }

  private void arrow() {
    int x = WIDTH / 2;
    shapes.append("<path class=\"line\" d=\"M").append(x).append(' ').append(y).append("v12\"/>");
    shapes
        .append("<path class=\"tip\" d=\"M")
        .append(x - 4)
        .append(' ')
        .append(y + 11)
        .append("h8l-4 6z\"/>\n");
    y += 18;
  }

  private void rect(String css, int x, int top, int width, int height) {
    shapes
        .append("<rect class=\"")
        .append(css)
        .append("\" x=\"")
        .append(x)
        .append("\" y=\"")
        .append(top);
    shapes
        .append("\" width=\"")
        .append(width)
        .append("\" height=\"")
        .append(height)
        .append("\" rx=\"6\"/>\n");
  }

  /** Labels are made of numbers and words of this package: nothing in them needs escaping. */
  private void text(String css, int x, int baseline, String label) {
    shapes
        .append("<text class=\"")
        .append(css)
        .append("\" x=\"")
        .append(x)
        .append("\" y=\"")
        .append(baseline)
        .append("\">")
        .append(label)
        .append("</text>\n");
  }
}
