package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.report.CycleDrawing.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the nodes of a cycle and their descriptions lie. Descriptions of the left half make a
 * column on the left, those of the right half one on the right; a node at the very bottom, which
 * every odd number has, has its own below it.
 *
 * @param radius of the circle
 */
record CycleLayout(List<Place> places, double radius, double width, double height) {
  static final int NODE_RADIUS = 22;
  static final int LINE_HEIGHT = 17;
  static final int CARD_PADDING = 8;

  /** Of a monospaced font of 12 pixels. */
  static final double CHARACTER_WIDTH = 7.25;

  private static final int MARGIN = 20;
  private static final int LINE_CHARACTERS_MAX = 44;
  private static final int LINES_MAX = 14;
  private static final double CARD_WIDTH_MIN = 90;
  private static final double CARD_GAP = 12;
  private static final double RADIUS_MIN = 130;
  private static final double RADIUS_PER_NODE = 34;

  /** From circle to column: half a label of an arrow has room. */
  private static final double COLUMN_GAP = 120;

  /** Between arrows from one node to the same other. */
  private static final double BEND_STEP = 60;

  record Point(double x, double y) {
    /** At this distance from here. */
    Point towards(Point other, double distance) {
      double length = Math.hypot(other.x - x, other.y - y);
      double share = distance / length;
      return new Point(x + (other.x - x) * share, y + (other.y - y) * share);
    }
  }

  /** The upper left corner, and how large. */
  record Box(double x, double y, double width, double height) {}

  /**
   * A node with its description.
   *
   * @param anchor where the line from the node meets the box
   */
  record Place(Point centre, Box box, Point anchor, List<String> lines) {}

  private enum Side {
    LEFT,
    RIGHT,
    BELOW
  }

  static CycleLayout of(List<Node> nodes) {
    int count = nodes.size();
    double radius = Math.max(RADIUS_MIN, count * RADIUS_PER_NODE);
    List<List<String>> texts =
        nodes.stream()
            .map(node -> WrappedText.of(node.lines(), LINE_CHARACTERS_MAX, LINES_MAX))
            .toList();
    double columnWidth = texts.stream().mapToDouble(CycleLayout::widthOf).max().orElseThrow();
    double columnHeight = 0;
    for (Side side : List.of(Side.LEFT, Side.RIGHT)) {
      double height = -CARD_GAP;
      for (int i = 0; i < count; i++) {
        height += side(i, count) == side ? heightOf(texts.get(i)) + CARD_GAP : 0;
      }
      columnHeight = Math.max(columnHeight, height);
    }
    double circleHeight = (count == 2 ? 1 : 2) * radius + 2 * NODE_RADIUS + 30; // with outer arcs
    double upperHeight = Math.max(columnHeight, circleHeight);
    double centreX = MARGIN + columnWidth + COLUMN_GAP + radius;
    Point centre = new Point(centreX, upperHeight / 2);
    Builder builder = new Builder(centre, radius, columnWidth, texts);
    double height = upperHeight;
    for (int i = 0; i < count; i++) {
      if (side(i, count) == Side.BELOW) {
        height = Math.max(upperHeight, centre.y() + radius + 50 + heightOf(texts.get(i)));
      }
    }
    return new CycleLayout(builder.places(), radius, 2 * centreX, height);
  }

  private static double widthOf(List<String> lines) {
    int characters = lines.stream().mapToInt(String::length).max().orElse(0);
    return Math.max(CARD_WIDTH_MIN, characters * CHARACTER_WIDTH + 2 * CARD_PADDING);
  }

  private static double heightOf(List<String> lines) {
    return Math.max(1, lines.size()) * LINE_HEIGHT + 2 * CARD_PADDING;
  }

  /** Clockwise from the upper left, symmetrically. */
  private static double angle(int index, int count) {
    return Math.PI * (-0.5 - 1.0 / count + 2.0 * index / count);
  }

  private static Side side(int index, int count) {
    if (count % 2 == 1 && index == (count + 1) / 2) {
      return Side.BELOW;
    }
    return Math.cos(angle(index, count)) < 0 ? Side.LEFT : Side.RIGHT;
  }

  /**
   * What an arrow is bent towards: to the left of its direction, so that neighbours are joined by
   * the outside and an arrow does not cover the one that comes back.
   *
   * @param earlierCount arrows between the same two before this one
   */
  Point bend(int from, int to, int earlierCount) {
    Point begin = places.get(from).centre();
    Point end = places.get(to).centre();
    double length = Math.hypot(end.x() - begin.x(), end.y() - begin.y());
    boolean next = to == (from + 1) % places.size();
    double sagitta = radius - Math.sqrt(Math.max(0, radius * radius - length * length / 4));
    double bulge = next ? Math.min(2 * sagitta, radius * 0.9) : length * 0.18;
    bulge -= earlierCount * BEND_STEP; // inwards: there is room
    return new Point(
        (begin.x() + end.x()) / 2 + (end.y() - begin.y()) / length * bulge,
        (begin.y() + end.y()) / 2 - (end.x() - begin.x()) / length * bulge);
  }

  /** Puts nodes on the circle, and each description as near to its node as the others let it. */
  private record Builder(
      Point middle, double radius, double columnWidth, List<List<String>> texts) {
    List<Place> places() {
      double[] tops = new double[texts.size()];
      spread(Side.LEFT, tops);
      spread(Side.RIGHT, tops);
      List<Place> places = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        places.add(place(i, tops[i]));
      }
      return places;
    }

    private Point centre(int index) {
      double angle = angle(index, texts.size());
      return new Point(
          middle.x() + radius * Math.cos(angle), middle.y() + radius * Math.sin(angle));
    }

    /** From the top, none over another; then from the bottom, none below the edge. */
    private void spread(Side side, double[] tops) {
      List<Integer> column = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        if (side(i, texts.size()) == side) {
          column.add(i);
        }
      }
      column.sort((one, other) -> Double.compare(centre(one).y(), centre(other).y()));
      double free = 0;
      for (int index : column) {
        double height = heightOf(texts.get(index));
        tops[index] = Math.max(free, centre(index).y() - height / 2);
        free = tops[index] + height + CARD_GAP;
      }
      double limit = 2 * middle.y();
      for (int i = column.size() - 1; i >= 0; i--) {
        int index = column.get(i);
        tops[index] = Math.min(tops[index], limit - heightOf(texts.get(index)));
        limit = tops[index] - CARD_GAP;
      }
    }

    private Place place(int index, double top) {
      List<String> lines = texts.get(index);
      double width = widthOf(lines);
      double height = heightOf(lines);
      Point centre = centre(index);
      return switch (side(index, texts.size())) {
        case LEFT -> {
          double right = MARGIN + columnWidth;
          Box box = new Box(right - width, top, width, height);
          yield new Place(centre, box, new Point(right, top + height / 2), lines);
        }
        case RIGHT -> {
          double left = middle.x() + radius + COLUMN_GAP;
          Box box = new Box(left, top, width, height);
          yield new Place(centre, box, new Point(left, top + height / 2), lines);
        }
        case BELOW -> {
          double y = middle.y() + radius + 50;
          Box box = new Box(centre.x() - width / 2, y, width, height);
          yield new Place(centre, box, new Point(centre.x(), y), lines);
        }
      };
    }
  }
}
