package dev.holdfast.jepsen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.holdfast.jepsen.history.BrokenHistoryException;
import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import dev.holdfast.jepsen.history.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says of a run; what its script draws of that is looked at by people. */
class TimelineTest {
  private static final long MILLI = 1_000_000;
  private static final String HOSTILE =
      "</script><!--<script>alert('x')\" & \u2028 \u00e9 \ud83d\ude00 \ud800 @@run@@ \u0000";

  @TempDir Path directory;

  /** An operation as the page has it. */
  private record Drawn(
      int process,
      int lane,
      int function,
      int outcome,
      long call,
      long length,
      List<String> values) {
    static Drawn of(Object element) {
      List<?> fields = list(element);
      List<String> values =
          fields.subList(6, fields.size()).stream().map(String.class::cast).toList();
      return new Drawn(
          (int) number(fields.get(0)),
          (int) number(fields.get(1)),
          (int) number(fields.get(2)),
          (int) number(fields.get(3)),
          number(fields.get(4)),
          number(fields.get(5)),
          values);
    }

    long end() {
      return call + length;
    }
  }

  @Test
  void holdsEveryOperationOnce() throws IOException {
    History history = SampleRun.of(1, 12, 3_000);

    Map<String, Object> run = run(page(history));

    List<Drawn> drawn = operations(run);
    List<Bar> bars = Bar.of(history.events());
    assertThat(drawn).hasSize(3_000).hasSameSizeAs(bars);
    assertThat(drawn.stream().map(one -> List.of((long) one.process(), one.call(), one.end())))
        .doesNotHaveDuplicates()
        .containsExactlyElementsOf(
            bars.stream()
                .map(bar -> List.of((long) bar.process(), bar.callNanos(), bar.endNanos()))
                .toList());
    assertThat(drawn.stream().map(one -> (Object) list(run.get("functions")).get(one.function())))
        .containsExactlyElementsOf(bars.stream().map(bar -> (Object) bar.function()).toList());
  }

  @Test
  void operationsOfALaneNeverOverlapAndAProcessKeepsItsLane() throws IOException {
    Map<String, Object> run = run(page(SampleRun.of(2, 12, 3_000)));

    assertThat(run.get("lanes")).isEqualTo(12L);
    List<Drawn> operations = operations(run);
    Map<Integer, List<Drawn>> lanes =
        operations.stream().collect(Collectors.groupingBy(Drawn::lane));
    assertThat(lanes).hasSize(12);
    for (List<Drawn> lane : lanes.values()) {
      lane.sort(Comparator.comparingLong(Drawn::call));
      for (int i = 1; i < lane.size(); i++) {
        assertThat(lane.get(i).call()).isGreaterThanOrEqualTo(lane.get(i - 1).end());
      }
    }
    operations.stream()
        .collect(
            Collectors.groupingBy(
                Drawn::process, Collectors.mapping(Drawn::lane, Collectors.toSet())))
        .forEach((process, its) -> assertThat(its).as("lanes of process " + process).hasSize(1));
  }

  @Test
  void aNewProcessTakesTheLaneThatFellFreeLast() throws IOException {
    List<Event> events = new ArrayList<>();
    operation(events, 0, 0, 10, Event.Type.INFO);
    operation(events, 1, 0, 20, Event.Type.INFO);
    operation(events, 2, 0, 90, Event.Type.OK);
    operation(events, 3, 21, 30, Event.Type.OK);
    operation(events, 4, 22, 30, Event.Type.OK);

    List<Drawn> operations = operations(run(page(history(events))));

    Map<Integer, Integer> lanes =
        operations.stream().collect(Collectors.toMap(Drawn::process, Drawn::lane));
    assertThat(lanes).containsEntry(3, lanes.get(1)).containsEntry(4, lanes.get(0));
  }

  @Test
  void operationsOfUnknownOutcomeAreOpenAndACallWithoutAnEndIsOne() throws IOException {
    List<Event> events = new ArrayList<>();
    operation(events, 0, 0, 10, Event.Type.INFO);
    operation(events, 1, 0, 20, Event.Type.FAIL);
    operation(events, 2, 5, 50, Event.Type.OK);
    events.add(event(30, Event.Type.INVOKE, 3, "read", Form.NOTHING));

    List<Drawn> operations = operations(run(page(history(events))));

    int unknown = RunJson.OUTCOMES.indexOf("unknown");
    assertThat(operations).extracting(Drawn::process).containsExactly(0, 1, 2, 3);
    assertThat(operations)
        .extracting(Drawn::outcome)
        .containsExactly(unknown, RunJson.OUTCOMES.indexOf("fail"), 0, unknown);
    assertThat(operations.get(3).end()).isEqualTo(50 * MILLI);
  }

  @Test
  void faultsAreListedWithTheirBeginLengthEvidenceAndSilence() throws IOException {
    List<Event> events = new ArrayList<>();
    for (long end : List.of(100L, 900L, 1_900L, 2_000L)) {
      operation(events, 0, end - 10, end, Event.Type.OK);
    }
    events.add(event(500, Event.Type.INFO, Event.NEMESIS, "kill-leader", Form.NOTHING));
    events.add(event(1_000, Event.Type.INFO, Event.NEMESIS, "split", Form.of("p1")));
    events.add(
        event(1_750, Event.Type.INFO, Event.NEMESIS, "kill-leader", Form.of("node 2 ended")));

    String page = page(history(events));

    assertThat(text(page))
        .contains("kill-leader 0.500 s 1,250.0 850.0 node 2 ended")
        .contains("split 1.000 s 1,000.0 900.0 (had not ended) p1")
        .contains("longest time without an ok operation: 1,000.0 ms, from 0.900 s");
    assertThat(run(page).get("faults"))
        .isEqualTo(
            List.of(
                List.of("kill-leader", 500 * MILLI, 1_750 * MILLI, "node 2 ended", true),
                List.of("split", 1_000 * MILLI, 2_000 * MILLI, "p1", false)));
  }

  @Test
  void theSummaryCountsByFunctionAndOutcome() throws IOException {
    List<Event> events = new ArrayList<>();
    operation(events, 0, 0, 10, Event.Type.OK);
    operation(events, 0, 10, 20, Event.Type.OK);
    operation(events, 0, 20, 30, Event.Type.INFO);
    events.add(event(30, Event.Type.INVOKE, 1, "write", Form.of(1)));
    events.add(event(31, Event.Type.FAIL, 1, "write", Form.of(1)));

    assertThat(text(page(history(events))))
        .contains("seed 7 length 0.031 s clients 1 at once, 2 processes nodes 3")
        .contains("f ok fail unknown all read 2 · 1 3 write · 1 · 1 all 2 1 1 4");
  }

  @Test
  void hostileTextsStayTexts() throws IOException {
    List<Event> events = new ArrayList<>();
    events.add(event(1, Event.Type.INVOKE, 0, HOSTILE, Form.of(HOSTILE)));
    events.add(event(2, Event.Type.OK, 0, HOSTILE, Form.sequence(Form.of(HOSTILE), Form.of(1))));
    events.add(event(1, Event.Type.INFO, Event.NEMESIS, HOSTILE, Form.of(HOSTILE)));
    events.add(event(2, Event.Type.INFO, Event.NEMESIS, HOSTILE, Form.of(HOSTILE)));
    History history = new History(HOSTILE, 7, new TreeMap<>(Map.of(HOSTILE, HOSTILE)), events);

    String page = page(history);

    assertThat(page)
        .doesNotContain("<script>alert")
        .doesNotContain("<!--")
        .doesNotContain("\u0000");
    assertThat(page.split("</script>", -1)).hasSize(3); // of the template
    Map<String, Object> run = run(page);
    assertThat(run.get("functions")).isEqualTo(List.of(HOSTILE));
    assertThat(operations(run).get(0).values())
        .containsExactly(Form.of(HOSTILE).json(), "[" + Form.of(HOSTILE).json() + ",1]");
  }

  @Test
  void longValuesAreCutAndNotTheirEnds() throws IOException {
    Form numbers = Form.numbers(LongStream.range(0, 5_000).boxed().toList());
    List<Event> events = new ArrayList<>();
    events.add(event(1, Event.Type.INVOKE, 0, "txn", Form.of("x".repeat(10_000) + "end")));
    events.add(event(2, Event.Type.OK, 0, "txn", Form.sequence(Form.of("l1"), numbers)));

    List<String> values = operations(run(page(history(events)))).get(0).values();

    assertThat(values.get(0)).hasSize(400).startsWith("\"xxx").contains(" … ").endsWith("end\"");
    assertThat(values.get(1))
        .isEqualTo("[\"l1\",[(4992 more) 4992,4993,4994,4995,4996,4997,4998,4999]]");
  }

  @Test
  void aLargeHistoryMakesAPageThatABrowserOpens() throws IOException {
    Path file = directory.resolve("large.html");

    Timeline.write(SampleRun.of(3, 20, 50_000), file);

    assertThat(Files.size(file)).isBetween(1_000_000L, 15_000_000L);
  }

  @Test
  void anEmptyHistoryIsAPage() throws IOException {
    assertThat(operations(run(page(history(List.of()))))).isEmpty();
  }

  @Test
  void thePageLoadsNothing() throws IOException {
    assertThat(page(SampleRun.of(4, 3, 30)))
        .contains("default-src 'none'")
        .doesNotContain("http://")
        .doesNotContain("https://")
        .doesNotContain("src=\"")
        .doesNotContain("@import");
  }

  @Test
  void eventsThatDoNotPairUpAreRefused() {
    Event call = event(1, Event.Type.INVOKE, 0, "read", Form.NOTHING);
    Event end = event(2, Event.Type.OK, 0, "read", Form.NOTHING);

    assertThatThrownBy(() -> page(history(List.of(end))))
        .isInstanceOf(BrokenHistoryException.class)
        .hasMessageContaining("without its call");
    assertThatThrownBy(() -> page(history(List.of(call, call))))
        .isInstanceOf(BrokenHistoryException.class)
        .hasMessageContaining("a call within a call");
  }

  private static History history(List<Event> events) {
    return new History("registers", 7, new TreeMap<>(Map.of("nodes", "3")), events);
  }

  private static void operation(
      List<Event> events, int process, long callMillis, long endMillis, Event.Type end) {
    events.add(event(callMillis, Event.Type.INVOKE, process, "read", Form.NOTHING));
    events.add(event(endMillis, end, process, "read", Form.of(endMillis)));
  }

  private static Event event(
      long millis, Event.Type type, int process, String function, Form value) {
    return new Event(millis * MILLI, type, process, function, value);
  }

  private String page(History history) throws IOException {
    Path file = directory.resolve("page.html");
    Timeline.write(history, file);
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /** What stands between the tags. */
  private static String text(String page) {
    return page.replaceAll("(?s)<style>.*?</style>", "")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("\\s+", " ");
  }

  private static List<Drawn> operations(Map<String, Object> run) {
    return list(run.get("ops")).stream().map(Drawn::of).toList();
  }

  private static List<?> list(@Nullable Object element) {
    return (List<?>) Objects.requireNonNull(element);
  }

  private static long number(Object element) {
    return (Long) element;
  }

  private static Map<String, Object> run(String page) throws IOException {
    String begin = "<script type=\"application/json\" id=\"run\">";
    int from = page.indexOf(begin) + begin.length();
    String json = page.substring(from, page.indexOf("</script>", from));
    Map<String, Object> run = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        run.put(name, value(parser, parser.nextToken()));
      }
      assertThat(parser.nextToken()).isNull();
    }
    return run;
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          items.add(value(parser, next));
        }
        yield items;
      }
      default -> throw new AssertionError("not of a page: " + token);
    };
  }
}
