package dev.holdfast.jepsen.report;

import static dev.holdfast.jepsen.report.Markup.escape;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Draws transactions each of which must come before the next, and the last before the first: on a
 * circle, clockwise from the upper left, each with its description beside it.
 */
public final class CycleDrawing {
  /**
   * A transaction.
   *
   * @param label short: T1
   * @param lines what it is; long ones are wrapped
   */
  public record Node(String label, List<String> lines) {
    public Node {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Says that one comes before the other.
   *
   * @param from counted from 0
   * @param to counted from 0
   * @param label begins with the kind, which decides the line: ww, wr, rw, real time; then the list
   */
  public record Arrow(int from, int to, String label) {
    public Arrow {
      if (from < 0 || to < 0 || from == to) {
        throw new IllegalArgumentException("from " + from + " to " + to);
      }
    }
  }

  private static final double HEAD_LENGTH = 11;
  private static final double HEAD_WIDTH = 9;
  private static final int LABEL_CHARACTERS_MAX = 26;
  private static final int TITLE_HEIGHT = 46;
  private static final int LEGEND_HEIGHT = 60;

  private final StringBuilder svg = new StringBuilder();
  private final CycleLayout layout;

  private CycleDrawing(CycleLayout layout) {
    this.layout = layout;
  }

  /**
   * A document of its own, which may as well stand within a page.
   *
   * @throws IllegalArgumentException when an arrow begins or ends at no node, or there is no cycle
   *     for want of nodes
   */
  public static String svg(String title, List<Node> nodes, List<Arrow> arrows) {
    if (nodes.size() < 2) {
      throw new IllegalArgumentException("no cycle of " + nodes.size());
    }
    for (Arrow arrow : arrows) {
      if (Math.max(arrow.from(), arrow.to()) >= nodes.size()) {
        throw new IllegalArgumentException("to or from nowhere: " + arrow);
      }
    }
    return new CycleDrawing(CycleLayout.of(nodes)).draw(title, nodes, arrows);
  }

  private String draw(String title, List<Node> nodes, List<Arrow> arrows) {
    double width = layout.width();
    double height = TITLE_HEIGHT + layout.height() + LEGEND_HEIGHT;
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cycle\" role=\"img\"");
    add(" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\"", width, height, width, height);
    svg.append(" aria-label=\"").append(escape(title)).append("\">\n");
    svg.append("<title>").append(escape(title)).append("</title>\n<style>").append(STYLE);
    svg.append("</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
    int titleCharactersMax = (int) (width / 9);
    svg.append("<text class=\"title\" x=\"20\" y=\"30\">");
    svg.append(escape(Shortened.text(title, titleCharactersMax))).append("</text>\n");
    add("<g transform=\"translate(0 %d)\">\n", TITLE_HEIGHT);
    layout.places().forEach(this::drawLeader);
    List<Curve> curves = curves(arrows);
    curves.forEach(this::drawArrow);
    for (int i = 0; i < nodes.size(); i++) {
      drawNode(nodes.get(i), layout.places().get(i));
    }
    curves.forEach(this::drawLabel);
    svg.append("</g>\n");
    drawLegend(arrows, height - LEGEND_HEIGHT / 2.0);
    return svg.append("</svg>\n").toString();
  }

  /** An arrow with its place: from one point to another, bent towards a third. */
  private record Curve(
      Arrow arrow, CycleLayout.Point from, CycleLayout.Point bend, CycleLayout.Point to) {
    /** The middle of a quadratic Bézier curve. */
    CycleLayout.Point middle() {
      return new CycleLayout.Point(
          (from.x() + 2 * bend.x() + to.x()) / 4, (from.y() + 2 * bend.y() + to.y()) / 4);
    }

    ArrowKind kind() {
      return ArrowKind.of(arrow.label());
    }
  }

  /** Of several from one node to the same other, each bends less. */
  private List<Curve> curves(List<Arrow> arrows) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < arrows.size(); i++) {
      Arrow arrow = arrows.get(i);
      long earlier =
          arrows.subList(0, i).stream()
              .filter(other -> other.from() == arrow.from() && other.to() == arrow.to())
              .count();
      CycleLayout.Point from = layout.places().get(arrow.from()).centre();
      CycleLayout.Point to = layout.places().get(arrow.to()).centre();
      CycleLayout.Point bend = layout.bend(arrow.from(), arrow.to(), (int) earlier);
      curves.add(
          new Curve(
              arrow,
              from.towards(bend, CycleLayout.NODE_RADIUS + 3),
              bend,
              to.towards(bend, CycleLayout.NODE_RADIUS + 3)));
    }
    return curves;
  }

  private void drawArrow(Curve curve) {
    CycleLayout.Point tip = curve.to();
    CycleLayout.Point neck = tip.towards(curve.bend(), HEAD_LENGTH);
    add("<g class=\"arrow %s\">", curve.kind().style());
    add(
        "<path d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\"/>",
        curve.from().x(), curve.from().y(), curve.bend().x(), curve.bend().y(), neck.x(), neck.y());
    double sideX = (tip.y() - neck.y()) / HEAD_LENGTH * HEAD_WIDTH / 2;
    double sideY = (neck.x() - tip.x()) / HEAD_LENGTH * HEAD_WIDTH / 2;
    add(
        "<polygon points=\"%.1f,%.1f %.1f,%.1f %.1f,%.1f\"/></g>\n",
        tip.x(), tip.y(), neck.x() + sideX, neck.y() + sideY, neck.x() - sideX, neck.y() - sideY);
  }

  private void drawLabel(Curve curve) {
    String text = Shortened.text(curve.arrow().label(), LABEL_CHARACTERS_MAX);
    double width = text.length() * CycleLayout.CHARACTER_WIDTH + 12;
    CycleLayout.Point middle = curve.middle();
    add("<g class=\"label %s\">", curve.kind().style());
    svg.append("<title>").append(escape(curve.arrow().label())).append("</title>");
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"20\" rx=\"4\"/>",
        middle.x() - width / 2, middle.y() - 10, width);
    add("<text x=\"%.1f\" y=\"%.1f\">", middle.x(), middle.y() + 4);
    svg.append(escape(text)).append("</text></g>\n");
  }

  private void drawLeader(CycleLayout.Place place) {
    add(
        "<line class=\"leader\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        place.centre().x(), place.centre().y(), place.anchor().x(), place.anchor().y());
  }

  private void drawNode(Node node, CycleLayout.Place place) {
    CycleLayout.Point centre = place.centre();
    add(
        "<g class=\"node\"><circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/>",
        centre.x(), centre.y(), CycleLayout.NODE_RADIUS);
    add("<text x=\"%.1f\" y=\"%.1f\">", centre.x(), centre.y() + 5);
    svg.append(escape(Shortened.text(node.label(), 8))).append("</text></g>\n");
    CycleLayout.Box box = place.box();
    add(
        "<g class=\"card\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"5\"/>",
        box.x(), box.y(), box.width(), box.height());
    double y = box.y() + CycleLayout.CARD_PADDING + CycleLayout.LINE_HEIGHT - 4;
    for (String line : place.lines()) {
      add("<text x=\"%.1f\" y=\"%.1f\">", box.x() + CycleLayout.CARD_PADDING, y);
      svg.append(escape(line)).append("</text>");
      y += CycleLayout.LINE_HEIGHT;
    }
    svg.append("</g>\n");
  }

  /** Of the kinds that there are. */
  private void drawLegend(List<Arrow> arrows, double y) {
    TreeSet<ArrowKind> kinds = new TreeSet<>();
    arrows.forEach(arrow -> kinds.add(ArrowKind.of(arrow.label())));
    double x = 20;
    for (ArrowKind kind : kinds) {
      add("<g class=\"arrow %s\">", kind.style());
      add("<path d=\"M%.1f %.1fh34\"/></g>", x, y);
      add("<text class=\"legend\" x=\"%.1f\" y=\"%.1f\">", x + 42, y + 4);
      svg.append(escape(kind.meaning())).append("</text>\n");
      x += 42 + kind.meaning().length() * 6.6 + 28;
    }
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  /** Names begin with the class of the drawing: within a page, a style is everybody's. */
  private static final String STYLE =
      """

      .cycle { --paper: #fff; --ink: #1b1f24; --soft: #59636e; --line: #c3cad1; --card: #f5f7f9;
        --ww: #b3261e; --wr: #1f6fb2; --rw: #8a5a00; --rt: #59636e;
        font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; max-width: 100%;
        height: auto; }
      @media (prefers-color-scheme: dark) {
        .cycle { --paper: #14171b; --ink: #e4e8ec; --soft: #9aa5b1; --line: #454e58;
          --card: #1d2127; --ww: #ff8a7d; --wr: #7ab8ec; --rw: #ffc24d; --rt: #9aa5b1; } }
      .cycle .paper { fill: var(--paper); }
      .cycle text { fill: var(--ink); white-space: pre; }
      .cycle .title { font: 600 15px system-ui, "DejaVu Sans", sans-serif; }
      .cycle .legend { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--soft); }
      .cycle .leader { stroke: var(--line); stroke-width: 1; }
      .cycle .node circle { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
      .cycle .node text { font-weight: 600; font-size: 14px; text-anchor: middle; }
      .cycle .card rect { fill: var(--card); stroke: var(--line); }
      .cycle .arrow path { fill: none; stroke: var(--kind); stroke-width: 2; }
      .cycle .arrow polygon { fill: var(--kind); }
      .cycle .label rect { fill: var(--paper); stroke: var(--kind); }
      .cycle .label text { text-anchor: middle; }
      .cycle .ww { --kind: var(--ww); }
      .cycle .wr { --kind: var(--wr); }
      .cycle .rw { --kind: var(--rw); }
      .cycle .rt, .cycle .other { --kind: var(--rt); }
      .cycle .arrow.ww path { stroke-width: 3.5; }
      .cycle .arrow.rw path { stroke-dasharray: 8 5; }
      .cycle .arrow.rt path { stroke-dasharray: 2 4; }
      .cycle .arrow.other path { stroke-dasharray: 12 4 2 4; }
      """;
}
