package dev.holdfast.jepsen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.jepsen.report.CycleDrawing.Arrow;
import dev.holdfast.jepsen.report.CycleDrawing.Node;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class CycleDrawingTest {
  private static final List<String> LABELS = List.of("ww l1-0", "wr l2-0", "rw l3-0", "real time");

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 8, 12, 13})
  void drawsEveryNodeDescriptionAndArrow(int count) throws Exception {
    Document drawing = parse(CycleDrawing.svg("a cycle", nodes(count), ring(count)));

    assertThat(texts(drawing, "node"))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, count).mapToObj(i -> "T" + i).toList());
    assertThat(texts(drawing, "card")).hasSize(count).allMatch(text -> text.contains("process"));
    assertThat(drawing.getElementsByTagName("polygon").getLength()).isEqualTo(count);
    assertThat(groups(drawing, "label")).hasSize(count);
    assertThat(drawing.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("a cycle");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 8, 12, 13})
  void nothingLiesOnAnotherOrOutside(int count) {
    CycleLayout layout = CycleLayout.of(nodes(count));

    List<CycleLayout.Box> boxes = new ArrayList<>();
    for (CycleLayout.Place place : layout.places()) {
      int radius = CycleLayout.NODE_RADIUS;
      boxes.add(place.box());
      boxes.add(
          new CycleLayout.Box(
              place.centre().x() - radius, place.centre().y() - radius, 2 * radius, 2 * radius));
    }
    for (int i = 0; i < boxes.size(); i++) {
      CycleLayout.Box box = boxes.get(i);
      assertThat(box.x()).isNotNegative();
      assertThat(box.y()).isNotNegative();
      assertThat(box.x() + box.width()).isLessThanOrEqualTo(layout.width());
      assertThat(box.y() + box.height()).isLessThanOrEqualTo(layout.height());
      for (CycleLayout.Box other : boxes.subList(i + 1, boxes.size())) {
        assertThat(overlap(box, other)).as(box + " and " + other).isFalse();
      }
    }
  }

  @Test
  void eachKindHasItsLineAndItsPlaceInTheLegend() throws Exception {
    Document drawing = parse(CycleDrawing.svg("kinds", nodes(4), ring(4)));

    assertThat(groups(drawing, "label"))
        .extracting(group -> group.getAttribute("class"))
        .containsExactly("label ww", "label wr", "label rw", "label rt");
    assertThat(texts(drawing, "label")).allMatch(text -> LABELS.stream().anyMatch(text::endsWith));
    String all = drawing.getDocumentElement().getTextContent();
    assertThat(all).contains("ww: wrote before", "real time: ended before");
    assertThat(ArrowKind.of("realtime-list")).isEqualTo(ArrowKind.OTHER);
    assertThat(ArrowKind.of("RW")).isEqualTo(ArrowKind.RW);
  }

  @Test
  void twoAndTheWayBackAreTwoCurves() throws Exception {
    Document drawing = parse(CycleDrawing.svg("a pair", nodes(2), ring(2)));

    List<String> curves =
        groups(drawing, "arrow").stream()
            .map(group -> (Element) group.getElementsByTagName("path").item(0))
            .map(path -> path.getAttribute("d"))
            .filter(path -> path.contains("Q"))
            .toList();
    assertThat(curves).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void hostileTextsStayTexts() throws Exception {
    String hostile = "</svg><script>x()</script> \" ' & \u0000 \ud800 \uffff \u00e9";
    String harmless = "</svg><script>x()</script> \" ' & \ufffd \ufffd \ufffd \u00e9";
    List<Node> nodes =
        List.of(new Node(hostile, List.of(hostile)), new Node("T2", List.of(hostile)));

    Document drawing =
        parse(CycleDrawing.svg(hostile, nodes, List.of(new Arrow(0, 1, hostile), back())));

    assertThat(drawing.getElementsByTagName("script").getLength()).isZero();
    assertThat(drawing.getDocumentElement().getAttribute("aria-label")).isEqualTo(harmless);
    assertThat(drawing.getElementsByTagName("title").item(1).getTextContent()).isEqualTo(harmless);
  }

  @Test
  void longDescriptionsAreWrappedAndCut() {
    List<String> lines = List.of("saw " + "12345,".repeat(40), "x".repeat(100), "z ".repeat(600));

    List<String> wrapped = WrappedText.of(lines, 44, 14);

    assertThat(wrapped).hasSize(14).allMatch(line -> line.length() <= 44);
    assertThat(wrapped.get(0)).startsWith("saw 12345,").endsWith(",");
    assertThat(wrapped.get(13)).matches("… \\d+ more lines");
  }

  @Test
  void whatIsNoCycleIsRefused() {
    assertThatThrownBy(() -> CycleDrawing.svg("one", nodes(1), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CycleDrawing.svg("out", nodes(2), List.of(new Arrow(0, 2, "ww"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Arrow(1, 1, "ww")).isInstanceOf(IllegalArgumentException.class);
  }

  private static Arrow back() {
    return new Arrow(1, 0, "ww l1");
  }

  private static List<Node> nodes(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Node(
                    "T" + (i + 1),
                    List.of(
                        "process " + i + ", ok",
                        "saw l3-0=[(12 more) 5,6,7,8,9,10,11,12], l4-0=[1,2,3], l5-0=[]",
                        "appended " + i + " to l3-0")))
        .toList();
  }

  private static List<Arrow> ring(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Arrow(i, (i + 1) % count, LABELS.get(i % LABELS.size())))
        .toList();
  }

  private static boolean overlap(CycleLayout.Box one, CycleLayout.Box other) {
    return one.x() < other.x() + other.width()
        && other.x() < one.x() + one.width()
        && one.y() < other.y() + other.height()
        && other.y() < one.y() + one.height();
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> groups(Document drawing, String style) {
    NodeList all = drawing.getElementsByTagName("g");
    return IntStream.range(0, all.getLength())
        .mapToObj(i -> (Element) all.item(i))
        .filter(group -> List.of(group.getAttribute("class").split(" ")).contains(style))
        .toList();
  }

  private static List<String> texts(Document drawing, String style) {
    return groups(drawing, style).stream().map(Element::getTextContent).toList();
  }
}
