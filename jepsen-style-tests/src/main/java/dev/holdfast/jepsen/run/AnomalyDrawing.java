package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.checker.Anomaly;
import dev.holdfast.jepsen.checker.Anomaly.Step;
import dev.holdfast.jepsen.report.CycleDrawing;
import dev.holdfast.jepsen.report.CycleDrawing.Arrow;
import dev.holdfast.jepsen.report.CycleDrawing.Node;
import java.util.ArrayList;
import java.util.List;

/** An anomaly as a drawing: its transactions on a circle. */
public final class AnomalyDrawing {
  private AnomalyDrawing() {}

  /** A whole SVG document. */
  public static String svg(Anomaly anomaly) {
    List<Node> nodes = new ArrayList<>();
    List<Arrow> arrows = new ArrayList<>();
    int count = anomaly.steps().size();
    for (int i = 0; i < count; i++) {
      Step step = anomaly.steps().get(i);
      nodes.add(new Node("T" + (i + 1), List.of(step.description())));
      String where = step.key() == null ? "" : " " + step.key();
      arrows.add(new Arrow(i, (i + 1) % count, step.kind() + where));
    }
    return CycleDrawing.svg(anomaly.name(), nodes, arrows);
  }
}
