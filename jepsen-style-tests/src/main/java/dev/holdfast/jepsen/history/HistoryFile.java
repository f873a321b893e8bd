package dev.holdfast.jepsen.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Histories as files, which docs/jepsen.md describes.
 *
 * <p>JSON lines: a header that names format, version, workload and seed; an object an event; a last
 * line with their number, without which a history was cut off. EDN: the same events, a map a line,
 * for Jepsen's own checkers.
 */
public final class HistoryFile {
  private static final String FORMAT = "holdfast-history";
  private static final int VERSION = 1;
  private static final String NEMESIS = "nemesis";
  private static final JsonFactory JSON = new JsonFactory();

  private HistoryFile() {}

  /** Writes JSON lines. */
  public static void writeJson(History history, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(header(history).json());
      out.newLine();
      for (int index = 0; index < history.events().size(); index++) {
        out.write(json(index, history.events().get(index)));
        out.newLine();
      }
      out.write("{\"end\":" + history.events().size() + "}");
      out.newLine();
    }
  }

  private static Form header(History history) {
    SortedMap<String, Form> about = new TreeMap<>();
    history.about().forEach((name, value) -> about.put(name, Form.of(value)));
    return new Form.Mapping(
        Map.of(
            "format", Form.of(FORMAT),
            "version", Form.of(VERSION),
            "workload", Form.of(history.workload()),
            "seed", Form.of(history.seed()),
            "about", new Form.Mapping(about)));
  }

  private static String json(int index, Event event) {
    Form process = event.process() == Event.NEMESIS ? Form.of(NEMESIS) : Form.of(event.process());
    return "{\"index\":%d,\"time\":%d,\"type\":\"%s\",\"process\":%s,\"f\":%s,\"value\":%s}"
        .formatted(
            index,
            event.timeNanos(),
            word(event.type()),
            process.json(),
            Form.of(event.function()).json(),
            event.value().json());
  }

  private static String word(Event.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** Writes EDN, one map a line. */
  public static void writeEdn(History history, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int index = 0; index < history.events().size(); index++) {
        Event event = history.events().get(index);
        String process =
            event.process() == Event.NEMESIS ? ":" + NEMESIS : Integer.toString(event.process());
        out.write(
            "{:index %d, :time %d, :type :%s, :process %s, :f :%s, :value %s}"
                .formatted(
                    index,
                    event.timeNanos(),
                    word(event.type()),
                    process,
                    event.function(),
                    event.value().edn()));
        out.newLine();
      }
    }
  }

  /**
   * Reads JSON lines.
   *
   * @throws BrokenHistoryException when it is not a whole history of this version
   */
  public static History read(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      Map<String, Form> header = header(in.readLine());
      List<Event> events = new ArrayList<>();
      String line = in.readLine();
      while (line != null) {
        Map<String, Form> fields = fields(line, events.size() + 2);
        if (fields.containsKey("end")) {
          requireWhole(Forms.number(field(fields, "end")), events, in.readLine());
          return history(header, events);
        }
        events.add(event(fields));
        line = in.readLine();
      }
      throw new BrokenHistoryException(
          "truncated: no line with the end after " + events.size() + " events");
    }
  }

  private static Map<String, Form> header(@Nullable String line) {
    Map<String, Form> header = line == null ? Map.of() : fields(line, 1);
    Form format = header.get("format");
    if (format == null || !Forms.text(format).equals(FORMAT)) {
      throw new BrokenHistoryException("not a history: line 1 has no format " + FORMAT);
    }
    long version = Forms.number(field(header, "version"));
    if (version != VERSION) {
      throw new BrokenHistoryException(
          "of version " + version + ", of which nothing is known here; known is " + VERSION);
    }
    return header;
  }

  private static void requireWhole(long count, List<Event> events, @Nullable String after) {
    if (count != events.size() || after != null) {
      throw new BrokenHistoryException(
          "its last line speaks of " + count + " events, and there are " + events.size());
    }
  }

  private static History history(Map<String, Form> header, List<Event> events) {
    SortedMap<String, String> about = new TreeMap<>();
    Forms.entries(field(header, "about")).forEach((name, is) -> about.put(name, Forms.text(is)));
    return new History(
        Forms.text(field(header, "workload")), Forms.number(field(header, "seed")), about, events);
  }

  private static Event event(Map<String, Form> fields) {
    Form process = field(fields, "process");
    return new Event(
        Forms.number(field(fields, "time")),
        type(Forms.text(field(fields, "type"))),
        process instanceof Form.Text ? Event.NEMESIS : Math.toIntExact(Forms.number(process)),
        Forms.text(field(fields, "f")),
        field(fields, "value"));
  }

  private static Event.Type type(String word) {
    for (Event.Type type : Event.Type.values()) {
      if (word(type).equals(word)) {
        return type;
      }
    }
    throw new BrokenHistoryException("no type of event: " + word);
  }

  private static Form field(Map<String, Form> fields, String name) {
    Form field = fields.get(name);
    if (field == null) {
      throw new BrokenHistoryException("no field " + name + " in " + fields);
    }
    return field;
  }

  private static Map<String, Form> fields(String line, int number) {
    try (JsonParser parser = JSON.createParser(line)) {
      return Forms.entries(form(parser, parser.nextToken()));
    } catch (JsonProcessingException e) {
      throw new BrokenHistoryException("line " + number + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new BrokenHistoryException("line " + number + ": " + e);
    }
  }

  private static Form form(JsonParser parser, @Nullable JsonToken token) throws IOException {
    if (token == null) {
      throw new BrokenHistoryException("an empty line");
    }
    return switch (token) {
      case VALUE_NULL -> Form.NOTHING;
      case VALUE_NUMBER_INT -> Form.of(parser.getLongValue());
      case VALUE_STRING -> Form.of(parser.getText());
      case START_ARRAY -> {
        List<Form> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          items.add(form(parser, next));
        }
        yield new Form.Sequence(items);
      }
      case START_OBJECT -> {
        SortedMap<String, Form> entries = new TreeMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          entries.put(name, form(parser, parser.nextToken()));
        }
        yield new Form.Mapping(entries);
      }
      default -> throw new BrokenHistoryException("not of a history: " + token);
    };
  }
}
