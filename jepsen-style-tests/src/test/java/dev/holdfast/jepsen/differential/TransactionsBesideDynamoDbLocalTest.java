package dev.holdfast.jepsen.differential;

import static dev.holdfast.jepsen.differential.TransactionDeviation.TRANSACTION_CONSTRAINT_WORDING;
import static dev.holdfast.jepsen.differential.TransactionDeviation.TRANSACTION_KEY_COUNT;
import static dev.holdfast.jepsen.differential.TransactionDeviation.TRANSACTION_READ_CAPACITY;
import static dev.holdfast.jepsen.differential.TransactionDeviation.TRANSACTION_TABLE_WORDING;
import static dev.holdfast.jepsen.differential.TransactionDeviation.TRANSACTION_TOKEN_WORDING;
import static dev.holdfast.jepsen.differential.TransactionDeviation.TRANSACTION_TYPE_WORDING;
import static dev.holdfast.jepsen.differential.TransactionDeviation.TRANSACTION_UPDATE_MISFIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Fixed transactions to both systems: the same answers, but for a {@link TransactionDeviation}. */
class TransactionsBesideDynamoDbLocalTest {
  private static final String WRITE = "TransactWriteItems";
  private static final String GET = "TransactGetItems";
  private static final String TABLE = "transactions";

  @SuppressWarnings("NullAway.Init")
  private static Oracle oracle;

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static DynamoDbEndpoint holdfast;

  @BeforeAll
  static void start() throws IOException {
    oracle = Oracle.start();
    cluster = LocalCluster.start(1, 2);
    holdfast = new DynamoDbEndpoint(cluster.endpoint(0));
    String create =
        """
        {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
         "KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
         "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}]}\
        """
            .formatted(TABLE);
    oracle.endpoint().call("CreateTable", create);
    holdfast.call("CreateTable", create);
    new Duel(oracle.endpoint(), holdfast, "").awaitActive(TABLE);
  }

  @AfterAll
  static void stop() throws IOException {
    oracle.close();
    cluster.close();
  }

  private static String items(String... elements) {
    return "{\"TransactItems\":[" + String.join(",", elements) + "]}";
  }

  private static String element(String kind, String key, String more) {
    String member = kind.equals("Put") ? "Item" : "Key";
    return "{\"%s\":{\"TableName\":\"%s\",\"%s\":{\"k\":{\"S\":\"%s\"}}%s}}"
        .formatted(kind, TABLE, member, key, more);
  }

  private static String put(String key) {
    return element("Put", key, "");
  }

  private static String check(String key, String condition) {
    return element(
        "ConditionCheck",
        key,
        ",\"ConditionExpression\":\"%s\",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\""
            .formatted(condition));
  }

  private static String update(String key, String expression, String value) {
    return element(
        "Update",
        key,
        ",\"UpdateExpression\":\"%s\",\"ExpressionAttributeValues\":{\":v\":%s}"
            .formatted(expression, value));
  }

  private static String get(String key) {
    return element("Get", key, "");
  }

  private static void same(String operation, String body) {
    assertThat(text(holdfast.call(operation, body)))
        .as("%s %s", operation, body)
        .isEqualTo(text(oracle.endpoint().call(operation, body)));
  }

  /** The answers differ, and ours has these words. */
  private static void differ(
      TransactionDeviation deviation, String operation, String body, String ours) {
    String our = text(holdfast.call(operation, body));
    assertThat(our).as("%s %s %s", deviation, operation, body).contains(ours);
    assertThat(our)
        .as("%s has become needless: %s", deviation, body)
        .isNotEqualTo(text(oracle.endpoint().call(operation, body)));
  }

  private static String text(Answer answer) {
    if (answer.status() == 200) {
      return Canonical.of(answer.body(), true);
    }
    String reasons =
        answer
            .field("CancellationReasons")
            .map(found -> Canonical.of(found, true))
            .orElse("")
            .replace("request failed.", "request failed");
    return answer.status() + " " + answer.errorType() + ": " + answer.message() + " " + reasons;
  }

  @Test
  void transactionsTakeEffectAndAreCancelledAlike() {
    same(WRITE, items(put("a"), update("b", "ADD n :v", "{\"N\":\"5\"}"), put("c")));
    same(WRITE, items(element("Delete", "c", ""), check("a", "attribute_exists(k)")));
    same(WRITE, items(put("d"), check("a", "attribute_not_exists(k)"), put("e")));
    same(WRITE, items(check("a", "attribute_not_exists(k)"), check("none", "attribute_exists(k)")));
    same(GET, items(get("a"), get("none"), get("d"), get("b"), get("c")));
    same(GET, items(element("Get", "b", ",\"ProjectionExpression\":\"n\"")));
    String capacity = "{\"ReturnConsumedCapacity\":\"INDEXES\",";
    same(WRITE, capacity + items(put("new"), check("b", "n > n")).substring(1));
    same(WRITE, capacity + items(put("new"), check("z", "attribute_not_exists(n)")).substring(1));
    same(GET, capacity.replace("INDEXES", "TOTAL") + items(get("a"), get("none")).substring(1));
  }

  @Test
  void mistakesOfTheRequestAreNamedAlike() {
    same(WRITE, items(put("a"), element("Delete", "a", "")));
    same(GET, items(get("a"), get("a")));
    same(WRITE, items("{}"));
    same(WRITE, items(put("a").replaceFirst("}$", ",") + element("Delete", "b", "").substring(1)));
    same(WRITE, items(put("")));
    same(GET, items(get("")));
    same(WRITE, items(check("a", "k = :undefined")));
    same(WRITE, items(element("Put", "a", ",\"ExpressionAttributeNames\":{\"#n\":\"n\"}")));
    same(
        WRITE, items(element("Put", "a", ",\"ExpressionAttributeValues\":{\":n\":{\"S\":\"n\"}}")));
    same(WRITE, items(update("a", "SET n = :v, m = :w", "{\"N\":\"5\"},\":w\":{}")));
    same(WRITE, items(update("a", "SET n = :v", "{\"N\":\"5\"},\":w\":{\"S\":\"x\"}")));
    same(GET, items(element("Get", "a", ",\"ProjectionExpression\":\"!!\"")));
    same(WRITE, items(update("a", "SET k = :v", "{\"S\":\"b\"}")));
    same(
        WRITE, items(put("a").replace("}}}", "},\"t\":{\"S\":\"" + "x".repeat(410_000) + "\"}}}")));
  }

  @Test
  void whereDynamoDbLocalDiffersFromTheServiceWeFollowTheService() {
    String at = "1 validation error detected: Value ";
    differ(TRANSACTION_CONSTRAINT_WORDING, WRITE, "{}", at + "null at 'transactItems'");
    differ(TRANSACTION_CONSTRAINT_WORDING, WRITE, items(), at + "'[]' at 'transactItems'");
    differ(TRANSACTION_CONSTRAINT_WORDING, GET, items(), at + "'[]' at 'transactItems'");
    String longToken = "{\"ClientRequestToken\":\"" + "t".repeat(37) + "\",";
    differ(
        TRANSACTION_CONSTRAINT_WORDING,
        WRITE,
        longToken + items(put("a")).substring(1),
        "at 'clientRequestToken' failed to satisfy constraint: Member must have length less than");
    String noKey = put("a").replace("\"k\"", "\"x\"");
    differ(TRANSACTION_KEY_COUNT, WRITE, items(noKey), "Missing the key k in the item");
    String twoKeys = element("Delete", "a", "").replace("{\"k\"", "{\"x\":{\"S\":\"x\"},\"k\"");
    differ(TRANSACTION_KEY_COUNT, WRITE, items(twoKeys), "[ValidationError]");
    String number = put("1").replace("\"S\"", "\"N\"");
    differ(TRANSACTION_TYPE_WORDING, WRITE, items(number), "expected: S actual: N");
    differ(
        TRANSACTION_UPDATE_MISFIT,
        WRITE,
        items(put("f"), update("none", "SET n = n + :v", "{\"N\":\"1\"}")),
        "[None, ValidationError]");
    differ(
        TRANSACTION_READ_CAPACITY,
        GET,
        "{\"ReturnConsumedCapacity\":\"INDEXES\"," + items(get("f")).substring(1),
        "Table={CapacityUnits=2.0, ReadCapacityUnits=2.0}");
    String none = put("a").replace(TABLE, "no-such-table");
    differ(TRANSACTION_TABLE_WORDING, WRITE, items(none), "Requested resource not found");
    String token = "{\"ClientRequestToken\":\"token\",";
    same(WRITE, token + items(put("g")).substring(1));
    same(WRITE, token + items(put("g")).substring(1));
    differ(
        TRANSACTION_TOKEN_WORDING,
        WRITE,
        token + items(put("h")).substring(1),
        "IdempotentParameterMismatchException: The client request token was used");
  }

  @Test
  void everyDeviationHasItsRowInTheDocumentation() throws IOException {
    String docs = Files.readString(Path.of("../docs/compatibility.md").toAbsolutePath());
    assertThat(docs)
        .contains(
            Stream.of(TransactionDeviation.values())
                .map(each -> "| `" + each.name() + "` |")
                .toList());
  }
}
