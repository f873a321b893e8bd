package dev.holdfast.jepsen.differential;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** What the {@code :values} and {@code #names} of expressions stand for. */
record Bindings(Map<String, String> values) {
  private static final Map<String, String> NAMES =
      Map.of("#v", "v", "#n", "n", "#m", "m", "#a", "a", "#odd", "a.b-c", "#name", "Name");
  private static final Pattern EXPRESSION = Pattern.compile("\"\\w+Expression\":\"([^\"]*)\"");
  private static final Pattern REFERENCE = Pattern.compile("[:#]\\w+");

  static Arbitrary<Bindings> any() {
    Map<String, Arbitrary<String>> values = new LinkedHashMap<>();
    values.put(":n", ValueTexts.ofType("N"));
    values.put(":k", Arbitraries.of("0", "1", "2", "3").map(ValueTexts::number));
    values.put(":lo", Arbitraries.just(ValueTexts.number("-5")));
    values.put(":hi", Arbitraries.just(ValueTexts.number("1E3")));
    values.put(":s", ValueTexts.ofType("S"));
    values.put(":s2", Arbitraries.just(ValueTexts.string("\uFFFF")));
    values.put(":b", ValueTexts.ofType("B"));
    values.put(":bo", ValueTexts.ofType("BOOL"));
    values.put(":nu", ValueTexts.ofType("NULL"));
    values.put(":ss", ValueTexts.ofType("SS"));
    values.put(":ns", ValueTexts.ofType("NS"));
    values.put(":bs", ValueTexts.ofType("BS"));
    values.put(":l", ValueTexts.ofType("L"));
    values.put(":m", ValueTexts.ofType("M"));
    values.put(":v", ValueTexts.anything());
    values.put(
        ":type",
        Arbitraries.of("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
            .map(ValueTexts::string));
    List<String> names = List.copyOf(values.keySet());
    return Combinators.combine(List.copyOf(values.values()))
        .as(
            chosen -> {
              Map<String, String> bound = new LinkedHashMap<>();
              for (int i = 0; i < names.size(); i++) {
                bound.put(names.get(i), chosen.get(i));
              }
              return new Bindings(bound);
            });
  }

  Bindings and(String reference, String json) {
    Map<String, String> bound = new LinkedHashMap<>(values);
    bound.put(reference, json);
    return new Bindings(bound);
  }

  /** Defines what the expressions among these members refer to, and nothing else. */
  Members define(Members members) {
    Members names = Members.NONE;
    Members used = Members.NONE;
    Matcher expressions = EXPRESSION.matcher(members.toString());
    while (expressions.find()) {
      Matcher references = REFERENCE.matcher(expressions.group(1));
      while (references.find()) {
        String reference = references.group();
        used = used.with(reference, values.getOrDefault(reference, ""));
        String name = NAMES.get(reference);
        names = name == null ? names : names.with(reference, Members.quoted(name));
      }
    }
    Members defined = members;
    if (!names.texts().isEmpty()) {
      defined = defined.with("ExpressionAttributeNames", names.toString());
    }
    return used.texts().isEmpty()
        ? defined
        : defined.with("ExpressionAttributeValues", used.toString());
  }
}
