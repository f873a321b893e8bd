package dev.holdfast.jepsen.history;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A value of a history that JSON and EDN can both say. */
public sealed interface Form {
  /** No value: null, nil. */
  Form NOTHING = new Nothing();

  /** On one line. */
  String json();

  /** On one line. */
  String edn();

  static Form of(long value) {
    return new Whole(value);
  }

  static Form of(String value) {
    return new Text(value);
  }

  static Form sequence(Form... items) {
    return new Sequence(List.of(items));
  }

  /** A list of whole numbers. */
  static Form numbers(List<Long> numbers) {
    return new Sequence(numbers.stream().map(Form::of).toList());
  }

  /** What has no value. */
  record Nothing() implements Form {
    @Override
    public String json() {
      return "null";
    }

    @Override
    public String edn() {
      return "nil";
    }
  }

  /** A whole number. */
  record Whole(long value) implements Form {
    @Override
    public String json() {
      return Long.toString(value);
    }

    @Override
    public String edn() {
      return Long.toString(value);
    }
  }

  /** Any text. */
  record Text(String value) implements Form {
    @Override
    public String json() {
      return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
    }

    @Override
    public String edn() {
      return json(); // EDN knows all of JSON's escapes
    }
  }

  /** A name from a fixed set: a keyword in EDN; JSON has none and says it as text. */
  record Word(String value) implements Form {
    @Override
    public String json() {
      return '"' + value + '"';
    }

    @Override
    public String edn() {
      return ':' + value;
    }
  }

  /** Values in order: a vector in EDN. */
  record Sequence(List<Form> items) implements Form {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String json() {
      return items.stream().map(Form::json).collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    public String edn() {
      return items.stream().map(Form::edn).collect(Collectors.joining(" ", "[", "]"));
    }
  }

  /** Values by name, in the order of the names. */
  record Mapping(SortedMap<String, Form> entries) implements Form {
    public Mapping {
      entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    public Mapping(Map<String, Form> entries) {
      this(new TreeMap<>(entries));
    }

    @Override
    public String json() {
      return entries.entrySet().stream()
          .map(entry -> new Text(entry.getKey()).json() + ':' + entry.getValue().json())
          .collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public String edn() {
      return entries.entrySet().stream()
          .map(entry -> new Text(entry.getKey()).edn() + ' ' + entry.getValue().edn())
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }
}
