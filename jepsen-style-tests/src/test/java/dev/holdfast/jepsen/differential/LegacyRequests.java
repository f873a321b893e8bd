package dev.holdfast.jepsen.differential;

import static dev.holdfast.jepsen.differential.Mistakes.member;

import dev.holdfast.jepsen.differential.Request.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Requests with the parameters that expressions replaced. */
final class LegacyRequests {
  private static final String EXPRESSION = "attribute_not_exists(zz)";

  private final TableShape table;
  private final ItemRequests items;
  private final Arbitrary<Members> name =
      Arbitraries.just(Members.NONE.with("TableName", Members.quoted(Request.TABLE)));

  LegacyRequests(TableShape table) {
    this.table = table;
    this.items = new ItemRequests(table);
  }

  Arbitrary<Request> any() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, updates()),
        Tuple.of(2, puts()),
        Tuple.of(1, deletes()),
        Tuple.of(1, gets()),
        Tuple.of(3, queries()),
        Tuple.of(2, scans()));
  }

  private static Arbitrary<Members> with(
      Arbitrary<Members> members, String name, Arbitrary<String> texts) {
    return Combinators.combine(members, texts).as((given, text) -> given.with(name, text));
  }

  private static Arbitrary<Members> with(Arbitrary<Members> members, Arbitrary<Members> others) {
    return Combinators.combine(members, others).as(Members::with);
  }

  /** An attribute, in one of so many cases one that is a key of the table. */
  private Arbitrary<String> names(int oneKeyIn) {
    Arbitrary<String> keys =
        table.hasRange()
            ? Choice.of(TableShape.HASH, TableShape.RANGE)
            : Choice.of(TableShape.HASH);
    return Choice.rarely(oneKeyIn, Choice.of(LegacyTexts.ATTRIBUTES), keys);
  }

  private Arbitrary<Members> expected() {
    return Choice.rarely(
        6,
        LegacyTexts.joined("Expected", names(8), LegacyTexts.expectations()),
        Arbitraries.of(Members.NONE, Members.NONE.with("Expected", "{}")));
  }

  private static List<Arbitrary<Members>> wrongConditions(
      String member, Arbitrary<String> conditions) {
    List<Arbitrary<Members>> wrong = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      wrong.add(member(member, conditions.map(one -> "{\"v\":" + one + "}")));
    }
    wrong.add(
        member(
            member,
            conditions.map(
                one -> "{\"n\":" + LegacyTexts.condition("NULL", "") + ",\"v\":" + one + "}")));
    wrong.add(member(member, "[]", "\"x\"", "{\"\":" + LegacyTexts.condition("NULL", "") + "}"));
    wrong.add(member("ConditionalOperator", "\"XOR\"", "\"or\"", "5"));
    for (String operator : List.of("\"OR\"", "\"AND\"")) {
      for (String conditionsOfOne :
          List.of(Members.ABSENT, "{}", "{\"v\":" + LegacyTexts.condition("NULL", "") + "}")) {
        wrong.add(
            Arbitraries.just(
                Members.NONE.with(member, conditionsOfOne).with("ConditionalOperator", operator)));
      }
    }
    return wrong;
  }

  private Arbitrary<Members> withWriteOptions(Arbitrary<Members> members) {
    Arbitrary<Members> all =
        with(
            with(members, expected()),
            "ReturnValuesOnConditionCheckFailure",
            Choice.maybe(Choice.word("ALL_OLD", "NONE")));
    return with(all, ItemRequests.CAPACITY, ItemRequests.capacity());
  }

  private static List<Arbitrary<Members>> wrongWriteOptions() {
    List<Arbitrary<Members>> wrong =
        new ArrayList<>(wrongConditions("Expected", LegacyTexts.wrongExpectations()));
    wrong.add(member("ConditionExpression", Members.quoted(EXPRESSION)));
    wrong.add(member("ExpressionAttributeNames", "{\"#a\":\"a\"}"));
    wrong.add(member("ExpressionAttributeValues", "{\":a\":{\"S\":\"a\"}}"));
    return wrong;
  }

  private Arbitrary<Request> puts() {
    Arbitrary<Members> valid =
        with(
            withWriteOptions(with(name, "Item", items.items().map(Members::toString))),
            "ReturnValues",
            Choice.maybe(Choice.word("ALL_OLD", "NONE")));
    return new Mistakes(List.of(), wrongWriteOptions()).in("PutItem", valid, Bindings.any());
  }

  private Arbitrary<Request> deletes() {
    Arbitrary<Members> valid =
        with(
            withWriteOptions(with(name, "Key", items.keys().map(Members::toString))),
            "ReturnValues",
            Choice.maybe(Choice.word("ALL_OLD", "NONE")));
    return new Mistakes(List.of(), wrongWriteOptions()).in("DeleteItem", valid, Bindings.any());
  }

  private Arbitrary<Request> updates() {
    Arbitrary<Members> changes =
        Choice.of(LegacyTexts.ATTRIBUTES)
            .list()
            .uniqueElements()
            .ofMaxSize(3)
            .flatMap(
                attributes -> {
                  Arbitrary<Members> all = Arbitraries.just(Members.NONE);
                  for (String attribute : attributes) {
                    all = with(all, attribute, updatesOf(attribute));
                  }
                  return all;
                });
    Arbitrary<Members> keyed = with(name, "Key", items.keys().map(Members::toString));
    Arbitrary<Members> valid =
        with(
            withWriteOptions(with(keyed, "AttributeUpdates", changes.map(Members::toString))),
            "ReturnValues",
            Choice.maybe(Choice.word("ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE")));
    List<Arbitrary<Members>> wrong = wrongWriteOptions();
    for (int i = 0; i < 6; i++) {
      wrong.add(
          member(
              "AttributeUpdates",
              LegacyTexts.wrongUpdates().map(update -> "{\"v\":" + update + "}")));
    }
    wrong.add(
        member(
            "AttributeUpdates", LegacyTexts.updates("").map(update -> "{\"h\":" + update + "}")));
    for (TableShape.Index index : table.indexes()) {
      String attribute = index.attribute();
      Arbitrary<String> values =
          Choice.of("{\"BOOL\":true}", "{\"S\":\"\"}", "{\"N\":\"1\"}", "{\"SS\":[\"a\"]}");
      wrong.add(
          member(
              "AttributeUpdates",
              Combinators.combine(Choice.of("PUT", "ADD"), values)
                  .as(
                      (action, value) ->
                          "{\"%s\":{\"Action\":\"%s\",\"Value\":%s}}"
                              .formatted(attribute, action, value))));
    }
    wrong.add(member("AttributeUpdates", "[]", "\"x\"", "{\"\":{\"Action\":\"DELETE\"}}"));
    wrong.add(member("UpdateExpression", "\"REMOVE zz\""));
    return new Mistakes(List.of(), wrong).in("UpdateItem", valid, Bindings.any());
  }

  private Arbitrary<String> updatesOf(String attribute) {
    String key = table.keyType(attribute);
    if (!key.isEmpty()) {
      return Arbitraries.oneOf(
          List.of(
              ValueTexts.key(key).map(value -> "{\"Value\":" + value + "}"),
              Choice.of("{\"Action\":\"DELETE\"}")));
    }
    String type = attribute.toUpperCase(Locale.ROOT);
    return LegacyTexts.updates(
        List.of("S", "N", "B", "SS", "NS", "BS", "L", "M").contains(type) ? type : "");
  }

  private static Arbitrary<String> attributesToGet() {
    return Choice.of(LegacyTexts.ATTRIBUTES)
        .list()
        .uniqueElements()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(all -> "[\"" + String.join("\",\"", all) + "\"]");
  }

  private Arbitrary<Request> gets() {
    Arbitrary<Members> valid =
        with(
            with(name, "Key", items.keys().map(Members::toString)),
            "AttributesToGet",
            attributesToGet());
    List<Arbitrary<Members>> wrong =
        List.of(
            member("AttributesToGet", "[]", "[\"n\",\"n\"]", "\"s\"", "[5]"),
            member("ProjectionExpression", "\"s\""),
            member("ExpressionAttributeNames", "{\"#a\":\"a\"}"));
    return new Mistakes(List.of(), wrong).in("GetItem", valid, Bindings.any());
  }

  /** What is read: the table, or an index of it; the sort key may be empty. */
  private record Target(String index, String sort, String sortType) {}

  private Arbitrary<Target> targets() {
    List<Target> all = new ArrayList<>();
    all.add(new Target("", table.hasRange() ? TableShape.RANGE : "", table.rangeType()));
    table
        .indexes()
        .forEach(index -> all.add(new Target(index.name(), index.attribute(), index.type())));
    return Arbitraries.of(all);
  }

  private Arbitrary<Members> readOptions(Target target) {
    Arbitrary<Members> all = with(name, "ConsistentRead", Choice.of("true", "true", "false", ""));
    if (!target.index().isEmpty()) {
      all = with(all, "IndexName", Choice.word(target.index()));
    }
    all = with(all, "Limit", Choice.maybe(Choice.of("2", "1", "3")));
    all = with(all, ItemRequests.CAPACITY, ItemRequests.capacity());
    return with(
        all,
        Arbitraries.oneOf(
            List.of(
                Arbitraries.just(Members.NONE),
                member("Select", "\"COUNT\""),
                member("AttributesToGet", attributesToGet()))));
  }

  private Arbitrary<Members> filters(String member, Target target) {
    List<String> held = new ArrayList<>(List.of("v", "ss"));
    if (target.index().isEmpty()) {
      held.addAll(LegacyTexts.ATTRIBUTES);
    }
    return Choice.rarely(
        3,
        LegacyTexts.joined(member, Choice.of(held), LegacyTexts.conditions()),
        Arbitraries.of(Members.NONE, Members.NONE.with(member, "{}")));
  }

  private static List<Arbitrary<Members>> wrongFilters(String member) {
    List<Arbitrary<Members>> wrong =
        new ArrayList<>(wrongConditions(member, LegacyTexts.wrongConditions()));
    wrong.add(
        member("AttributesToGet", "[]", "[\"n\",\"n\"]", "\"s\"")
            .map(mistake -> mistake.with("Select", Members.ABSENT)));
    wrong.add(member("FilterExpression", Members.quoted(EXPRESSION)));
    wrong.add(member("ProjectionExpression", "\"s\""));
    wrong.add(member("ExpressionAttributeNames", "{\"#a\":\"a\"}"));
    return wrong;
  }

  private Arbitrary<Request> scans() {
    return targets()
        .flatMap(
            target ->
                new Mistakes(List.of(), wrongFilters("ScanFilter"))
                    .in(with(readOptions(target), filters("ScanFilter", target)), Bindings.any()))
        .map(
            all ->
                new Request("Scan", all.members()).reading(Extent.ALL_PAGES).meant(all.intent()));
  }

  private Arbitrary<Request> queries() {
    return targets().flatMap(this::queries);
  }

  private Arbitrary<Request> queries(Target target) {
    Arbitrary<Members> valid =
        with(readOptions(target), "KeyConditions", keyConditions(target).map(Members::toString));
    valid = with(valid, filters("QueryFilter", target));
    valid = with(valid, "ScanIndexForward", Choice.maybe(Choice.of("false", "true")));
    List<Arbitrary<Members>> wrong = wrongFilters("QueryFilter");
    for (int i = 0; i < 3; i++) {
      wrong.add(member("KeyConditions", wrongKeyConditions(target)));
      wrong.add(
          member("KeyConditions", LegacyTexts.wrongConditions().map(one -> "{\"h\":" + one + "}")));
    }
    wrong.add(member("KeyConditions", Members.ABSENT));
    wrong.add(member("KeyConditionExpression", "\"h = h\""));
    String sort = target.sort().isEmpty() ? TableShape.HASH : target.sort();
    wrong.add(
        member(
            "QueryFilter", LegacyTexts.conditions().map(one -> "{\"" + sort + "\":" + one + "}")));
    return new Mistakes(List.of(), wrong)
        .in(valid, Bindings.any())
        .map(
            all ->
                new Request("Query", all.members()).reading(Extent.ALL_PAGES).meant(all.intent()));
  }

  private Arbitrary<Members> hashConditions() {
    return ValueTexts.key(table.hashType())
        .map(key -> Members.NONE.with(TableShape.HASH, LegacyTexts.condition("EQ", key)));
  }

  private Arbitrary<Members> keyConditions(Target target) {
    if (target.sort().isEmpty()) {
      return hashConditions();
    }
    List<String> operators = new ArrayList<>(List.of("EQ", "LT", "LE", "GT", "GE"));
    if (!target.sortType().equals("N")) {
      operators.add("BEGINS_WITH");
    }
    Arbitrary<String> one =
        Combinators.combine(Choice.of(operators), ValueTexts.key(target.sortType()))
            .as(LegacyTexts::condition);
    Arbitrary<String> between =
        ValueTexts.key(target.sortType())
            .map(low -> LegacyTexts.condition("BETWEEN", low + "," + upper(target.sortType())));
    return with(
        hashConditions(),
        target.sort(),
        Choice.rarely(3, Arbitraries.oneOf(one, between), Choice.of("")));
  }

  /** Not below any key of the type. */
  private static String upper(String type) {
    return switch (type) {
      case "S" -> ValueTexts.string("\uD83D\uDE01");
      case "N" -> ValueTexts.number("50");
      default -> ValueTexts.typed("B", "\"/w==\"");
    };
  }

  private Arbitrary<String> wrongKeyConditions(Target target) {
    String type = target.sortType().isEmpty() ? "S" : target.sortType();
    String sort = target.sort().isEmpty() ? "absent" : target.sort();
    return Combinators.combine(ValueTexts.key(table.hashType()), ValueTexts.key(type))
        .flatAs(
            (hash, key) -> {
              String h = "{\"h\":" + LegacyTexts.condition("EQ", hash);
              String other = type.equals("N") ? ValueTexts.string("x") : ValueTexts.number("1");
              String s = "\"" + sort + "\":";
              return Choice.of(
                  "{}",
                  "{\"h\":" + LegacyTexts.condition("GT", hash) + "}",
                  "{\"h\":" + LegacyTexts.condition("NE", hash) + "}",
                  "{\"h\":" + LegacyTexts.condition("IN", hash) + "}",
                  "{\"h\":" + LegacyTexts.condition("NULL", "") + "}",
                  "{\"h\":" + LegacyTexts.condition("EQ", "{\"BOOL\":true}") + "}",
                  "{\"h\":" + LegacyTexts.condition("EQ", "{\"S\":\"\"}") + "}",
                  "{" + s + LegacyTexts.condition("EQ", key) + "}",
                  h + "," + s + LegacyTexts.condition("EQ", other) + "}",
                  h + "," + s + LegacyTexts.condition("NE", key) + "}",
                  h + "," + s + LegacyTexts.condition("IN", key) + "}",
                  h + "," + s + LegacyTexts.condition("NOT_NULL", "") + "}",
                  h + "," + s + LegacyTexts.condition("CONTAINS", key) + "}",
                  h + ",\"zz\":" + LegacyTexts.condition("EQ", key) + "}",
                  h
                      + ",\"zz\":"
                      + LegacyTexts.condition("EQ", key)
                      + ","
                      + s
                      + LegacyTexts.condition("EQ", key)
                      + "}");
            });
  }
}
