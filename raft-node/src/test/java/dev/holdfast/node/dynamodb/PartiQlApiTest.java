package dev.holdfast.node.dynamodb;

import static dev.holdfast.node.dynamodb.PartiQlOverReplica.BATCH;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.EXECUTE;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.NOTHING;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.TRANSACTION;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.all;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.numbers;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.quoted;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.validation;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single statements of PartiQL. The words are those that {@code nubo-db/dynamodb-conformance}
 * recorded from the service (tiers 2 and 3), where it has them.
 */
class PartiQlApiTest {
  private static final Pattern TOKEN = Pattern.compile("\"NextToken\":\"([^\"]*)\"");

  @TempDir Path directory;
  private PartiQlOverReplica partiql;

  @BeforeEach
  void open() {
    partiql = new PartiQlOverReplica(directory.resolve("replica"));
  }

  @AfterEach
  void close() {
    partiql.close();
  }

  @Test
  void whatIsInsertedIsSelectedInEveryType() {
    assertThat(
            partiql.run(
                "INSERT INTO plain VALUE {'k': ?, 's': 'it''s', 'n': -1.50e1, 't': true, 'z': null,"
                    + " 'l': [1, {}], 'b': ?, 'm': {'a': {'b': 'c'}}, 'ss': <<'b', 'a'>>, 'ns': <<2,"
                    + " 1>>}",
                "\"Parameters\":[{\"S\":\"x\"},{\"B\":\"AQI=\"}]"))
        .isEqualTo(NOTHING);
    assertThat(partiql.run("SELECT * FROM plain WHERE k = 'x'"))
        .isEqualTo(
            "{\"Items\":[{\"b\":{\"B\":\"AQI=\"},\"k\":{\"S\":\"x\"},"
                + "\"l\":{\"L\":[{\"N\":\"1\"},{\"M\":{}}]},"
                + "\"m\":{\"M\":{\"a\":{\"M\":{\"b\":{\"S\":\"c\"}}}}},\"n\":{\"N\":\"-15\"},"
                + "\"ns\":{\"NS\":[\"1\",\"2\"]},\"s\":{\"S\":\"it's\"},"
                + "\"ss\":{\"SS\":[\"a\",\"b\"]},\"t\":{\"BOOL\":true},\"z\":{\"NULL\":true}}]}");
    assertThat(partiql.run("SELECT m.a.b, l[0], \"s\" FROM \"plain\" WHERE k = 'x'"))
        .isEqualTo(
            "{\"Items\":[{\"b\":{\"S\":\"c\"},\"l[0]\":{\"N\":\"1\"},\"s\":{\"S\":\"it's\"}}]}");
    assertThat(partiql.run("SELECT none FROM plain WHERE k = 'x'")).isEqualTo("{\"Items\":[{}]}");
  }

  @Test
  void anInsertIsNoUpsertAndAnUpdateNeither() {
    partiql.run("INSERT INTO plain VALUE {'k': 'x', 'v': 1}");
    assertThat(partiql.refused("INSERT INTO plain VALUE {'k': 'x', 'v': 2}"))
        .isEqualTo(
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#DuplicateItemException\","
                + "\"message\":\"Duplicate primary key exists in table\"}");
    assertThat(partiql.refused("UPDATE plain SET v = 2 WHERE k = 'none'"))
        .contains("ConditionalCheckFailedException", "The conditional request failed");
    assertThat(partiql.refused("UPDATE plain SET v = 2 WHERE k = 'none' AND v IS MISSING"))
        .contains("ConditionalCheckFailedException");
    assertThat(partiql.run("SELECT * FROM plain"))
        .isEqualTo("{\"Items\":[{\"k\":{\"S\":\"x\"},\"v\":{\"N\":\"1\"}}]}");
  }

  @Test
  void updatesSetRemoveCountAndChangeSets() {
    partiql.run(
        "INSERT INTO plain VALUE {'k': 'x', 'v': 1, 'l': [1, 2, 3], 's': <<'a', 'b'>>, 'm': {}}");
    assertThat(
            partiql.run(
                "UPDATE plain SET v = v + 5 - 2, l = list_append(l, [4]) SET m.a = ? "
                    + "SET w = if_not_exists(w, 7) WHERE k = 'x' RETURNING MODIFIED NEW *",
                "\"Parameters\":[{\"S\":\"new\"}]"))
        .isEqualTo(
            "{\"Items\":[{\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"},{\"N\":\"3\"},{\"N\":\"4\"}]},"
                + "\"m\":{\"M\":{\"a\":{\"S\":\"new\"}}},\"v\":{\"N\":\"4\"},\"w\":{\"N\":\"7\"}}]}");
    assertThat(
            partiql.run(
                "UPDATE plain SET s = set_add(s, <<'c'>>) REMOVE l[0] REMOVE w WHERE k = 'x' "
                    + "RETURNING ALL NEW *"))
        .isEqualTo(
            "{\"Items\":[{\"k\":{\"S\":\"x\"},"
                + "\"l\":{\"L\":[{\"N\":\"2\"},{\"N\":\"3\"},{\"N\":\"4\"}]},"
                + "\"m\":{\"M\":{\"a\":{\"S\":\"new\"}}},\"s\":{\"SS\":[\"a\",\"b\",\"c\"]},"
                + "\"v\":{\"N\":\"4\"}}]}");
    assertThat(
            partiql.run(
                "FROM plain WHERE k = 'x' SET s = set_delete(s, <<'a', 'c'>>) "
                    + "RETURNING MODIFIED OLD *"))
        .isEqualTo("{\"Items\":[{\"s\":{\"SS\":[\"a\",\"b\",\"c\"]}}]}");
    assertThat(partiql.run("UPDATE plain REMOVE v WHERE k = 'x' RETURNING MODIFIED NEW *"))
        .isEqualTo(NOTHING);
    assertThat(partiql.refused("UPDATE plain SET none[0] = 'x' WHERE k = 'x'"))
        .contains("The document path provided in the update expression is invalid for update");
  }

  @Test
  void moreThanTheKeyIsACondition() {
    partiql.run("INSERT INTO plain VALUE {'k': 'x', 'v': 1}");
    assertThat(partiql.refused("UPDATE plain SET v = 2 WHERE k = 'x' AND v = 5"))
        .contains("ConditionalCheckFailedException");
    assertThat(
            partiql.refused(
                "DELETE FROM plain WHERE k = 'x' AND (v = 5 OR v > 7)",
                "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\""))
        .contains("\"Item\":{\"k\":{\"S\":\"x\"},\"v\":{\"N\":\"1\"}}");
    assertThat(partiql.run("DELETE FROM plain WHERE k = 'none' AND v = 5")).isEqualTo(NOTHING);
    assertThat(partiql.run("DELETE FROM plain WHERE v = 1 AND k = 'x' RETURNING ALL OLD *"))
        .isEqualTo("{\"Items\":[{\"k\":{\"S\":\"x\"},\"v\":{\"N\":\"1\"}}]}");
    assertThat(partiql.run("DELETE FROM plain WHERE k = 'x' RETURNING ALL OLD *"))
        .isEqualTo(NOTHING);
  }

  @Test
  void keysBoundRangesAndTheRestFilters() {
    partiql.fill();
    assertThat(partiql.selected("k = 'a'")).containsExactly(0, 1, 2, 3, 4);
    assertThat(partiql.selected("k = 'a' ORDER BY n DESC")).containsExactly(4, 3, 2, 1, 0);
    assertThat(partiql.selected("'a' = k AND 1 < n AND n <= 3")).containsExactly(2, 3);
    assertThat(partiql.selected("k = 'a' AND n BETWEEN 1 AND 2")).containsExactly(1, 2);
    assertThat(partiql.selected("k = 'a' AND n IN [3, 1]")).containsExactly(1, 3);
    assertThat(partiql.selected("k = 'a' AND (n = 4 OR n = 0) ORDER BY n DESC"))
        .containsExactly(4, 0);
    assertThat(partiql.selected("k = 'a' AND (n < 1 OR n > 3)")).containsExactly(0, 4);
    assertThat(partiql.selected("k = 'a' AND NOT n = 3 AND v >= 20")).containsExactly(2, 4);
    assertThat(partiql.selected("k = 'a' AND k = 'b'")).isEmpty();
    assertThat(partiql.selected("k = 'a' AND n = 2 AND v = 0")).isEmpty();
    assertThat(partiql.selected("k IN ('b', 'a') AND n = 1")).containsExactly(1, 1);
    assertThat(partiql.selected("(k = 'a' AND n = 1) OR (k = 'b' AND n = 2)"))
        .containsExactly(1, 2);
    assertThat(partiql.run("SELECT k, n FROM sorted WHERE k IN ['b', 'a'] AND n < 1 ORDER BY k, n"))
        .isEqualTo(
            "{\"Items\":[{\"k\":{\"S\":\"a\"},\"n\":{\"N\":\"0\"}},"
                + "{\"k\":{\"S\":\"b\"},\"n\":{\"N\":\"0\"}}]}");
    assertThat(partiql.selected("k = 'b' ORDER BY k")).containsExactly(4, 3, 2, 1, 0);
    assertThat(partiql.selected("k IN ['b', 'a'] AND n < 2 ORDER BY k DESC, n"))
        .containsExactly(0, 1, 0, 1);
    assertThat(partiql.selected("n = 1")).hasSize(3);
    assertThat(partiql.selected("k > 'a' AND v = 20")).containsExactly(2, 2);
    assertThat(partiql.selected("k = 'a' OR v = 10")).hasSize(7);
    assertThat(partiql.selected("begins_with(k, 'a') AND contains(o, '9')")).containsExactly(0);
    assertThat(partiql.selected("k = 'a' AND size(o) = 2 AND v IS NUMERIC AND x IS MISSING"))
        .hasSize(5);
    assertThat(partiql.selected("k = 'a' AND attribute_type(v, 'S')")).isEmpty();
    assertThat(partiql.selected("k = 'a' AND (o IS NOT STRING OR v IS NULL)")).isEmpty();
  }

  @Test
  void aLocalIndexIsReadInItsOwnOrder() {
    partiql.fill();
    String all = partiql.run("SELECT * FROM \"sorted\".\"by-o\" WHERE k = 'a' AND o < 'o8'");
    assertThat(numbers(all)).containsExactly(4, 3, 2);
    assertThat(all).doesNotContain("\"v\"");
    assertThat(numbers(partiql.run("SELECT n FROM sorted.\"by-o\" WHERE k = 'a' ORDER BY o DESC")))
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(partiql.run("SELECT v FROM sorted.\"by-o\" WHERE k = 'a' AND o = 'o8'"))
        .isEqualTo("{\"Items\":[{\"v\":{\"N\":\"10\"}}]}");
    assertThat(partiql.refused("SELECT n FROM sorted.\"by-o\" WHERE k = 'a' AND v = 10"))
        .isEqualTo(
            validation(
                "One or more parameter values were invalid: Secondary index by-o does not project "
                    + "one or more filter attributes: [v]"));
    assertThat(numbers(partiql.run("SELECT n FROM sorted.\"by-o\" WHERE v = 10"))).isEmpty();
    String branches = "SELECT n FROM sorted.\"by-o\" WHERE (k = 'a' AND v = 10) OR k = 'b'";
    assertThat(numbers(partiql.run(branches))).containsExactly(4, 3, 2, 1, 0);
    assertThat(partiql.refused("SELECT n FROM sorted.\"by-o\" WHERE k IN ['a', 'b'] AND v = 10"))
        .contains("does not project one or more filter attributes: [v]");
    assertThat(numbers(partiql.run("SELECT n FROM sorted.\"by-o\" WHERE NOT v = 10"))).hasSize(15);
    assertThat(partiql.run("SELECT v, n FROM sorted.\"by-o\" WHERE v = 10")).isEqualTo(NOTHING);
    assertThat(partiql.refused("SELECT * FROM sorted.none WHERE k = 'a'"))
        .isEqualTo(validation("The table does not have the specified index"));
    assertThat(partiql.refused("UPDATE sorted.\"by-o\" SET v = 1 WHERE k = 'a' AND n = 1"))
        .isEqualTo(validation("This operation is not supported on an index"));
  }

  @Test
  void pagesGoOnWhereTheyEndedAcrossRangesAndScans() {
    partiql.fill();
    for (String statement :
        List.of(
            "SELECT k, n FROM sorted WHERE k IN ['a', 'b', 'c'] AND v <> 20",
            "SELECT k, n FROM sorted WHERE v <> 20",
            "SELECT k, n FROM sorted.\"by-o\" WHERE k = 'b' OR k = 'c'",
            "SELECT k, n FROM sorted.\"by-o\" WHERE (k = 'a' AND v IS MISSING) OR k = 'c'")) {
      List<Integer> whole = numbers(partiql.run(statement));
      List<Integer> paged = new ArrayList<>();
      String token = "";
      int pages = 0;
      while (token != null) {
        String page =
            token.isEmpty()
                ? partiql.run(statement, "\"Limit\":2")
                : partiql.run(statement, "\"Limit\":2", "\"NextToken\":" + quoted(token));
        paged.addAll(numbers(page.replaceFirst("\"LastEvaluatedKey\".*", "")));
        Matcher matcher = TOKEN.matcher(page);
        token = matcher.find() ? matcher.group(1) : null;
        pages++;
      }
      assertThat(paged).as(statement).isEqualTo(whole);
      assertThat(pages).isGreaterThan(5);
    }
  }

  /** They cost a unit of 4 KB each, but a page ends by what they are. */
  @Test
  void smallItemsThatAreFetchedDoNotEndAPage() {
    for (int n = 0; n < 130; n++) {
      for (String k : List.of("a", "b")) {
        partiql.run(
            "INSERT INTO sorted VALUE {'k': '%s', 'n': %d, 'o': 'o', 'v': 1}".formatted(k, n));
      }
    }
    partiql.run("INSERT INTO sorted VALUE {'k': 'c', 'n': 7, 'o': 'o', 'v': 1}");

    String all = partiql.run("SELECT v, n FROM sorted.\"by-o\" WHERE k IN ['a', 'b', 'c']");
    assertThat(numbers(all)).hasSize(261);
    assertThat(all).doesNotContain("NextToken");
  }

  @Test
  void aTokenIsGoodForItsStatementOnly() {
    partiql.fill();
    String statement = "SELECT n FROM sorted WHERE k = ?";
    String a = "\"Parameters\":[{\"S\":\"a\"}]";
    Matcher matcher = TOKEN.matcher(partiql.run(statement, a, "\"Limit\":2"));
    assertThat(matcher.find()).isTrue();
    String token = matcher.group(1);
    String given = "\"NextToken\":" + quoted(token);
    assertThat(numbers(partiql.run(statement, a, given))).containsExactly(2, 3, 4);
    assertThat(partiql.refused(statement, "\"Parameters\":[{\"S\":\"b\"}]", given))
        .isEqualTo(validation("NextToken does not match request"));
    assertThat(partiql.refused(statement + ";", a, given))
        .isEqualTo(validation("NextToken does not match request"));
    for (String wrong : List.of("x", "!", token.substring(0, 40), token + "AAAA")) {
      assertThat(partiql.refused(statement, a, "\"NextToken\":" + quoted(wrong)))
          .as(wrong)
          .isEqualTo(validation("Invalid NextToken"));
    }
    assertThat(partiql.refused("UPDATE sorted SET v = 1 WHERE k = 'a' AND n = 1", given))
        .isEqualTo(validation("Invalid NextToken"));
  }

  @Test
  void mistakesAreNamed() {
    String incomplete = "Where clause does not contain a mandatory equality on all key attributes";
    for (String write :
        List.of(
            "DELETE FROM plain",
            "DELETE FROM plain WHERE v = 1",
            "UPDATE plain SET v = 1",
            "UPDATE plain SET v = 1 WHERE k IN ('a')",
            "UPDATE plain SET v = 1 WHERE k = 'a' OR k = 'b'",
            "UPDATE plain SET v = 1 WHERE NOT k = 'a'",
            "UPDATE sorted SET v = 1 WHERE k = 'a' AND n > 1")) {
      assertThat(partiql.refused(write)).as(write).isEqualTo(validation(incomplete));
    }
    String keyType = "Key attribute's data type should match its data type in table's schema: Key ";
    assertThat(partiql.refused("UPDATE plain SET v = 1 WHERE k = 5"))
        .isEqualTo(validation(keyType + "k"));
    assertThat(partiql.refused("SELECT * FROM sorted WHERE k = 'a' AND n < 'x'"))
        .isEqualTo(validation(keyType + "n"));
    assertThat(partiql.refused("INSERT INTO plain VALUE {'v': 1}"))
        .isEqualTo(validation("Key attribute should be present in the item: Key k"));
    assertThat(partiql.refused("SELECT * FROM plain WHERE k.a = 1"))
        .contains("Key attributes must be scalars;");
  }

  @Test
  void mistakesInTermsAreNamed() {
    assertThat(partiql.refused("UPDATE plain SET k = 'b' WHERE k = 'a'"))
        .contains("Cannot update attribute k. This attribute is part of the key");
    assertThat(partiql.refused("UPDATE plain SET v = 1, v = 2 WHERE k = 'a'"))
        .contains("Two document paths overlap with each other;");
    assertThat(partiql.refused("UPDATE plain SET t = set_add(s, <<'x'>>) WHERE k = 'a'"))
        .isEqualTo(
            validation("The first argument to SET_ADD must equal the assignment value at 1:22:7"));
    assertThat(partiql.refused("SELECT * FROM plain WHERE k = 'a' AND EXISTS(ss)"))
        .isEqualTo(validation("Unrecognized function: exists at 1:39:6"));
    assertThat(
            partiql.refused(
                "SELECT * FROM plain WHERE k = 'a' AND v < ?", "\"Parameters\":[{\"BOOL\":true}]"))
        .contains("operator or function: <, operand type: BOOL");
    assertThat(partiql.refused("SELECT * FROM plain WHERE v = MISSING"))
        .isEqualTo(validation("MISSING must be compared using IS operator"));
    assertThat(partiql.refused("SELECT a.v, v FROM plain"))
        .isEqualTo(validation("Duplicate identifiers in select clause: v"));
    assertThat(partiql.refused("SELECT * FROM plain WHERE k = ?"))
        .isEqualTo(validation("Number of parameters in request and statement don't match."));
    assertThat(partiql.refused("SELECT * FROM none")).contains("ResourceNotFoundException");
    assertThat(partiql.refused("EXISTS(SELECT * FROM plain WHERE k = 'a' AND v = 1)"))
        .isEqualTo(validation("EXISTS can only be used in ExecuteTransaction write requests."));
    assertThat(partiql.refused("SELECT * FROM sorted WHERE k IN ['a', 'b'] ORDER BY n"))
        .contains("Must have hash key in ORDER BY clause when more than one");
    assertThat(partiql.refused("SELECT * FROM sorted ORDER BY n"))
        .contains("Must have WHERE clause");
    assertThat(partiql.refused("SELECT * FROM plain WHERE v IN [" + counted(101) + "]"))
        .contains("too many operands; number of operands: 101");
    assertThat(partiql.api().error(EXECUTE, "{}"))
        .contains("Value null at 'statement' failed to satisfy constraint");
    assertThat(partiql.refused("x".repeat(8193)))
        .contains("Member must have length less than or equal");
  }

  private static String counted(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  @Test
  void capacityIsReportedAsOfTheNativeOperations() {
    partiql.fill();
    String total = "\"ReturnConsumedCapacity\":\"TOTAL\"";
    assertThat(partiql.run("SELECT n FROM sorted WHERE k = 'a' AND n = 1", total))
        .contains("\"ConsumedCapacity\":{\"TableName\":\"sorted\",\"CapacityUnits\":0.5}");
    assertThat(partiql.run("SELECT n FROM sorted WHERE k = 'a'", total, "\"ConsistentRead\":true"))
        .contains("\"CapacityUnits\":1.0");
    assertThat(
            partiql.run(
                "SELECT v FROM sorted.\"by-o\" WHERE k = 'a'",
                "\"ReturnConsumedCapacity\":\"INDEXES\""))
        .contains("\"Table\":{\"CapacityUnits\":2.5}")
        .contains("\"LocalSecondaryIndexes\":{\"by-o\":{\"CapacityUnits\":0.5}}");
    assertThat(partiql.run("INSERT INTO plain VALUE {'k': 'a'}", total))
        .contains("\"CapacityUnits\":1.0");
    String batch = all("Statements", "SELECT * FROM plain WHERE k = 'a'");
    assertThat(partiql.api().answer(BATCH, batch.replaceFirst("\\{", "{" + total + ",")))
        .contains("\"ConsumedCapacity\":[{\"TableName\":\"plain\",\"CapacityUnits\":0.5}]");
    String together = all("TransactStatements", "DELETE FROM plain WHERE k = 'a'");
    assertThat(partiql.api().answer(TRANSACTION, together.replaceFirst("\\{", "{" + total + ",")))
        .contains("\"CapacityUnits\":2.0,\"WriteCapacityUnits\":2.0");
  }

  @Test
  void aConstantIsAsLongAsAnAttributeOfTheSameText() {
    partiql.run("INSERT INTO sorted VALUE {'k': 'a', 'n': 1, 'v': 'é😀'}");

    assertThat(partiql.run("SELECT n FROM sorted WHERE k = 'a' AND size(v) = size('é😀')"))
        .contains("\"N\":\"1\"");
  }

  /** Otherwise the items would be in another order than the statement says. */
  @Test
  void thePartitionKeyComesFirstWhereThereAreSeveral() {
    assertThat(partiql.refused("SELECT n FROM sorted WHERE k IN ['a', 'b'] ORDER BY n DESC, k ASC"))
        .contains("The hash key must come first in ORDER BY clause");
  }
}
