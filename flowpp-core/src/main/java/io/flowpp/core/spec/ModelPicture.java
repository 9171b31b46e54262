package io.flowpp.core.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A model drawn as SVG: the dequantizer, the flow step by step with shapes and parameters, and the
 * inside of one coupling. It stands alone as a file, and inside an HTML page, in light and dark.
 */
public final class ModelPicture {
  private static final int WIDTH = 440;
  private static final int MARGIN = 12;
  private static final int INSET = 26;
  private static final int BLOCK = 290;
  private static final int DETAIL_LENGTH = 46;
  private static final int DETAIL_LINE = 15;

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
      List<String> details = details(row);
      for (int line = 0; line < details.size(); line++) {
        text("s", INSET + 10, y + 36 + line * DETAIL_LINE, details.get(line));
      }
      if (row.parameters() > 0) {
        text("s r", WIDTH - INSET - 10, y + 36, ModelTable.number(row.parameters()));
      }
      y += h + 8;
    }
    y += 4;
  }

  private static int boxHeight(ModelTable.Row row) {
    return row.parameters() > 0 ? 46 + (details(row).size() - 1) * DETAIL_LINE : 28;
  }

  /** A row's detail in lines that leave room for the number beside them. */
  private static List<String> details(ModelTable.Row row) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String part : row.detail().split(", ", -1)) {
      if (!line.isEmpty() && line.length() + part.length() > DETAIL_LENGTH) {
        lines.add(line + ",");
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : ", ").append(part);
    }
    lines.add(line.toString());
    return lines;
  }

  private void inside(CouplingSpec coupling) {
    ConditionerSpec n = coupling.conditioner();
    List<String> boxes = new ArrayList<>();
    boxes.add("3x3 convolution to " + n.filters() + " filters");
    boxes.add("gated convolution, layer norm");
    if (n.mixing() instanceof MixingSpec.SelfAttention a) {
      boxes.add("self-attention, " + a.heads() + " heads, layer norm");
    } else if (n.mixing() instanceof MixingSpec.GatedLinear) {
      boxes.add("gated 1x1 network, layer norm");
    }
    String last = n.ending() == Ending.ACTIVATED ? "concat_elu, " : "";
    boxes.add(last + "3x3 convolution to " + coupling.parametersPerChannel() + " values a channel");
    String weighting = n.weighting() == Weighting.NORMALISED ? "; weights are g V / |V|" : "";
    int height = 62 + boxes.size() * 34 + 34;
    rect("panel", MARGIN, y, WIDTH - 2 * MARGIN, height);
    text("b", INSET, y + 21, "Inside one coupling of the flow");
    text("s", INSET, y + 40, "half a gives the parameters of half b" + weighting);
    int left = INSET;
    int right = WIDTH - INSET;
    int top = y + 54;
    for (int i = 0; i < boxes.size(); i++) {
      boolean inBlock = i > 0 && i < boxes.size() - 1;
      rect("box", left, top + i * 34, inBlock ? BLOCK : right - left, 26);
      text("", left + 10, top + i * 34 + 18, boxes.get(i));
    }
    int brace = left + BLOCK + 8;
    int span = (boxes.size() - 2) * 34 - 8;
    shapes
        .append("<path class=\"line\" d=\"M")
        .append(brace)
        .append(' ')
        .append(top + 34)
        .append("h8v")
        .append(span)
        .append("h-8\"/>\n");
    text(
        "s",
        brace + 16,
        top + 34 + span / 2 + 4,
        n.blocks() + (n.blocks() == 1 ? " block" : " blocks"));
    rect("box p", left, top + boxes.size() * 34, right - left, 26);
    text("", left + 10, top + boxes.size() * 34 + 18, "b: " + transform(coupling));
    y += height;
  }

  private static String transform(CouplingSpec coupling) {
    if (coupling instanceof CouplingSpec.MixtureOfLogistics m) {
      return "CDF of "
          + m.components()
          + " logistics, logit, scale and shift"
          + (m.arithmetic() == Arithmetic.FLOAT64 ? ", in float64" : "");
    }
    return "scale and shift";
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
