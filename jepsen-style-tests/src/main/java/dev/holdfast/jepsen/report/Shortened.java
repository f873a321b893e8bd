package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.history.Form;
import java.util.List;
import java.util.Map;

/** Values as JSON, short enough for a page: a list may hold thousands of numbers. */
final class Shortened {
  private static final int NUMBERS_MAX = 12;
  private static final int NUMBERS_KEPT = 8; // the last: what is new is appended there
  private static final String CUT = " … ";

  private Shortened() {}

  /** With long lists of numbers cut, and nothing else. */
  static String form(Form form) {
    StringBuilder text = new StringBuilder();
    append(form, text);
    return text.toString();
  }

  private static void append(Form form, StringBuilder text) {
    if (form instanceof Form.Sequence sequence) {
      append(sequence.items(), text);
    } else if (form instanceof Form.Mapping mapping) {
      String separator = "{";
      for (Map.Entry<String, Form> entry : mapping.entries().entrySet()) {
        text.append(separator).append(Form.of(entry.getKey()).json()).append(':');
        append(entry.getValue(), text);
        separator = ",";
      }
      text.append(mapping.entries().isEmpty() ? "{}" : "}");
    } else {
      text.append(form.json());
    }
  }

  private static void append(List<Form> items, StringBuilder text) {
    int hidden = 0;
    if (items.size() > NUMBERS_MAX && items.stream().allMatch(Form.Whole.class::isInstance)) {
      hidden = items.size() - NUMBERS_KEPT;
    }
    text.append('[');
    if (hidden > 0) {
      text.append('(').append(hidden).append(" more) ");
    }
    for (int i = hidden; i < items.size(); i++) {
      if (i > hidden) {
        text.append(',');
      }
      append(items.get(i), text);
    }
    text.append(']');
  }

  /** Keeps the begin and, shorter, the end. */
  static String text(String text, int charactersMax) {
    if (text.length() <= charactersMax) {
      return text;
    }
    int kept = charactersMax - CUT.length();
    int head = kept * 2 / 3;
    int tail = text.length() - (kept - head);
    if (Character.isHighSurrogate(text.charAt(head - 1))) {
      head--;
    }
    if (Character.isLowSurrogate(text.charAt(tail))) {
      tail++;
    }
    return text.substring(0, head) + CUT + text.substring(tail);
  }
}
