package dev.holdfast.jepsen.differential;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** The members of a JSON object, in order, as JSON texts. Immutable. */
record Members(Map<String, String> texts) {
  static final Members NONE = new Members(Map.of());

  /** In place of a text: no such member. */
  static final String ABSENT = "-";

  Members {
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }

  /** Adds or replaces a member; an empty text changes nothing. */
  Members with(String name, String json) {
    if (json.isEmpty()) {
      return this;
    }
    LinkedHashMap<String, String> changed = new LinkedHashMap<>(texts);
    changed.put(name, json);
    return new Members(changed);
  }

  /** Adds or replaces all of these; those whose text is {@link #ABSENT} are taken out. */
  Members with(Members others) {
    LinkedHashMap<String, String> changed = new LinkedHashMap<>(texts);
    changed.putAll(others.texts);
    changed.values().removeIf(ABSENT::equals);
    return new Members(changed);
  }

  static String quoted(String text) {
    return '"' + text + '"';
  }

  @Override
  public String toString() {
    StringJoiner json = new StringJoiner(",", "{", "}");
    texts.forEach((name, text) -> json.add('"' + name + "\":" + text));
    return json.toString();
  }
}
