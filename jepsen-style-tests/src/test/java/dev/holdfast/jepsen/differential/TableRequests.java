package dev.holdfast.jepsen.differential;

import static dev.holdfast.jepsen.differential.Mistakes.member;

import dev.holdfast.jepsen.differential.Request.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Requests that make, change, describe and drop a few tables. DynamoDB Local cannot tag them, and
 * forgets their protection when an update does not mention it, which the service does not allow to
 * be mentioned together with anything else: so they are not protected here.
 */
final class TableRequests {
  /** What the names of the tables end with. */
  private static final List<String> SUFFIXES = List.of("-a", "-b");

  private static final String ABSENT_TABLE = "absent-table";

  private static final String HASH = TableShape.definition("h", "S");
  private static final String RANGE = TableShape.definition("r", "N");
  private static final String SORT = TableShape.definition("n", "N");
  private static final String THROUGHPUT = "{\"ReadCapacityUnits\":5,\"WriteCapacityUnits\":6}";

  private TableRequests() {}

  /** All names that the requests on this table may give to tables; none outlives a scenario. */
  static List<String> names(String table) {
    return Stream.concat(SUFFIXES.stream().map(end -> table + end), Stream.of(ABSENT_TABLE))
        .toList();
  }

  static Arbitrary<List<Request>> any(int count) {
    return Arbitraries.frequencyOf(
            Tuple.of(5, creations()),
            Tuple.of(2, updates()),
            Tuple.of(1, named("DescribeTable")),
            Tuple.of(1, named("DescribeTimeToLive")),
            Tuple.of(2, named("DeleteTable")),
            Tuple.of(1, lists()))
        .list()
        .ofMaxSize(count);
  }

  private static Arbitrary<Members> names() {
    return Arbitraries.of(SUFFIXES)
        .map(end -> Members.NONE.with("TableName", Members.quoted(Request.TABLE + end)));
  }

  private static Arbitrary<Members> wrongNames() {
    return member(
        "TableName",
        Members.ABSENT,
        "\"ab\"",
        "\"a b c\"",
        Members.quoted(ABSENT_TABLE),
        "\"\"",
        "\"a/b/c\"",
        Members.quoted("t".repeat(256)));
  }

  private static Arbitrary<Request> with(
      String operation, Arbitrary<Members> valid, List<Arbitrary<Members>> wrong) {
    Arbitrary<Request> sensible = valid.map(members -> new Request(operation, members));
    Arbitrary<Request> mistaken =
        Combinators.combine(valid, Arbitraries.oneOf(wrong))
            .as((right, odd) -> new Request(operation, right.with(odd)).meant(Intent.MISTAKEN));
    return Choice.rarely(3, sensible, mistaken);
  }

  private static Arbitrary<Request> named(String operation) {
    return with(operation, names(), List.of(wrongNames()));
  }

  private static Arbitrary<Members> bodies() {
    Members plain =
        Members.NONE
            .with("AttributeDefinitions", "[" + HASH + "]")
            .with("KeySchema", TableShape.schema(""));
    Members ranged =
        Members.NONE
            .with("AttributeDefinitions", "[" + HASH + "," + RANGE + "]")
            .with("KeySchema", TableShape.schema("r"));
    Members indexed =
        ranged
            .with("AttributeDefinitions", "[" + SORT + "," + RANGE + "," + HASH + "]")
            .with("LocalSecondaryIndexes", "[" + index("by-n", "n", "ALL") + "]");
    Arbitrary<Members> schemas = Arbitraries.of(plain, ranged, indexed);
    Arbitrary<Members> billing =
        Arbitraries.of(
            Members.NONE.with("BillingMode", "\"PAY_PER_REQUEST\""),
            Members.NONE.with("ProvisionedThroughput", THROUGHPUT),
            Members.NONE
                .with("BillingMode", "\"PROVISIONED\"")
                .with("ProvisionedThroughput", THROUGHPUT));
    Arbitrary<Members> extras =
        Arbitraries.of(
            Members.NONE,
            Members.NONE.with("DeletionProtectionEnabled", "false"),
            Members.NONE.with("TableClass", "\"STANDARD\""),
            Members.NONE.with("TableClass", "\"STANDARD_INFREQUENT_ACCESS\""),
            Members.NONE.with("SSESpecification", "{\"Enabled\":false}"),
            Members.NONE.with("OnDemandThroughput", "{}"),
            Members.NONE.with("Tags", "[{\"Key\":\"k\",\"Value\":\"v\"}]"));
    return Combinators.combine(names(), schemas, billing, extras)
        .as((name, schema, bill, extra) -> name.with(schema).with(bill).with(extra));
  }

  private static String index(String name, String attribute, String projection) {
    return Members.NONE
        .with("IndexName", Members.quoted(name))
        .with("KeySchema", TableShape.schema(attribute))
        .with("Projection", "{\"ProjectionType\":" + Members.quoted(projection) + "}")
        .toString();
  }

  private static Arbitrary<Request> creations() {
    List<Arbitrary<Members>> wrong = new ArrayList<>();
    wrong.add(wrongNames());
    wrong.add(
        member(
            "KeySchema",
            Members.ABSENT,
            "[]",
            "[{\"AttributeName\":\"h\",\"KeyType\":\"RANGE\"}]",
            "[{\"AttributeName\":\"h\",\"KeyType\":\"X\"}]",
            "[{\"AttributeName\":\"h\"}]",
            "[{\"KeyType\":\"HASH\"}]",
            TableShape.schema("absent"),
            TableShape.schema("h"),
            "[{\"AttributeName\":\"h\",\"KeyType\":\"HASH\"},"
                + "{\"AttributeName\":\"r\",\"KeyType\":\"HASH\"}]",
            "[{\"AttributeName\":\"h\",\"KeyType\":\"HASH\"},"
                + "{\"AttributeName\":\"r\",\"KeyType\":\"RANGE\"},"
                + "{\"AttributeName\":\"n\",\"KeyType\":\"RANGE\"}]"));
    wrong.add(
        member(
            "AttributeDefinitions",
            Members.ABSENT,
            "[]",
            "[" + HASH + "," + HASH + "]",
            "[" + HASH + "," + RANGE + "," + SORT + "," + TableShape.definition("x", "S") + "]",
            "[" + TableShape.definition("h", "X") + "]",
            "[" + TableShape.definition("h", "SS") + "]",
            "[" + TableShape.definition("other", "S") + "]",
            "[{\"AttributeName\":\"h\"}]",
            "[{\"AttributeType\":\"S\"}]"));
    wrong.add(member("BillingMode", "\"X\"", "\"PROVISIONED\"", "\"PAY_PER_REQUEST\""));
    wrong.add(
        member(
            "ProvisionedThroughput",
            Members.ABSENT,
            "{\"ReadCapacityUnits\":0,\"WriteCapacityUnits\":1}",
            "{\"ReadCapacityUnits\":1}",
            "{\"WriteCapacityUnits\":-1,\"ReadCapacityUnits\":1}",
            "{}"));
    wrong.add(wrongIndexes());
    wrong.add(wrongSettings());
    return with("CreateTable", bodies(), wrong);
  }

  private static Arbitrary<Members> wrongSettings() {
    return Arbitraries.oneOf(
        member(
            "OnDemandThroughput",
            "{\"MaxReadRequestUnits\":0}",
            "{\"MaxWriteRequestUnits\":-2}",
            "{\"MaxReadRequestUnits\":\"1\"}",
            "[]"),
        member("TableClass", "\"X\"", "\"\"", "5"),
        member(
            "SSESpecification",
            "{\"Enabled\":false,\"SSEType\":\"KMS\"}",
            "{\"Enabled\":true,\"SSEType\":\"X\"}",
            "{\"Enabled\":1}"));
  }

  private static Arbitrary<Members> wrongIndexes() {
    Members ranged =
        Members.NONE
            .with("AttributeDefinitions", "[" + HASH + "," + RANGE + "," + SORT + "]")
            .with("KeySchema", TableShape.schema("r"));
    String named = "{\"IndexName\":\"by-n\",";
    String keyed = "\"KeySchema\":" + TableShape.schema("n");
    String all = ",\"Projection\":{\"ProjectionType\":\"ALL\"}";
    List<String> texts =
        List.of(
            "[]",
            "[" + index("by-n", "n", "ALL") + "," + index("by-n", "n", "ALL") + "]",
            "[" + index("ab", "n", "ALL") + "]",
            "[" + index("a b c", "n", "ALL") + "]",
            "[" + index("by-n", "absent", "ALL") + "]",
            "[" + index("by-n", "h", "ALL") + "]",
            "[" + index("by-n", "n", "X") + "]",
            "[" + index("by-n", "n", "INCLUDE") + "]",
            "[" + named + keyed + "}]",
            "[" + named + keyed + ",\"Projection\":{}}]",
            "[{" + keyed + all + "}]",
            "[" + named + all.substring(1) + "}]",
            "[" + named + "\"KeySchema\":" + TableShape.schema("") + all + "}]",
            "["
                + named
                + keyed
                + ",\"Projection\":{\"ProjectionType\":\"ALL\",\"NonKeyAttributes\":[\"a\"]}}]",
            "["
                + named
                + keyed
                + ",\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[]}}]",
            "["
                + named
                + "\"KeySchema\":[{\"AttributeName\":\"r\",\"KeyType\":\"HASH\"},"
                + "{\"AttributeName\":\"n\",\"KeyType\":\"RANGE\"}]"
                + all
                + "}]",
            manyIndexes(6));
    Members plain =
        Members.NONE
            .with("AttributeDefinitions", "[" + HASH + "," + SORT + "]")
            .with("KeySchema", TableShape.schema(""))
            .with("LocalSecondaryIndexes", "[" + index("by-n", "n", "ALL") + "]");
    return Arbitraries.oneOf(
        Arbitraries.of(texts).map(text -> ranged.with("LocalSecondaryIndexes", text)),
        Arbitraries.just(plain));
  }

  private static String manyIndexes(int count) {
    List<String> indexes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      indexes.add(index("by-n" + i, "n", "ALL"));
    }
    return "[" + String.join(",", indexes) + "]";
  }

  private static Arbitrary<Request> updates() {
    Arbitrary<Members> changes =
        Arbitraries.of(
            Members.NONE.with("DeletionProtectionEnabled", "false"),
            Members.NONE.with("BillingMode", "\"PAY_PER_REQUEST\""),
            Members.NONE.with("TableClass", "\"STANDARD_INFREQUENT_ACCESS\""),
            Members.NONE
                .with("BillingMode", "\"PROVISIONED\"")
                .with("ProvisionedThroughput", THROUGHPUT),
            Members.NONE.with(
                "ProvisionedThroughput", "{\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":8}"));
    Arbitrary<Members> valid = Combinators.combine(names(), changes).as(Members::with);
    List<Arbitrary<Members>> wrong = new ArrayList<>();
    wrong.add(wrongNames());
    wrong.add(member("BillingMode", "\"X\"", "\"PROVISIONED\"", "\"PAY_PER_REQUEST\""));
    wrong.add(
        member(
            "ProvisionedThroughput",
            "{\"ReadCapacityUnits\":0,\"WriteCapacityUnits\":1}",
            "{\"ReadCapacityUnits\":1}",
            "{}",
            THROUGHPUT));
    wrong.add(
        Arbitraries.just(
            Members.NONE
                .with("BillingMode", Members.ABSENT)
                .with("ProvisionedThroughput", Members.ABSENT)
                .with("TableClass", Members.ABSENT)
                .with("DeletionProtectionEnabled", Members.ABSENT)));
    wrong.add(wrongSettings());
    return with("UpdateTable", valid, wrong);
  }

  private static Arbitrary<Request> lists() {
    Arbitrary<Members> valid =
        Arbitraries.of(
            Members.NONE.with("ExclusiveStartTableName", Members.quoted(Request.TABLE)),
            Members.NONE
                .with("ExclusiveStartTableName", Members.quoted(Request.TABLE))
                .with("Limit", "1"),
            Members.NONE
                .with("ExclusiveStartTableName", Members.quoted(Request.TABLE + "-a"))
                .with("Limit", "2"));
    List<Arbitrary<Members>> wrong =
        List.of(
            member("Limit", "0", "-1", "101", "\"1\""),
            member("ExclusiveStartTableName", "\"a\"", "\"a b c\"", "5"));
    return with("ListTables", valid, wrong);
  }
}
