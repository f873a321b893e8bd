package dev.holdfast.jepsen.differential;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** The parameters that expressions replaced, as JSON, right and wrong. */
final class LegacyTexts {
  /** The attributes of items that are no keys of tables; some may be those of indexes. */
  static final List<String> ATTRIBUTES =
      List.of("s", "n", "b", "bo", "nu", "ss", "ns", "bs", "l", "m", "v", "a.b-c", "absent");

  private static final String[] SCALARS = {"S", "N", "B"};

  private LegacyTexts() {}

  /** Conditions on so many attributes, with the operator that may join them. */
  static Arbitrary<Members> joined(
      String member, Arbitrary<String> names, Arbitrary<String> conditions) {
    Arbitrary<Members> some =
        Arbitraries.maps(names, conditions).ofMinSize(1).ofMaxSize(3).map(Members::new);
    Arbitrary<String> operators = Choice.maybe(Choice.word("OR", "AND"));
    return Combinators.combine(some, operators)
        .as(
            (given, operator) ->
                Members.NONE
                    .with(member, given.toString())
                    .with("ConditionalOperator", given.texts().size() > 1 ? operator : ""));
  }

  /** A condition with an operator and values that it takes. */
  static Arbitrary<String> conditions() {
    return Arbitraries.oneOf(
        List.of(
            equalities().map(one -> condition(one.operator(), one.values())),
            scalarComparisons(),
            contents().map(one -> condition(one.operator(), one.values())),
            Choice.of("NULL", "NOT_NULL").map(operator -> condition(operator, "")),
            Choice.of("NULL", "NOT_NULL").map(operator -> "{" + operator(operator) + "}")));
  }

  private record Compared(String operator, String values) {}

  private static Arbitrary<Compared> equalities() {
    return Combinators.combine(Choice.of("EQ", "NE"), ValueTexts.anything()).as(Compared::new);
  }

  private static Arbitrary<Compared> contents() {
    return Arbitraries.oneOf(
        List.of(
            Combinators.combine(
                    Choice.of("CONTAINS", "NOT_CONTAINS"),
                    Arbitraries.of("S", "N", "B", "S", "N", "B", "BOOL", "NULL")
                        .flatMap(ValueTexts::ofType))
                .as(Compared::new),
            Combinators.combine(
                    Choice.of("CONTAINS", "NOT_CONTAINS"),
                    Choice.of("a", "b", "ab").map(ValueTexts::string))
                .as(Compared::new)));
  }

  private static Arbitrary<String> scalarComparisons() {
    return Arbitraries.of(SCALARS)
        .flatMap(
            type -> {
              Arbitrary<String> value = ValueTexts.ofType(type);
              List<Arbitrary<String>> all = new ArrayList<>();
              all.add(
                  Combinators.combine(Choice.of("LT", "LE", "GT", "GE"), value)
                      .as(LegacyTexts::condition));
              all.add(
                  value
                      .list()
                      .ofMinSize(1)
                      .ofMaxSize(3)
                      .map(values -> condition("IN", String.join(",", values))));
              all.add(Choice.of(bounds(type)).map(both -> condition("BETWEEN", both)));
              if (!type.equals("N")) {
                all.add(value.map(prefix -> condition("BEGINS_WITH", prefix)));
              }
              return Arbitraries.oneOf(all);
            });
  }

  /** A lower and an upper bound. */
  private static String[] bounds(String type) {
    return switch (type) {
      case "S" -> new String[] {"{\"S\":\"a\"},{\"S\":\"b\"}", "{\"S\":\"\"},{\"S\":\"\uFFFF\"}"};
      case "N" -> new String[] {"{\"N\":\"-5\"},{\"N\":\"1E3\"}", "{\"N\":\"1\"},{\"N\":\"1.0\"}"};
      default ->
          new String[] {"{\"B\":\"YQ==\"},{\"B\":\"Yg==\"}", "{\"B\":\"\"},{\"B\":\"/w==\"}"};
    };
  }

  static String condition(String operator, String values) {
    return "{" + operator(operator) + ",\"AttributeValueList\":[" + values + "]}";
  }

  private static String operator(String operator) {
    return "\"ComparisonOperator\":\"" + operator + "\"";
  }

  /** A condition in any of the forms of Expected. */
  static Arbitrary<String> expectations() {
    return Arbitraries.oneOf(
        List.of(
            conditions(),
            conditions(),
            ValueTexts.anything().map(value -> "{\"Value\":" + value + "}"),
            ValueTexts.anything().map(value -> "{\"Exists\":true,\"Value\":" + value + "}"),
            Choice.of("{\"Exists\":false}"),
            equalities()
                .map(one -> "{" + operator(one.operator()) + ",\"Value\":" + one.values() + "}")));
  }

  /** What no condition with an operator may be. */
  static Arbitrary<String> wrongConditions() {
    return Arbitraries.oneOf(
        List.of(
            Choice.of(
                "{}",
                "{\"AttributeValueList\":[{\"S\":\"a\"}]}",
                "{\"ComparisonOperator\":\"EQ\"}",
                condition("LIKE", "{\"S\":\"a\"}"),
                condition("eq", "{\"S\":\"a\"}"),
                condition("EQ", ""),
                condition("NULL", "{\"S\":\"a\"}"),
                condition("NE", "{\"S\":\"a\"},{\"S\":\"b\"}"),
                condition("IN", ""),
                condition("IN", "{\"S\":\"a\"},{\"N\":\"1\"}"),
                condition("BETWEEN", "{\"S\":\"a\"}"),
                condition("BETWEEN", "{\"S\":\"b\"},{\"S\":\"a\"}"),
                condition("BETWEEN", "{\"N\":\"10\"},{\"N\":\"9\"}"),
                condition("BETWEEN", "{\"B\":\"/w==\"},{\"B\":\"YQ==\"}"),
                condition("BETWEEN", "{\"S\":\"a\"},{\"N\":\"1\"}"),
                condition("BEGINS_WITH", "{\"N\":\"1\"}"),
                condition("EQ", "{}"),
                condition("EQ", "{\"S\":\"a\",\"N\":\"1\"}"),
                "{\"ComparisonOperator\":\"EQ\",\"AttributeValueList\":{\"S\":\"a\"}}",
                "{\"ComparisonOperator\":5}",
                "\"EQ\"",
                "[]"),
            Combinators.combine(
                    Choice.of("LT", "LE", "GT", "GE", "IN", "BEGINS_WITH"),
                    Arbitraries.of("BOOL", "NULL", "SS", "NS", "BS", "L", "M")
                        .flatMap(ValueTexts::ofType))
                .as(LegacyTexts::condition),
            Combinators.combine(
                    Choice.of("CONTAINS", "NOT_CONTAINS"),
                    Arbitraries.of("SS", "NS", "BS", "L", "M").flatMap(ValueTexts::ofType))
                .as(LegacyTexts::condition),
            ValueTexts.wrong().map(value -> condition("EQ", value)),
            ValueTexts.illTyped().map(value -> condition("EQ", value))));
  }

  /** What Expected may not say. */
  static Arbitrary<String> wrongExpectations() {
    String eq = "\"ComparisonOperator\":\"EQ\"";
    return Arbitraries.oneOf(
        List.of(
            wrongConditions().filter(text -> !text.equals("{}")),
            Choice.of(
                "{}",
                "{\"Exists\":true}",
                "{\"Exists\":false,\"Value\":{\"S\":\"a\"}}",
                "{\"Value\":{\"S\":\"a\"},\"AttributeValueList\":[{\"S\":\"a\"}]}",
                "{\"Exists\":false,\"AttributeValueList\":[]}",
                "{\"Exists\":true," + eq + "}",
                "{\"Exists\":false," + eq + ",\"AttributeValueList\":[{\"S\":\"a\"}]}",
                "{\"Exists\":\"yes\"}",
                "{\"ComparisonOperator\":\"NULL\",\"Value\":{\"S\":\"a\"}}",
                "{\"ComparisonOperator\":\"BETWEEN\",\"Value\":{\"S\":\"a\"}}",
                "{\"ComparisonOperator\":\"CONTAINS\",\"Value\":{\"L\":[]}}"),
            ValueTexts.wrong().map(value -> "{\"Value\":" + value + "}"),
            ValueTexts.illTyped().map(value -> "{\"Value\":" + value + "}")));
  }

  /** An action on an attribute of this type; empty for any. */
  static Arbitrary<String> updates(String type) {
    Arbitrary<String> own = type.isEmpty() ? ValueTexts.anything() : ValueTexts.ofType(type);
    return Arbitraries.oneOf(
        List.of(
            own.map(value -> "{\"Value\":" + value + "}"),
            ValueTexts.anything().map(value -> action("PUT", value)),
            Choice.of("{\"Action\":\"DELETE\"}"),
            addable(type).flatMap(ValueTexts::ofType).map(value -> action("ADD", value)),
            takeable(type).flatMap(ValueTexts::ofType).map(value -> action("DELETE", value))));
  }

  private static Arbitrary<String> addable(String type) {
    return List.of("N", "SS", "NS", "BS", "L").contains(type)
        ? Choice.of(type, type, type, "N", "SS", "NS", "BS", "L")
        : Choice.of("N", "SS", "NS", "BS", "L");
  }

  private static Arbitrary<String> takeable(String type) {
    return List.of("SS", "NS", "BS").contains(type)
        ? Choice.of(type, type, type, "SS", "NS", "BS")
        : Choice.of("SS", "NS", "BS");
  }

  private static String action(String action, String value) {
    return "{\"Action\":\"" + action + "\",\"Value\":" + value + "}";
  }

  /** What no update of an attribute may be. */
  static Arbitrary<String> wrongUpdates() {
    return Arbitraries.oneOf(
        List.of(
            Choice.of(
                "{}",
                "{\"Action\":\"PUT\"}",
                "{\"Action\":\"ADD\"}",
                "{\"Action\":\"SET\",\"Value\":{\"S\":\"a\"}}",
                "{\"Action\":5}",
                "\"PUT\""),
            Arbitraries.of("S", "B", "BOOL", "NULL", "M")
                .flatMap(ValueTexts::ofType)
                .map(value -> action("ADD", value)),
            Arbitraries.of("S", "N", "B", "BOOL", "NULL", "L", "M")
                .flatMap(ValueTexts::ofType)
                .map(value -> action("DELETE", value)),
            ValueTexts.wrong().map(value -> action("PUT", value)),
            ValueTexts.illTyped().map(value -> action("PUT", value))));
  }
}
