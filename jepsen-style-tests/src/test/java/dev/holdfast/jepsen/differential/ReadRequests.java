package dev.holdfast.jepsen.differential;

import static dev.holdfast.jepsen.differential.Mistakes.expression;
import static dev.holdfast.jepsen.differential.Mistakes.member;

import dev.holdfast.jepsen.differential.Request.Extent;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Queries and scans of a table and its local indexes, of one page or of all pages. */
final class ReadRequests {
  private final TableShape table;
  private final ItemRequests items;

  /**
   * What a query reads.
   *
   * @param index empty for the table
   */
  private record Target(String index, String sort, String sortType) {}

  ReadRequests(TableShape table) {
    this.table = table;
    this.items = new ItemRequests(table);
  }

  private Arbitrary<Target> targets() {
    List<Target> targets = new ArrayList<>();
    targets.add(new Target("", TableShape.RANGE, table.rangeType()));
    table
        .indexes()
        .forEach(each -> targets.add(new Target(each.name(), each.attribute(), each.type())));
    return Arbitraries.of(targets);
  }

  private Arbitrary<Bindings> bindings(String sortType) {
    String type = sortType.isEmpty() ? "S" : sortType;
    return Combinators.combine(
            Bindings.any(),
            ValueTexts.key(table.hashType()),
            ValueTexts.key(type),
            upper(type),
            ValueTexts.key(type.equals("N") ? "B" : "N"))
        .as(
            (all, hash, sort, high, other) ->
                all.and(":h", hash).and(":r", sort).and(":r2", high).and(":other", other));
  }

  /** Not below any key of the type. */
  private static Arbitrary<String> upper(String type) {
    return Arbitraries.just(
        switch (type) {
          case "S" -> ValueTexts.string("\uD83D\uDE01");
          case "N" -> ValueTexts.number("50");
          default -> ValueTexts.typed("B", "\"/w==\"");
        });
  }

  private static Arbitrary<String> sortConditions(Target target) {
    String sort = target.sort();
    List<String> conditions =
        new ArrayList<>(
            List.of(
                " AND " + sort + " = :r",
                " AND " + sort + " < :r",
                " AND " + sort + " <= :r",
                " AND " + sort + " > :r",
                " AND :r <= " + sort,
                " AND (" + sort + " BETWEEN :r AND :r2)"));
    if (!target.sortType().equals("N")) {
      conditions.add(" AND begins_with(" + sort + ", :r)");
    }
    return target.sortType().isEmpty()
        ? Arbitraries.just("")
        : Choice.rarely(3, Arbitraries.of(conditions), Arbitraries.just(""));
  }

  private static List<String> wrongKeyConditions(Target target) {
    String sort = target.sort();
    return List.of(
        "",
        "h",
        "h = :undefined",
        "h > :h",
        "h <> :h",
        "h = :other",
        "h IN (:h)",
        "NOT h = :h",
        "h = :h OR " + sort + " = :r",
        "h = :h AND " + sort + " <> :r",
        "h = :h AND " + sort + " IN (:r)",
        "h = :h AND " + sort + " = :other",
        "h = :h AND " + sort + " BETWEEN :r2 AND :r",
        "h = :h AND h = :h",
        "h = :h AND absent = :r",
        "h = :h AND " + sort + " = :r AND absent = :r",
        sort + " = :r",
        "h.a = :h",
        "h = h",
        ":h = :h",
        "size(h) = :k",
        "h = :h AND begins_with(:r, " + sort + ")",
        "h = :h AND attribute_exists(" + sort + ")",
        "h = :h AND contains(" + sort + ", :r)",
        "h = :h AND",
        "begins_with(h, :h)");
  }

  Arbitrary<Request> queries() {
    return targets().flatMap(this::queries);
  }

  private Arbitrary<Request> queries(Target target) {
    Arbitrary<Members> valid =
        with(
            options(target),
            "KeyConditionExpression",
            sortConditions(target).map(sort -> Members.quoted("h = :h" + sort)));
    valid = with(valid, "ScanIndexForward", Choice.maybe(Choice.of("false", "true")));
    List<Arbitrary<Members>> wrong = wrongOptions(target);
    wrong.add(member("ScanIndexForward", "\"no\""));
    wrong.add(member("KeyConditionExpression", Members.ABSENT));
    List<String> conditions = wrongKeyConditions(target);
    Arbitrary<Mistakes.Meant> members =
        new Mistakes(
                List.of(
                    expression("KeyConditionExpression", conditions),
                    expression("KeyConditionExpression", conditions),
                    expression("FilterExpression", List.of("h = :h", "attribute_exists(r.a)")),
                    expression("FilterExpression", ExpressionTexts.WRONG_CONDITIONS),
                    expression("ProjectionExpression", ExpressionTexts.WRONG_PROJECTIONS)),
                wrong)
            .in(valid, bindings(target.sortType()));
    return Combinators.combine(members, extents(Extent.ALL_PAGES))
        .as(
            (all, extent) ->
                new Request("Query", all.members()).reading(extent).meant(all.intent()));
  }

  private static Arbitrary<Extent> extents(Extent other) {
    return Choice.rarely(
        3, Arbitraries.just(Extent.ONE_ANSWER), Arbitraries.of(Extent.ALL_PAGES, other));
  }

  Arbitrary<Request> scans() {
    return targets().flatMap(this::scans);
  }

  private Arbitrary<Request> scans(Target target) {
    List<Arbitrary<Members>> wrong = wrongOptions(target);
    wrong.add(
        Choice.of("3 2", "-1 2", "0 0", "0 1000001", "0 -", "- 2", "\"0\" 2")
            .map(
                text ->
                    Members.NONE
                        .with("Segment", text.split(" ")[0])
                        .with("TotalSegments", text.split(" ")[1])));
    Arbitrary<Mistakes.Meant> members =
        new Mistakes(
                List.of(
                    expression("FilterExpression", ExpressionTexts.WRONG_CONDITIONS),
                    expression("ProjectionExpression", ExpressionTexts.WRONG_PROJECTIONS)),
                wrong)
            .in(options(target), bindings(target.sortType()));
    return Combinators.combine(members, extents(Extent.ALL_SEGMENTS))
        .as(
            (all, extent) ->
                new Request("Scan", all.members())
                    .reading(possible(extent, all.members()))
                    .meant(all.intent()));
  }

  /** Which items a limited page has is each system's own choice, so all must be read. */
  private static Extent possible(Extent wanted, Members members) {
    if (members.texts().containsKey("Segment") || members.texts().containsKey("TotalSegments")) {
      return Extent.ONE_ANSWER;
    }
    return wanted == Extent.ONE_ANSWER && members.texts().containsKey("Limit")
        ? Extent.ALL_PAGES
        : wanted;
  }

  private Arbitrary<Members> options(Target target) {
    Arbitrary<Members> all =
        Arbitraries.just(Members.NONE.with("TableName", Members.quoted(Request.TABLE)));
    all = with(all, "ConsistentRead", Choice.of("true", "true", "false", ""));
    if (!target.index().isEmpty()) {
      all = with(all, "IndexName", Choice.word(target.index()));
    }
    all = with(all, "Limit", Choice.maybe(Choice.of("2", "1", "3")));
    all = with(all, "FilterExpression", Choice.maybe(filters(target).map(Members::quoted)));
    all = with(all, ItemRequests.CAPACITY, ItemRequests.capacity());
    Arbitrary<Members> selections =
        Arbitraries.oneOf(
            List.of(
                Arbitraries.just(Members.NONE),
                Arbitraries.just(Members.NONE),
                member("Select", "\"COUNT\"", "\"ALL_ATTRIBUTES\""),
                member("ProjectionExpression", ExpressionTexts.projections().map(Members::quoted)),
                ExpressionTexts.projections()
                    .map(
                        text ->
                            Members.NONE
                                .with("ProjectionExpression", Members.quoted(text))
                                .with("Select", "\"SPECIFIC_ATTRIBUTES\""))));
    Arbitrary<Members> indexed =
        target.index().isEmpty()
            ? selections
            : Choice.rarely(6, selections, member("Select", "\"ALL_PROJECTED_ATTRIBUTES\""));
    return Combinators.combine(all, indexed).as(Members::with);
  }

  /** Filters that the operation allows: a query's not on keys, an index's on what it holds. */
  private Arbitrary<String> filters(Target target) {
    Arbitrary<String> held =
        Choice.of(
            "attribute_exists(ss)",
            "attribute_not_exists(v)",
            "v = :v",
            "contains(ss, :s)",
            "size(ss) > :k");
    return target.index().isEmpty()
        ? Arbitraries.oneOf(
            held, ExpressionTexts.conditions().filter(text -> !text.matches(".*\\b[hr]\\b.*")))
        : held;
  }

  private List<Arbitrary<Members>> wrongOptions(Target target) {
    List<Arbitrary<Members>> wrong = new ArrayList<>(Mistakes.ofTableName());
    wrong.addAll(Mistakes.ofSubstitutions());
    wrong.add(member("Limit", "0", "-1", "\"1\"", "1.5"));
    wrong.add(
        member(
            "Select",
            "\"X\"",
            "\"SPECIFIC_ATTRIBUTES\"",
            "\"ALL_PROJECTED_ATTRIBUTES\"",
            "\"COUNT\"",
            "\"ALL_ATTRIBUTES\""));
    wrong.add(member("IndexName", "\"absent-index\"", "\"a\"", "\"\"", "1"));
    wrong.add(member(ItemRequests.CAPACITY, "\"X\""));
    wrong.add(member("ExclusiveStartKey", "{}", "[]", "{\"h\":{\"S\":\"a\"}}"));
    wrong.add(member("ExclusiveStartKey", items.keys().map(Members::toString)));
    wrong.add(member("ExclusiveStartKey", items.wrongKeys().map(Members::toString)));
    wrong.add(
        member(
            "ExclusiveStartKey",
            Combinators.combine(items.keys(), ValueTexts.key(or(target.sortType())))
                .as((key, sort) -> key.with(or(target.sort()), sort).toString())));
    return wrong;
  }

  private static String or(String text) {
    return text.isEmpty() ? "S" : text;
  }

  private static Arbitrary<Members> with(
      Arbitrary<Members> members, String name, Arbitrary<String> texts) {
    return Combinators.combine(members, texts).as((given, text) -> given.with(name, text));
  }
}
