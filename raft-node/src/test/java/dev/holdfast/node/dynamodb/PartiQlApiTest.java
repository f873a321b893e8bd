package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
 * The statements of PartiQL over one partition. The words are those that {@code
 * nubo-db/dynamodb-conformance} recorded from the service (tiers 2 and 3), where it has them.
 */
class PartiQlApiTest {
  private static final String EXECUTE = "ExecuteStatement";
  private static final String BATCH = "BatchExecuteStatement";
  private static final String TRANSACTION = "ExecuteTransaction";
  private static final String NOTHING = "{\"Items\":[]}";
  private static final Pattern TOKEN = Pattern.compile("\"NextToken\":\"([^\"]*)\"");

  @TempDir Path directory;
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"));
    api.answer(
        "CreateTable",
        """
        {"TableName":"plain","BillingMode":"PAY_PER_REQUEST",
         "KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
         "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}]}\
        """);
    api.answer(
        "CreateTable",
        """
        {"TableName":"sorted","BillingMode":"PAY_PER_REQUEST",
         "KeySchema":[{"AttributeName":"k","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],
         "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"},
           {"AttributeName":"n","AttributeType":"N"},{"AttributeName":"o","AttributeType":"S"}],
         "LocalSecondaryIndexes":[{"IndexName":"by-o","Projection":{"ProjectionType":"KEYS_ONLY"},
           "KeySchema":[{"AttributeName":"k","KeyType":"HASH"},{"AttributeName":"o","KeyType":"RANGE"}]}]}\
        """);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void fill() {
    for (String k : List.of("a", "b", "c")) {
      for (int n = 0; n < 5; n++) {
        run(
            "INSERT INTO sorted VALUE {'k': '%s', 'n': %d, 'o': 'o%d', 'v': %d}"
                .formatted(k, n, 9 - n, 10 * n));
      }
    }
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private static String body(String statement, String... members) {
    return "{\"Statement\":"
        + quoted(statement)
        + Arrays.stream(members).map(each -> "," + each).collect(Collectors.joining())
        + "}";
  }

  private String run(String statement, String... members) {
    return api.answer(EXECUTE, body(statement, members));
  }

  private String refused(String statement, String... members) {
    return api.error(EXECUTE, body(statement, members));
  }

  private static String all(String member, String... statements) {
    return "{\""
        + member
        + "\":["
        + Arrays.stream(statements)
            .map(each -> each.startsWith("{") ? each : body(each))
            .collect(Collectors.joining(","))
        + "]}";
  }

  private String batch(String... statements) {
    return api.answer(BATCH, all("Statements", statements));
  }

  private String transaction(String... statements) {
    return api.answer(TRANSACTION, all("TransactStatements", statements));
  }

  private String cancelled(String... statements) {
    return api.error(TRANSACTION, all("TransactStatements", statements));
  }

  private static String validation(String message) {
    return "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\""
        + message.replace("\"", "\\\"")
        + "\"}";
  }

  /** The numbers of the sort key, in order. */
  private static List<Integer> numbers(String answer) {
    List<Integer> numbers = new ArrayList<>();
    Matcher matcher = Pattern.compile("\"n\":\\{\"N\":\"(\\d+)\"}").matcher(answer);
    while (matcher.find()) {
      numbers.add(Integer.valueOf(matcher.group(1)));
    }
    return numbers;
  }

  private List<Integer> selected(String where) {
    return numbers(run("SELECT n FROM sorted WHERE " + where));
  }

  @Test
  void whatIsInsertedIsSelectedInEveryType() {
    assertThat(
            run(
                "INSERT INTO plain VALUE {'k': ?, 's': 'it''s', 'n': -1.50e1, 't': true, 'z': null,"
                    + " 'l': [1, {}], 'b': ?, 'm': {'a': {'b': 'c'}}, 'ss': <<'b', 'a'>>, 'ns': <<2,"
                    + " 1>>}",
                "\"Parameters\":[{\"S\":\"x\"},{\"B\":\"AQI=\"}]"))
        .isEqualTo(NOTHING);
    assertThat(run("SELECT * FROM plain WHERE k = 'x'"))
        .isEqualTo(
            "{\"Items\":[{\"b\":{\"B\":\"AQI=\"},\"k\":{\"S\":\"x\"},"
                + "\"l\":{\"L\":[{\"N\":\"1\"},{\"M\":{}}]},"
                + "\"m\":{\"M\":{\"a\":{\"M\":{\"b\":{\"S\":\"c\"}}}}},\"n\":{\"N\":\"-15\"},"
                + "\"ns\":{\"NS\":[\"1\",\"2\"]},\"s\":{\"S\":\"it's\"},"
                + "\"ss\":{\"SS\":[\"a\",\"b\"]},\"t\":{\"BOOL\":true},\"z\":{\"NULL\":true}}]}");
    assertThat(run("SELECT m.a.b, l[0], \"s\" FROM \"plain\" WHERE k = 'x'"))
        .isEqualTo(
            "{\"Items\":[{\"b\":{\"S\":\"c\"},\"l[0]\":{\"N\":\"1\"},\"s\":{\"S\":\"it's\"}}]}");
    assertThat(run("SELECT none FROM plain WHERE k = 'x'")).isEqualTo("{\"Items\":[{}]}");
  }

  @Test
  void anInsertIsNoUpsertAndAnUpdateNeither() {
    run("INSERT INTO plain VALUE {'k': 'x', 'v': 1}");
    assertThat(refused("INSERT INTO plain VALUE {'k': 'x', 'v': 2}"))
        .isEqualTo(
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#DuplicateItemException\","
                + "\"message\":\"Duplicate primary key exists in table\"}");
    assertThat(refused("UPDATE plain SET v = 2 WHERE k = 'none'"))
        .contains("ConditionalCheckFailedException", "The conditional request failed");
    assertThat(refused("UPDATE plain SET v = 2 WHERE k = 'none' AND v IS MISSING"))
        .contains("ConditionalCheckFailedException");
    assertThat(run("SELECT * FROM plain"))
        .isEqualTo("{\"Items\":[{\"k\":{\"S\":\"x\"},\"v\":{\"N\":\"1\"}}]}");
  }

  @Test
  void updatesSetRemoveCountAndChangeSets() {
    run("INSERT INTO plain VALUE {'k': 'x', 'v': 1, 'l': [1, 2, 3], 's': <<'a', 'b'>>, 'm': {}}");
    assertThat(
            run(
                "UPDATE plain SET v = v + 5 - 2, l = list_append(l, [4]) SET m.a = ? "
                    + "SET w = if_not_exists(w, 7) WHERE k = 'x' RETURNING MODIFIED NEW *",
                "\"Parameters\":[{\"S\":\"new\"}]"))
        .isEqualTo(
            "{\"Items\":[{\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"},{\"N\":\"3\"},{\"N\":\"4\"}]},"
                + "\"m\":{\"M\":{\"a\":{\"S\":\"new\"}}},\"v\":{\"N\":\"4\"},\"w\":{\"N\":\"7\"}}]}");
    assertThat(
            run(
                "UPDATE plain SET s = set_add(s, <<'c'>>) REMOVE l[0] REMOVE w WHERE k = 'x' "
                    + "RETURNING ALL NEW *"))
        .isEqualTo(
            "{\"Items\":[{\"k\":{\"S\":\"x\"},"
                + "\"l\":{\"L\":[{\"N\":\"2\"},{\"N\":\"3\"},{\"N\":\"4\"}]},"
                + "\"m\":{\"M\":{\"a\":{\"S\":\"new\"}}},\"s\":{\"SS\":[\"a\",\"b\",\"c\"]},"
                + "\"v\":{\"N\":\"4\"}}]}");
    assertThat(
            run(
                "FROM plain WHERE k = 'x' SET s = set_delete(s, <<'a', 'c'>>) "
                    + "RETURNING MODIFIED OLD *"))
        .isEqualTo("{\"Items\":[{\"s\":{\"SS\":[\"a\",\"b\",\"c\"]}}]}");
    assertThat(run("UPDATE plain REMOVE v WHERE k = 'x' RETURNING MODIFIED NEW *"))
        .isEqualTo(NOTHING);
    assertThat(refused("UPDATE plain SET none[0] = 'x' WHERE k = 'x'"))
        .contains("The document path provided in the update expression is invalid for update");
  }

  @Test
  void moreThanTheKeyIsACondition() {
    run("INSERT INTO plain VALUE {'k': 'x', 'v': 1}");
    assertThat(refused("UPDATE plain SET v = 2 WHERE k = 'x' AND v = 5"))
        .contains("ConditionalCheckFailedException");
    assertThat(
            refused(
                "DELETE FROM plain WHERE k = 'x' AND (v = 5 OR v > 7)",
                "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\""))
        .contains("\"Item\":{\"k\":{\"S\":\"x\"},\"v\":{\"N\":\"1\"}}");
    assertThat(run("DELETE FROM plain WHERE k = 'none' AND v = 5")).isEqualTo(NOTHING);
    assertThat(run("DELETE FROM plain WHERE v = 1 AND k = 'x' RETURNING ALL OLD *"))
        .isEqualTo("{\"Items\":[{\"k\":{\"S\":\"x\"},\"v\":{\"N\":\"1\"}}]}");
    assertThat(run("DELETE FROM plain WHERE k = 'x' RETURNING ALL OLD *")).isEqualTo(NOTHING);
  }

  @Test
  void keysBoundRangesAndTheRestFilters() {
    fill();
    assertThat(selected("k = 'a'")).containsExactly(0, 1, 2, 3, 4);
    assertThat(selected("k = 'a' ORDER BY n DESC")).containsExactly(4, 3, 2, 1, 0);
    assertThat(selected("'a' = k AND 1 < n AND n <= 3")).containsExactly(2, 3);
    assertThat(selected("k = 'a' AND n BETWEEN 1 AND 2")).containsExactly(1, 2);
    assertThat(selected("k = 'a' AND n IN [3, 1]")).containsExactly(1, 3);
    assertThat(selected("k = 'a' AND (n = 4 OR n = 0) ORDER BY n DESC")).containsExactly(4, 0);
    assertThat(selected("k = 'a' AND (n < 1 OR n > 3)")).containsExactly(0, 4);
    assertThat(selected("k = 'a' AND NOT n = 3 AND v >= 20")).containsExactly(2, 4);
    assertThat(selected("k = 'a' AND k = 'b'")).isEmpty();
    assertThat(selected("k = 'a' AND n = 2 AND v = 0")).isEmpty();
    assertThat(selected("k IN ('b', 'a') AND n = 1")).containsExactly(1, 1);
    assertThat(selected("(k = 'a' AND n = 1) OR (k = 'b' AND n = 2)")).containsExactly(1, 2);
    assertThat(run("SELECT k, n FROM sorted WHERE k IN ['b', 'a'] AND n < 1 ORDER BY k, n"))
        .isEqualTo(
            "{\"Items\":[{\"k\":{\"S\":\"a\"},\"n\":{\"N\":\"0\"}},"
                + "{\"k\":{\"S\":\"b\"},\"n\":{\"N\":\"0\"}}]}");
    assertThat(selected("k = 'b' ORDER BY k")).containsExactly(4, 3, 2, 1, 0);
    assertThat(selected("k IN ['b', 'a'] AND n < 2 ORDER BY k DESC, n"))
        .containsExactly(0, 1, 0, 1);
    assertThat(selected("n = 1")).hasSize(3);
    assertThat(selected("k > 'a' AND v = 20")).containsExactly(2, 2);
    assertThat(selected("k = 'a' OR v = 10")).hasSize(7);
    assertThat(selected("begins_with(k, 'a') AND contains(o, '9')")).containsExactly(0);
    assertThat(selected("k = 'a' AND size(o) = 2 AND v IS NUMERIC AND x IS MISSING")).hasSize(5);
    assertThat(selected("k = 'a' AND attribute_type(v, 'S')")).isEmpty();
    assertThat(selected("k = 'a' AND (o IS NOT STRING OR v IS NULL)")).isEmpty();
  }

  @Test
  void aLocalIndexIsReadInItsOwnOrder() {
    fill();
    String all = run("SELECT * FROM \"sorted\".\"by-o\" WHERE k = 'a' AND o < 'o8'");
    assertThat(numbers(all)).containsExactly(4, 3, 2);
    assertThat(all).doesNotContain("\"v\"");
    assertThat(numbers(run("SELECT n FROM sorted.\"by-o\" WHERE k = 'a' ORDER BY o DESC")))
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(run("SELECT v FROM sorted.\"by-o\" WHERE k = 'a' AND o = 'o8'"))
        .isEqualTo("{\"Items\":[{\"v\":{\"N\":\"10\"}}]}");
    assertThat(refused("SELECT n FROM sorted.\"by-o\" WHERE k = 'a' AND v = 10"))
        .isEqualTo(
            validation(
                "One or more parameter values were invalid: Secondary index by-o does not project "
                    + "one or more filter attributes: [v]"));
    assertThat(numbers(run("SELECT n FROM sorted.\"by-o\" WHERE v = 10"))).isEmpty();
    assertThat(numbers(run("SELECT n FROM sorted.\"by-o\" WHERE NOT v = 10"))).hasSize(15);
    assertThat(run("SELECT v, n FROM sorted.\"by-o\" WHERE v = 10")).isEqualTo(NOTHING);
    assertThat(refused("SELECT * FROM sorted.none WHERE k = 'a'"))
        .isEqualTo(validation("The table does not have the specified index"));
    assertThat(refused("UPDATE sorted.\"by-o\" SET v = 1 WHERE k = 'a' AND n = 1"))
        .isEqualTo(validation("This operation is not supported on an index"));
  }

  @Test
  void pagesGoOnWhereTheyEndedAcrossRangesAndScans() {
    fill();
    for (String statement :
        List.of(
            "SELECT k, n FROM sorted WHERE k IN ['a', 'b', 'c'] AND v <> 20",
            "SELECT k, n FROM sorted WHERE v <> 20",
            "SELECT k, n FROM sorted.\"by-o\" WHERE k = 'b' OR k = 'c'")) {
      List<Integer> whole = numbers(run(statement));
      List<Integer> paged = new ArrayList<>();
      String token = "";
      int pages = 0;
      while (token != null) {
        String page =
            token.isEmpty()
                ? run(statement, "\"Limit\":2")
                : run(statement, "\"Limit\":2", "\"NextToken\":" + quoted(token));
        paged.addAll(numbers(page.replaceFirst("\"LastEvaluatedKey\".*", "")));
        Matcher matcher = TOKEN.matcher(page);
        token = matcher.find() ? matcher.group(1) : null;
        pages++;
      }
      assertThat(paged).as(statement).isEqualTo(whole);
      assertThat(pages).isGreaterThan(5);
    }
  }

  @Test
  void aTokenIsGoodForItsStatementOnly() {
    fill();
    String statement = "SELECT n FROM sorted WHERE k = ?";
    String a = "\"Parameters\":[{\"S\":\"a\"}]";
    Matcher matcher = TOKEN.matcher(run(statement, a, "\"Limit\":2"));
    assertThat(matcher.find()).isTrue();
    String token = matcher.group(1);
    String given = "\"NextToken\":" + quoted(token);
    assertThat(numbers(run(statement, a, given))).containsExactly(2, 3, 4);
    assertThat(refused(statement, "\"Parameters\":[{\"S\":\"b\"}]", given))
        .isEqualTo(validation("NextToken does not match request"));
    assertThat(refused(statement + ";", a, given))
        .isEqualTo(validation("NextToken does not match request"));
    for (String wrong : List.of("x", "!", token.substring(0, 40), token + "AAAA")) {
      assertThat(refused(statement, a, "\"NextToken\":" + quoted(wrong)))
          .as(wrong)
          .isEqualTo(validation("Invalid NextToken"));
    }
    assertThat(refused("UPDATE sorted SET v = 1 WHERE k = 'a' AND n = 1", given))
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
      assertThat(refused(write)).as(write).isEqualTo(validation(incomplete));
    }
    String keyType = "Key attribute's data type should match its data type in table's schema: Key ";
    assertThat(refused("UPDATE plain SET v = 1 WHERE k = 5")).isEqualTo(validation(keyType + "k"));
    assertThat(refused("SELECT * FROM sorted WHERE k = 'a' AND n < 'x'"))
        .isEqualTo(validation(keyType + "n"));
    assertThat(refused("INSERT INTO plain VALUE {'v': 1}"))
        .isEqualTo(validation("Key attribute should be present in the item: Key k"));
    assertThat(refused("SELECT * FROM plain WHERE k.a = 1"))
        .contains("Key attributes must be scalars;");
  }

  @Test
  void mistakesInTermsAreNamed() {
    assertThat(refused("UPDATE plain SET k = 'b' WHERE k = 'a'"))
        .contains("Cannot update attribute k. This attribute is part of the key");
    assertThat(refused("UPDATE plain SET v = 1, v = 2 WHERE k = 'a'"))
        .contains("Two document paths overlap with each other;");
    assertThat(refused("UPDATE plain SET t = set_add(s, <<'x'>>) WHERE k = 'a'"))
        .isEqualTo(
            validation("The first argument to SET_ADD must equal the assignment value at 1:22:7"));
    assertThat(refused("SELECT * FROM plain WHERE k = 'a' AND EXISTS(ss)"))
        .isEqualTo(validation("Unrecognized function: exists at 1:39:6"));
    assertThat(
            refused(
                "SELECT * FROM plain WHERE k = 'a' AND v < ?", "\"Parameters\":[{\"BOOL\":true}]"))
        .contains("operator or function: <, operand type: BOOL");
    assertThat(refused("SELECT * FROM plain WHERE v = MISSING"))
        .isEqualTo(validation("MISSING must be compared using IS operator"));
    assertThat(refused("SELECT a.v, v FROM plain"))
        .isEqualTo(validation("Duplicate identifiers in select clause: v"));
    assertThat(refused("SELECT * FROM plain WHERE k = ?"))
        .isEqualTo(validation("Number of parameters in request and statement don't match."));
    assertThat(refused("SELECT * FROM none")).contains("ResourceNotFoundException");
    assertThat(refused("EXISTS(SELECT * FROM plain WHERE k = 'a' AND v = 1)"))
        .isEqualTo(validation("EXISTS can only be used in ExecuteTransaction write requests."));
    assertThat(refused("SELECT * FROM sorted WHERE k IN ['a', 'b'] ORDER BY n"))
        .contains("Must have hash key in ORDER BY clause when more than one");
    assertThat(refused("SELECT * FROM sorted ORDER BY n")).contains("Must have WHERE clause");
    assertThat(refused("SELECT * FROM plain WHERE v IN [" + counted(101) + "]"))
        .contains("too many operands; number of operands: 101");
    assertThat(api.error(EXECUTE, "{}"))
        .contains("Value null at 'statement' failed to satisfy constraint");
    assertThat(refused("x".repeat(8193))).contains("Member must have length less than or equal");
  }

  private static String counted(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  @Test
  void aBatchRunsEachStatementForItself() {
    assertThat(
            batch(
                "INSERT INTO plain VALUE {'k': 'a', 'v': 1}",
                "INSERT INTO plain VALUE {'k': 'b'}",
                "SLECT * FROM plain WHERE k = 'a'",
                "INSERT INTO none VALUE {'k': 'a'}",
                "UPDATE plain SET v = 2 WHERE k = 'none'"))
        .isEqualTo(
            "{\"Responses\":[{\"TableName\":\"plain\"},{\"TableName\":\"plain\"},"
                + "{\"Error\":{\"Code\":\"ValidationError\",\"Message\":\"Statement wasn't well"
                + " formed, can't be processed: Expected data manipulation\"}},"
                + "{\"Error\":{\"Code\":\"ResourceNotFound\",\"Message\":\"Requested resource not"
                + " found\"}},"
                + "{\"Error\":{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional"
                + " request failed\"},\"TableName\":\"plain\"}]}");
    assertThat(
            batch(
                "UPDATE plain SET v = v + 1 WHERE k = 'a' RETURNING ALL NEW *",
                "INSERT INTO plain VALUE {'k': 'b'}"))
        .isEqualTo(
            "{\"Responses\":[{\"TableName\":\"plain\","
                + "\"Item\":{\"k\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}},{\"Error\":{\"Code\":\"DuplicateItem\",\"Message\":\"Duplicate"
                + " primary key exists in table\"},\"TableName\":\"plain\"}]}");
    String key = "must specify the primary key in the where clause.";
    assertThat(
            batch(
                "SELECT v FROM plain WHERE k = 'a'",
                "SELECT * FROM plain WHERE k = 'none'",
                "SELECT * FROM plain",
                "SELECT * FROM plain WHERE k = 'a' AND v = 2",
                "SELECT * FROM sorted.\"by-o\" WHERE k = 'a' AND o = 'x'"))
        .startsWith(
            "{\"Responses\":[{\"TableName\":\"plain\",\"Item\":{\"v\":{\"N\":\"2\"}}},"
                + "{\"TableName\":\"plain\"},{\"Error\"")
        .satisfies(answer -> assertThat(answer.split(key, -1)).hasSize(4));
  }

  /** As a conditional write whose condition fails: AWS Developer Guide, "Conditional writes". */
  @Test
  void aStatementOfABatchThatFailsItsConditionCostsWhatTheWriteWouldHave() {
    run("INSERT INTO plain VALUE {'k': 'a', 'v': '" + "x".repeat(3000) + "'}");
    String statements =
        all(
            "Statements",
            "UPDATE plain SET v = 2 WHERE k = 'a' AND v = 5",
            "INSERT INTO plain VALUE {'k': 'b'}",
            "UPDATE plain SET v = 2 WHERE k = 'none'");
    String counted = statements.replaceFirst("\\{", "{\"ReturnConsumedCapacity\":\"TOTAL\",");
    assertThat(api.answer(BATCH, counted))
        .doesNotContain("\"Item\"")
        .contains("{\"TableName\":\"plain\",\"CapacityUnits\":5.0}");
    String duplicate =
        all("Statements", "INSERT INTO plain VALUE {'k': 'a'}", "DELETE FROM none WHERE k = 'a'")
            .replaceFirst("\\{", "{\"ReturnConsumedCapacity\":\"TOTAL\",");
    assertThat(api.answer(BATCH, duplicate))
        .doesNotContain("\"Item\"")
        .contains("[{\"TableName\":\"plain\",\"CapacityUnits\":3.0}]");
  }

  @Test
  void aBatchReadsOrWritesDistinctItems() {
    assertThat(
            api.error(
                BATCH,
                all(
                    "Statements",
                    "DELETE FROM plain WHERE k='a'",
                    "SELECT * FROM plain WHERE k='b'")))
        .isEqualTo(
            validation("Read and write requests together in the same batch is not supported."));
    assertThat(
            api.error(
                BATCH,
                all(
                    "Statements",
                    "DELETE FROM plain WHERE k='a'",
                    "INSERT INTO plain VALUE {'k':'a'}")))
        .isEqualTo(validation("Provided list of item keys contains duplicates"));
    String[] many = new String[26];
    Arrays.fill(many, "SELECT * FROM plain WHERE k='a'");
    assertThat(api.error(BATCH, all("Statements", many)))
        .contains(
            "at 'statements' failed to satisfy constraint: Member must have length less than");
  }

  @Test
  void aTransactionWritesEverythingOrNothing() {
    run("INSERT INTO plain VALUE {'k': 'a', 'v': 1}");
    assertThat(
            transaction(
                "INSERT INTO plain VALUE {'k': 'b'}",
                "UPDATE plain SET v = 2 WHERE k = 'a' AND v = 1",
                "DELETE FROM plain WHERE k = 'none' AND v = 1"))
        .isEqualTo("{\"Responses\":[]}");
    assertThat(
            cancelled(
                "INSERT INTO plain VALUE {'k': 'c'}",
                "INSERT INTO plain VALUE {'k': 'b'}",
                "UPDATE plain SET v = 3 WHERE k = 'none'",
                "EXISTS(SELECT * FROM plain WHERE k = 'a' AND v = 2)",
                "EXISTS(SELECT * FROM plain WHERE k = 'nobody' AND v IS MISSING)"))
        .contains(
            "[None, ValidationError, ConditionalCheckFailed, None, ConditionalCheckFailed]",
            "\"Message\":\"Duplicate primary key exists in table\"");
    assertThat(
            transaction(
                "EXISTS(SELECT * FROM plain WHERE k = 'a' AND v = 2)",
                "DELETE FROM plain WHERE k = 'b'"))
        .isEqualTo("{\"Responses\":[]}");
    assertThat(
            transaction(
                "SELECT * FROM plain WHERE k = 'a'",
                "SELECT * FROM plain WHERE k = 'b'",
                "SELECT * FROM plain WHERE k = 'c'"))
        .isEqualTo("{\"Responses\":[{\"Item\":{\"k\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}},{},{}]}");
    assertThat(cancelled("INSERT INTO plain VALUE {'v': 1}", "DELETE FROM plain WHERE k = 'a'"))
        .contains("[ValidationError, None]", "Missing the key k in the item");
  }

  @Test
  void mistakesInATransactionSayWhereTheyAre() {
    String at = "Validation failed in TransactStatements[0]: ";
    assertThat(cancelled("UPDATE plain SET v = 1 WHERE k = 'a' RETURNING ALL NEW *"))
        .isEqualTo(validation(at + "RETURNING clause is not supported in ExecuteTransaction."));
    assertThat(cancelled("SELECT * FROM sorted.\"by-o\" WHERE k = 'a'"))
        .isEqualTo(validation(at + "Reads on indices are not supported within transactions."));
    assertThat(cancelled("SELECT * FROM plain WHERE"))
        .isEqualTo(
            validation(at + "Statement wasn't well formed, can't be processed: Unexpected term"));
    assertThat(cancelled("SELECT * FROM plain WHERE k = 'a' AND attribute_exists(v)"))
        .isEqualTo(
            validation(
                at
                    + "Select statements within ExecuteTransaction must specify the primary key in "
                    + "the where clause."));
    assertThat(cancelled("EXISTS(SELECT * FROM plain WHERE k = 'a')"))
        .isEqualTo(
            validation(at + "EXISTS() must contain a single item read with additional condition"));
    assertThat(cancelled("DELETE FROM plain WHERE k = 'a'", "SELECT * FROM plain WHERE k = 'b'"))
        .contains("does not support both read and write operations in the same request.");
    assertThat(cancelled("DELETE FROM plain WHERE k = 'a'", "DELETE FROM plain WHERE k = 'a'"))
        .contains("Transaction request cannot include multiple operations on one item");
  }

  @Test
  void aTokenOfATransactionCountsOnce() {
    String once =
        all("TransactStatements", "INSERT INTO plain VALUE {'k': 'a'}")
            .replaceFirst("\\{", "{\"ClientRequestToken\":\"token\",");
    assertThat(api.answer(TRANSACTION, once)).isEqualTo("{\"Responses\":[]}");
    assertThat(api.answer(TRANSACTION, once)).isEqualTo("{\"Responses\":[]}");
    assertThat(api.error(TRANSACTION, once.replace("'a'", "'b'")))
        .contains("IdempotentParameterMismatchException");
  }

  @Test
  void capacityIsReportedAsOfTheNativeOperations() {
    fill();
    String total = "\"ReturnConsumedCapacity\":\"TOTAL\"";
    assertThat(run("SELECT n FROM sorted WHERE k = 'a' AND n = 1", total))
        .contains("\"ConsumedCapacity\":{\"TableName\":\"sorted\",\"CapacityUnits\":0.5}");
    assertThat(run("SELECT n FROM sorted WHERE k = 'a'", total, "\"ConsistentRead\":true"))
        .contains("\"CapacityUnits\":1.0");
    assertThat(
            run(
                "SELECT v FROM sorted.\"by-o\" WHERE k = 'a'",
                "\"ReturnConsumedCapacity\":\"INDEXES\""))
        .contains("\"Table\":{\"CapacityUnits\":2.5}")
        .contains("\"LocalSecondaryIndexes\":{\"by-o\":{\"CapacityUnits\":0.5}}");
    assertThat(run("INSERT INTO plain VALUE {'k': 'a'}", total)).contains("\"CapacityUnits\":1.0");
    String batch = all("Statements", "SELECT * FROM plain WHERE k = 'a'");
    assertThat(api.answer(BATCH, batch.replaceFirst("\\{", "{" + total + ",")))
        .contains("\"ConsumedCapacity\":[{\"TableName\":\"plain\",\"CapacityUnits\":0.5}]");
    String together = all("TransactStatements", "DELETE FROM plain WHERE k = 'a'");
    assertThat(api.answer(TRANSACTION, together.replaceFirst("\\{", "{" + total + ",")))
        .contains("\"CapacityUnits\":2.0,\"WriteCapacityUnits\":2.0");
  }

  @Test
  void aConstantIsAsLongAsAnAttributeOfTheSameText() {
    run("INSERT INTO sorted VALUE {'k': 'a', 'n': 1, 'v': 'é😀'}");

    assertThat(run("SELECT n FROM sorted WHERE k = 'a' AND size(v) = size('é😀')"))
        .contains("\"N\":\"1\"");
  }

  /** Otherwise the items would be in another order than the statement says. */
  @Test
  void thePartitionKeyComesFirstWhereThereAreSeveral() {
    assertThat(refused("SELECT n FROM sorted WHERE k IN ['a', 'b'] ORDER BY n DESC, k ASC"))
        .contains("The hash key must come first in ORDER BY clause");
  }

  /** Both write one item, under one request id: whichever came second would be lost. */
  @Test
  void aStatementOfABatchWhoseTableCannotBeLookedUpIsNotTriedAgainBesideTheOthers() {
    run("INSERT INTO sorted VALUE {'k': 'a', 'n': 1}");
    api.store().failLookups(1);

    String answer =
        batch(
            "UPDATE sorted SET x = 1 WHERE k = 'a' AND n = 1",
            "UPDATE sorted SET y = 2 WHERE k = 'a' AND n = 1");

    assertThat(answer).contains("{\"Error\":{\"Code\":\"InternalServerError\"");
    assertThat(run("SELECT * FROM sorted WHERE k = 'a' AND n = 1"))
        .contains("\"y\":{\"N\":\"2\"}")
        .doesNotContain("\"x\"");
  }
}
