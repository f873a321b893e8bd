package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Form.Mapping;
import dev.holdfast.jepsen.history.Form.Nothing;
import dev.holdfast.jepsen.history.Form.Sequence;
import dev.holdfast.jepsen.history.Form.Text;
import dev.holdfast.jepsen.history.Form.Whole;
import dev.holdfast.jepsen.history.Form.Word;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes forms apart for notations; what is not as expected makes a history a broken one. */
final class Forms {
  private Forms() {}

  static Form orNothing(@Nullable Long value) {
    return value == null ? Form.NOTHING : Form.of(value);
  }

  static Form orNothing(@Nullable String text) {
    return text == null ? Form.NOTHING : Form.of(text);
  }

  static @Nullable String textOrNull(Form form) {
    return form instanceof Nothing ? null : text(form);
  }

  static long number(Form form) {
    if (form instanceof Whole whole) {
      return whole.value();
    }
    throw unexpected("a whole number", form);
  }

  static @Nullable Long numberOrNull(Form form) {
    return form instanceof Nothing ? null : Long.valueOf(number(form));
  }

  static String text(Form form) {
    if (form instanceof Text text) {
      return text.value();
    }
    if (form instanceof Word word) {
      return word.value();
    }
    throw unexpected("a text", form);
  }

  static List<Form> items(Form form) {
    if (form instanceof Sequence sequence) {
      return sequence.items();
    }
    throw unexpected("a sequence", form);
  }

  static List<Form> items(Form form, int count) {
    List<Form> items = items(form);
    if (items.size() != count) {
      throw unexpected("a sequence of " + count, form);
    }
    return items;
  }

  static List<Long> numbers(Form form) {
    return items(form).stream().map(Forms::number).toList();
  }

  static Map<String, Form> entries(Form form) {
    if (form instanceof Mapping mapping) {
      return mapping.entries();
    }
    throw unexpected("a mapping", form);
  }

  static BrokenHistoryException unexpected(String expected, Form form) {
    return new BrokenHistoryException("expected " + expected + ", found " + form.json());
  }
}
