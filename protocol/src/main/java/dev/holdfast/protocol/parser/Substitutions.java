package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its
 * expressions have used. One thread.
 */
public final class Substitutions {
  private static final String NAMES = "ExpressionAttributeNames";
  private static final String VALUES = "ExpressionAttributeValues";
  private static final int NAME_BYTES_MAX = 65535;

  private final Map<String, String> names;
  private final Map<String, EncodedValue> values;
  private final Set<String> used = new HashSet<>();

  private Substitutions(Map<String, String> names, Map<String, EncodedValue> values) {
    this.names = names;
    this.values = values;
  }

  /**
   * Checks the keys; values have been checked when they were encoded.
   *
   * @param names null when the request has none
   * @param values null when the request has none
   */
  public static Substitutions of(@Nullable Map<String, String> names, @Nullable Item values) {
    if (names != null) {
      checkNames(names);
    }
    return new Substitutions(
        names == null ? Map.of() : names, values == null ? Map.of() : checkedValues(values));
  }

  private static Map<String, EncodedValue> checkedValues(Item values) {
    if (values.isEmpty()) {
      throw new InvalidExpressionException(VALUES + " must not be empty");
    }
    Map<String, EncodedValue> valueOf = new LinkedHashMap<>();
    values.forEachAttribute(
        (key, value) -> {
          checkKey(VALUES, ':', key);
          valueOf.put(key, value);
        });
    return valueOf;
  }

  private static void checkNames(Map<String, String> names) {
    if (names.isEmpty()) {
      throw new InvalidExpressionException(NAMES + " must not be empty");
    }
    names.forEach(
        (key, name) -> {
          checkKey(NAMES, '#', key);
          if (name.isEmpty()) {
            throw new InvalidExpressionException(
                NAMES + " contains invalid value: Empty attribute name for key " + key);
          }
          if (name.length() > NAME_BYTES_MAX) {
            throw new InvalidExpressionException(
                NAMES
                    + " contains invalid value: Attribute name is too large, must be less than "
                    + "65536 bytes for key "
                    + key);
          }
        });
  }

  private static void checkKey(String parameter, char first, String key) {
    boolean valid = key.length() > 1 && key.charAt(0) == first;
    for (int i = 1; i < key.length(); i++) {
      valid &= Lexer.isWordPart(key.charAt(i));
    }
    if (!valid) {
      throw new InvalidExpressionException(
          parameter + " contains invalid key: Syntax error; key: \"" + key + "\"");
    }
  }

  /** The name behind {@code #key}; null when it is not defined. */
  @Nullable String name(String key) {
    used.add(key);
    return names.get(key);
  }

  /** The value behind {@code :key}; null when it is not defined. */
  @Nullable EncodedValue value(String key) {
    used.add(key);
    return values.get(key);
  }

  /** Fails when something was defined that no expression mentions. */
  public void checkAllUsed() {
    checkUsed(NAMES, names.keySet());
    checkUsed(VALUES, values.keySet());
  }

  private void checkUsed(String parameter, Set<String> defined) {
    if (defined.isEmpty()) {
      return;
    }
    StringJoiner unused = new StringJoiner(", ", "{", "}");
    unused.setEmptyValue("");
    for (String key : defined) {
      if (!used.contains(key)) {
        unused.add(key);
      }
    }
    if (unused.length() > 0) {
      throw new InvalidExpressionException(
          "Value provided in " + parameter + " unused in expressions: keys: " + unused);
    }
  }
}
