package dev.holdfast.jepsen.differential;

import static dev.holdfast.jepsen.differential.Mistakes.expression;
import static dev.holdfast.jepsen.differential.Mistakes.member;

import dev.holdfast.jepsen.differential.Request.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Requests that read and write single items of a table, and batches of them. */
final class ItemRequests {
  static final String CAPACITY = "ReturnConsumedCapacity";

  private final TableShape table;
  private final Arbitrary<Members> name =
      Arbitraries.just(Members.NONE.with("TableName", Members.quoted(Request.TABLE)));

  ItemRequests(TableShape table) {
    this.table = table;
  }

  static Arbitrary<String> capacity() {
    return Choice.maybe(Choice.word("TOTAL", "INDEXES", "NONE"));
  }

  Arbitrary<Members> keys() {
    return Combinators.combine(
            ValueTexts.key(table.hashType()),
            table.hasRange() ? ValueTexts.key(table.rangeType()) : Arbitraries.just(""))
        .as(
            (hash, range) ->
                Members.NONE.with(TableShape.HASH, hash).with(TableShape.RANGE, range));
  }

  /** Keys that no item of the table has. */
  Arbitrary<Members> wrongKeys() {
    List<Arbitrary<Members>> wrong = new ArrayList<>();
    String otherHash = table.hashType().equals("S") ? "N" : "S";
    wrong.add(overlay(TableShape.HASH, Arbitraries.just(Members.ABSENT)));
    wrong.add(overlay(TableShape.HASH, ValueTexts.key(otherHash)));
    wrong.add(overlay(TableShape.HASH, ValueTexts.wrong()));
    wrong.add(overlay(TableShape.HASH, ValueTexts.illTyped()));
    wrong.add(
        overlay(
            TableShape.HASH,
            Choice.of("{\"S\":\"\"}", "{\"B\":\"\"}", "{\"BOOL\":true}", "{\"L\":[]}")));
    wrong.add(overlay(TableShape.HASH, Arbitraries.just(ValueTexts.string("k".repeat(2049)))));
    wrong.add(Arbitraries.just(Members.NONE));
    if (table.hasRange()) {
      String otherRange = table.rangeType().equals("B") ? "S" : "B";
      wrong.add(overlay(TableShape.RANGE, Arbitraries.just(Members.ABSENT)));
      wrong.add(overlay(TableShape.RANGE, ValueTexts.key(otherRange)));
      wrong.add(overlay(TableShape.RANGE, ValueTexts.wrong()));
      wrong.add(overlay(TableShape.RANGE, Choice.of("{\"S\":\"\"}", "{\"B\":\"\"}")));
      wrong.add(overlay(TableShape.RANGE, Arbitraries.just(ValueTexts.string("k".repeat(1025)))));
    }
    return Arbitraries.oneOf(wrong);
  }

  private Arbitrary<Members> overlay(String attribute, Arbitrary<String> text) {
    return Combinators.combine(keys(), text)
        .as((key, odd) -> key.with(Members.NONE.with(attribute, odd)));
  }

  Arbitrary<Members> items() {
    List<Arbitrary<Members>> parts = new ArrayList<>();
    parts.add(keys());
    List.of("s", "n", "b", "bo", "nu", "ss", "ns", "bs", "l", "m")
        .forEach(name -> parts.add(attribute(name, 3)));
    parts.add(Choice.maybe(ValueTexts.anything()).map(v -> Members.NONE.with("v", v)));
    parts.add(Choice.oneIn(6, ValueTexts.anything()).map(v -> Members.NONE.with("a.b-c", v)));
    parts.add(Choice.oneIn(9, ValueTexts.ofType("N")).map(v -> Members.NONE.with("q", v)));
    return Combinators.combine(parts).as(all -> all.stream().reduce(Members.NONE, Members::with));
  }

  private Arbitrary<Members> attribute(String name, int oneIn) {
    String type = name.toUpperCase(Locale.ROOT);
    String full = type.equals("BO") ? "BOOL" : type.equals("NU") ? "NULL" : type;
    Arbitrary<String> value =
        table.keyType(name).isEmpty() ? ValueTexts.ofType(full) : ValueTexts.key(full);
    return Choice.oneIn(oneIn, value).map(text -> Members.NONE.with(name, text));
  }

  private Arbitrary<Members> wrongItems() {
    List<Arbitrary<String>> values =
        List.of(ValueTexts.wrong(), ValueTexts.wrong(), ValueTexts.illTyped(), Choice.of("null"));
    Arbitrary<Members> wrongValue =
        Combinators.combine(keys(), Arbitraries.oneOf(values))
            .as((key, value) -> key.with("w", value));
    Arbitrary<Members> emptyName = keys().map(key -> key.with("", ValueTexts.string("x")));
    if (table.indexes().isEmpty()) {
      return Arbitraries.oneOf(wrongKeys(), wrongValue, wrongValue, emptyName);
    }
    Arbitrary<Members> wrongIndexKey =
        Combinators.combine(
                keys(),
                Arbitraries.of(table.indexes()),
                Choice.of("{\"BOOL\":true}", "{\"S\":\"\"}", "{\"N\":\"1\"}", "{\"B\":\"\"}"))
            .as((key, index, value) -> key.with(index.attribute(), value));
    return Arbitraries.oneOf(wrongKeys(), wrongValue, wrongValue, emptyName, wrongIndexKey);
  }

  private Arbitrary<Members> with(
      Arbitrary<Members> members, String name, Arbitrary<String> texts) {
    return Combinators.combine(members, texts).as((given, text) -> given.with(name, text));
  }

  private Arbitrary<Members> withWriteOptions(Arbitrary<Members> members) {
    Arbitrary<Members> all =
        with(
            members,
            "ConditionExpression",
            Choice.maybe(ExpressionTexts.conditions().map(Members::quoted)));
    all =
        with(
            all,
            "ReturnValuesOnConditionCheckFailure",
            Choice.maybe(Choice.word("ALL_OLD", "NONE")));
    all = with(all, CAPACITY, capacity());
    return with(all, "ReturnItemCollectionMetrics", Choice.oneIn(6, Choice.word("SIZE", "NONE")));
  }

  private static List<Arbitrary<Members>> wrongWriteOptions() {
    List<Arbitrary<Members>> wrong = new ArrayList<>(Mistakes.ofTableName());
    wrong.addAll(Mistakes.ofSubstitutions());
    wrong.add(member(CAPACITY, "\"X\"", "1"));
    wrong.add(member("ReturnItemCollectionMetrics", "\"X\""));
    wrong.add(member("ReturnValuesOnConditionCheckFailure", "\"ALL_NEW\"", "true"));
    wrong.add(member("Unknown", "1", "{}"));
    return wrong;
  }

  Arbitrary<Request> puts() {
    Arbitrary<Members> valid =
        with(
            withWriteOptions(with(name, "Item", items().map(Members::toString))),
            "ReturnValues",
            Choice.maybe(Choice.word("ALL_OLD", "NONE")));
    List<Arbitrary<Members>> wrong = wrongWriteOptions();
    wrong.add(member("ReturnValues", "\"ALL_NEW\"", "\"UPDATED_OLD\"", "\"X\""));
    wrong.add(member("Item", Members.ABSENT, "{}", "[]", "null"));
    wrong.add(member("Item", wrongItems().map(Members::toString)));
    wrong.add(member("Item", wrongItems().map(Members::toString)));
    return new Mistakes(
            List.of(expression("ConditionExpression", ExpressionTexts.WRONG_CONDITIONS)), wrong)
        .in("PutItem", valid, Bindings.any());
  }

  private List<Arbitrary<Members>> withWrongKeys(List<Arbitrary<Members>> wrong) {
    wrong.add(member("Key", Members.ABSENT, "{}", "[]", "null"));
    wrong.add(member("Key", wrongKeys().map(Members::toString)));
    wrong.add(member("Key", keys().map(key -> key.with("z", "{\"S\":\"a\"}").toString())));
    return wrong;
  }

  Arbitrary<Request> deletes() {
    Arbitrary<Members> valid =
        with(
            withWriteOptions(with(name, "Key", keys().map(Members::toString))),
            "ReturnValues",
            Choice.maybe(Choice.word("ALL_OLD", "NONE")));
    List<Arbitrary<Members>> wrong = withWrongKeys(wrongWriteOptions());
    wrong.add(member("ReturnValues", "\"ALL_NEW\"", "\"UPDATED_NEW\"", "\"X\""));
    return new Mistakes(
            List.of(expression("ConditionExpression", ExpressionTexts.WRONG_CONDITIONS)), wrong)
        .in("DeleteItem", valid, Bindings.any());
  }

  Arbitrary<Request> updates() {
    Arbitrary<Members> keyed = with(name, "Key", keys().map(Members::toString));
    Arbitrary<Members> updating =
        with(
            keyed,
            "UpdateExpression",
            Choice.rarely(
                25, ExpressionTexts.updates().map(Members::quoted), Arbitraries.just("")));
    Arbitrary<Members> valid =
        with(
            withWriteOptions(updating),
            "ReturnValues",
            Choice.maybe(Choice.word("ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE")));
    List<Arbitrary<Members>> wrong = withWrongKeys(wrongWriteOptions());
    wrong.add(member("ReturnValues", "\"X\""));
    return new Mistakes(
            List.of(
                expression("UpdateExpression", ExpressionTexts.WRONG_UPDATES),
                expression("UpdateExpression", ExpressionTexts.WRONG_UPDATES),
                expression("ConditionExpression", ExpressionTexts.WRONG_CONDITIONS)),
            wrong)
        .in("UpdateItem", valid, Bindings.any());
  }

  private Arbitrary<Members> withReadOptions(Arbitrary<Members> members) {
    Arbitrary<Members> all =
        with(
            members,
            "ProjectionExpression",
            Choice.maybe(ExpressionTexts.projections().map(Members::quoted)));
    return with(all, "ConsistentRead", Choice.rarely(4, Choice.of("true"), Choice.of("false", "")));
  }

  private List<Arbitrary<Members>> wrongReadOptions() {
    List<Arbitrary<Members>> wrong = new ArrayList<>();
    wrong.add(member("ConsistentRead", "\"yes\"", "1"));
    wrong.add(member("AttributesToGet", "[\"s\"]", "[]", "[\"n\",\"n\"]", "\"s\""));
    return wrong;
  }

  Arbitrary<Request> gets() {
    Arbitrary<Members> valid =
        with(
            withReadOptions(with(name, "Key", keys().map(Members::toString))),
            CAPACITY,
            capacity());
    List<Arbitrary<Members>> wrong = withWrongKeys(wrongReadOptions());
    wrong.addAll(Mistakes.ofTableName());
    wrong.addAll(Mistakes.ofSubstitutions());
    wrong.add(member(CAPACITY, "\"X\"", "1"));
    return new Mistakes(
            List.of(expression("ProjectionExpression", ExpressionTexts.WRONG_PROJECTIONS)), wrong)
        .in("GetItem", valid, Bindings.any());
  }

  Arbitrary<Request> batchGets() {
    Arbitrary<String> usual = keys().set().ofMinSize(1).ofMaxSize(4).map(ItemRequests::list);
    Arbitrary<Members> keysPart = usual.map(all -> Members.NONE.with("Keys", all));
    List<Arbitrary<Members>> wrong = wrongReadOptions();
    wrong.addAll(Mistakes.ofSubstitutions());
    wrong.add(member("Keys", Members.ABSENT, "[]", "{}"));
    wrong.add(member("Keys", wrongKeys().map(key -> "[" + key + "]")));
    wrong.add(member("Keys", keys().map(key -> "[" + key + "," + key + "]")));
    wrong.add(member("Keys", Arbitraries.just(manyKeys(101))));
    Arbitrary<Part> part =
        new Mistakes(
                List.of(expression("ProjectionExpression", ExpressionTexts.WRONG_PROJECTIONS)),
                wrong)
            .in(withReadOptions(keysPart), Bindings.any())
            .map(
                meant -> {
                  String request = "{\"" + Request.TABLE + "\":" + meant.members() + "}";
                  return new Part(request, meant.intent());
                });
    return batch("BatchGetItem", part);
  }

  Arbitrary<Request> batchWrites() {
    Arbitrary<String> deletion = keys().map(key -> "{\"DeleteRequest\":{\"Key\":" + key + "}}");
    Arbitrary<String> write =
        Arbitraries.frequencyOf(
            Tuple.of(2, items().map(item -> "{\"PutRequest\":{\"Item\":" + item + "}}")),
            Tuple.of(1, deletion));
    Arbitrary<String> wrongWrite =
        Arbitraries.oneOf(
            List.of(
                wrongKeys().map(key -> "{\"DeleteRequest\":{\"Key\":" + key + "}}"),
                wrongItems().map(item -> "{\"PutRequest\":{\"Item\":" + item + "}}"),
                keys()
                    .map(
                        key ->
                            "{\"PutRequest\":{\"Item\":%s},\"DeleteRequest\":{\"Key\":%s}}"
                                .formatted(key, key)),
                deletion.map(one -> one + "," + one),
                Choice.of("{}", "{\"PutRequest\":{}}", "{\"DeleteRequest\":{}}", "5"),
                Arbitraries.just(manyDeletions(26)),
                Arbitraries.just(manyDeletions(25))));
    Arbitrary<Part> writes =
        Choice.rarely(
            4,
            write
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(all -> writes(String.join(",", all), Intent.SENSIBLE)),
            wrongWrite.map(all -> writes(all, Intent.MISTAKEN)));
    return batch("BatchWriteItem", writes);
  }

  /** What a batch asks of the table. */
  private record Part(String json, Intent intent) {}

  private static Part writes(String writes, Intent intent) {
    return new Part("{\"" + Request.TABLE + "\":[" + writes + "]}", intent);
  }

  /** A batch with what its operation alone can get wrong. */
  private Arbitrary<Request> batch(String operation, Arbitrary<Part> parts) {
    Arbitrary<Members> valid = with(Arbitraries.just(Members.NONE), CAPACITY, capacity());
    boolean isWrite = operation.equals("BatchWriteItem");
    Arbitrary<Members> all =
        isWrite
            ? with(valid, "ReturnItemCollectionMetrics", Choice.oneIn(4, Choice.word("SIZE")))
            : valid;
    String empty = isWrite ? "[]" : "{\"Keys\":[]}";
    String absent =
        isWrite
            ? "[{\"DeleteRequest\":{\"Key\":{\"h\":{\"S\":\"a\"}}}}]"
            : "{\"Keys\":[{\"h\":{\"S\":\"a\"}}]}";
    List<Arbitrary<Members>> wrong =
        List.of(
            member(
                "RequestItems",
                Members.ABSENT,
                "{}",
                "[]",
                "{\"absent-table\":" + absent + "}",
                "{\"ab\":" + absent + "}",
                "{\"absent-table\":" + empty + "}",
                "{\"" + Request.TABLE + "\":" + empty + "}",
                "{\"" + Request.TABLE + "\":null}"),
            isWrite // after which DynamoDB Local would have written and yet refused
                ? member("RequestItems", "{\"a b c\":" + absent + "}")
                : member(CAPACITY, "\"X\""));
    Arbitrary<Request> usual =
        Combinators.combine(all, parts)
            .as(
                (members, part) ->
                    new Request(operation, members.with("RequestItems", part.json()))
                        .meant(part.intent()));
    Arbitrary<Request> odd =
        Combinators.combine(all, parts, Arbitraries.oneOf(wrong))
            .as(
                (members, part, mistake) ->
                    new Request(operation, members.with("RequestItems", part.json()).with(mistake))
                        .meant(Intent.MISTAKEN));
    return Choice.rarely(6, usual, odd);
  }

  private static String list(Iterable<Members> all) {
    List<String> texts = new ArrayList<>();
    all.forEach(members -> texts.add(members.toString()));
    return "[" + String.join(",", texts) + "]";
  }

  /** Different keys, as many as this. */
  private String manyKeys(int count) {
    List<Members> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(numberedKey(i));
    }
    return list(all);
  }

  private String manyDeletions(int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add("{\"DeleteRequest\":{\"Key\":" + numberedKey(i) + "}}");
    }
    return String.join(",", all);
  }

  private Members numberedKey(int number) {
    return Members.NONE
        .with(TableShape.HASH, numbered(table.hashType(), number))
        .with(TableShape.RANGE, table.hasRange() ? numbered(table.rangeType(), number) : "");
  }

  private static String numbered(String type, int number) {
    String text = "9" + number;
    return ValueTexts.typed(
        type, Members.quoted(type.equals("B") ? ValueTexts.base64(text) : text));
  }
}
