package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.StoreException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API over a real replica in memory: bodies in, bodies out. */
class DynamoDbApiTest {
  private static final String CREDENTIALS =
      "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/dynamodb/aws4_request, "
          + "SignedHeaders=host;x-amz-date, Signature=00";
  private static final String SONGS =
      """
      {"TableName":"songs","BillingMode":"PAY_PER_REQUEST",
       "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},
                    {"AttributeName":"year","KeyType":"RANGE"}],
       "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"},
                    {"AttributeName":"year","AttributeType":"N"},
                    {"AttributeName":"title","AttributeType":"S"}],
       "LocalSecondaryIndexes":[{"IndexName":"byTitle",
          "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},
                       {"AttributeName":"title","KeyType":"RANGE"}],
          "Projection":{"ProjectionType":"KEYS_ONLY"}}]}\
      """;

  @TempDir Path directory;
  private LocalItemStore store;
  private DynamoDbApi api;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  @BeforeEach
  void open() {
    store = new LocalItemStore(directory.resolve("replica"));
    Random random = new Random(7);
    api =
        new DynamoDbApi(
            store,
            store,
            DynamoDbOptions.DEFAULT,
            (name, outcome, nanos) -> {},
            random::nextLong,
            () -> 0);
    headers.put("Content-Type", "application/x-amz-json-1.0");
    headers.put("Authorization", CREDENTIALS);
    headers.put("X-Amz-Date", "20260101T000000Z");
    assertThat(call("CreateTable", SONGS).status()).isEqualTo(200);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private HttpAnswer call(String operation, String body) {
    headers.put("X-Amz-Target", "DynamoDB_20120810." + operation);
    HttpCall call =
        new HttpCall("POST", "/", headers::get, Bytes.utf8(body), "request", Runnable::run);
    try {
      return api.handle(call).toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(operation + " did not answer", e);
    }
  }

  private String answer(String operation, String body) {
    HttpAnswer answer = call(operation, body);
    assertThat(answer.status()).as(answer.body().toUtf8()).isEqualTo(200);
    return answer.body().toUtf8();
  }

  private String error(String operation, String body) {
    HttpAnswer answer = call(operation, body);
    assertThat(answer.status()).as(answer.body().toUtf8()).isGreaterThanOrEqualTo(400);
    return answer.body().toUtf8();
  }

  private void put(String artist, int year, String rest) {
    assertThat(answer("PutItem", put(item(artist, year, rest)))).isEqualTo("{}");
  }

  private static String item(String artist, int year, String rest) {
    return "{\"artist\":{\"S\":\"" + artist + "\"},\"year\":{\"N\":\"" + year + "\"}" + rest + "}";
  }

  private static String put(String item) {
    return "{\"TableName\":\"songs\",\"Item\":" + item + "}";
  }

  @Test
  void whatIsPutIsReadBackInEveryType() {
    String rest =
        ",\"b\":{\"B\":\"AAEC\"},\"f\":{\"BOOL\":true},\"l\":{\"L\":[{\"N\":\"1.50\"},{\"NULL\":true}]},\"m\":{\"M\":{\"x\":{\"S\":\"q\\\"\\n"
            + "\\u0001é😀\"}}},\"ns\":{\"NS\":[\"10\",\"9\"]},\"ss\":{\"SS\":[\"b\",\"a\"]}";
    put("Low", 1977, rest);

    String read =
        answer("GetItem", "{\"TableName\":\"songs\",\"Key\":" + item("Low", 1977, "") + "}");

    assertThat(read)
        .isEqualTo(
            "{\"Item\":{\"artist\":{\"S\":\"Low\"},\"b\":{\"B\":\"AAEC\"},\"f\":{\"BOOL\":true},\"l\":{\"L\":[{\"N\":\"1.5\"},{\"NULL\":true}]},\"m\":{\"M\":{\"x\":{\"S\":\"q\\\"\\n"
                + "\\u0001é😀\"}}},\"ns\":{\"NS\":[\"9\",\"10\"]},"
                + "\"ss\":{\"SS\":[\"a\",\"b\"]},\"year\":{\"N\":\"1977\"}}}");
  }

  /**
   * Recorded from the service: paritysuite/dynamodb-conformance, tier3/error-messages. A single
   * write has an envelope for what is wrong with its values, a batch and a query have none.
   */
  @Test
  void whatIsWrongWithAValueIsSaidByEachOperationInItsWay() {
    String problem = "Null attribute value types must have the value of true";
    String wrong = item("Low", 1977, ",\"n\":{\"NULL\":false}");
    String invalid = "\"One or more parameter values were invalid: ";
    String enveloped = "\"1 validation error detected: One or more parameter values were invalid: ";

    assertThat(error("PutItem", "{\"TableName\":\"songs\",\"Item\":" + wrong + "}"))
        .contains(enveloped + problem);
    assertThat(
            error(
                "BatchWriteItem",
                "{\"RequestItems\":{\"songs\":[{\"PutRequest\":{\"Item\":" + wrong + "}}]}}"))
        .contains(invalid + problem);
    assertThat(
            error(
                "Query",
                "{\"TableName\":\"songs\",\"KeyConditionExpression\":\"artist = :a\","
                    + "\"ExpressionAttributeValues\":{\":a\":{\"NULL\":false}}}"))
        .contains(invalid + problem);
    assertThat(
            error(
                "Scan",
                "{\"TableName\":\"songs\",\"FilterExpression\":\"a = :a\","
                    + "\"ExpressionAttributeValues\":{\":a\":{\"NULL\":false}}}"))
        .contains("\"ExpressionAttributeValues contains invalid value: One or more")
        .contains(problem + " for key :a");
    assertThat(
            error(
                "UpdateItem",
                "{\"TableName\":\"songs\",\"Key\":"
                    + item("Low", 1977, "")
                    + ",\"UpdateExpression\":\"SET #y = :y\","
                    + "\"ExpressionAttributeNames\":{\"#y\":\"year\"},"
                    + "\"ExpressionAttributeValues\":{\":y\":{\"N\":\"1\"}}}"))
        .as("what does not fit the table")
        .contains(invalid + "Cannot update attribute year");
  }

  /** Recorded from the service: scylladb/scylladb, test/alternator/test_item.py, issue 5862. */
  @Test
  void anUpdateThatOnlyTakesAwayCreatesNoItemAndOneWithoutActionsDoes() {
    String key = "{\"TableName\":\"songs\",\"Key\":" + item("Low", 1977, "");

    answer("UpdateItem", key + ",\"UpdateExpression\":\"REMOVE a\"}");
    assertThat(answer("GetItem", key + "}")).isEqualTo("{}");
    answer(
        "UpdateItem",
        key
            + ",\"UpdateExpression\":\"DELETE a :s\",\"ExpressionAttributeValues\":"
            + "{\":s\":{\"SS\":[\"x\"]}}}");
    assertThat(answer("GetItem", key + "}")).isEqualTo("{}");
    answer("UpdateItem", key + "}");
    assertThat(answer("GetItem", key + "}")).contains("\"Low\"");
  }

  @Test
  void aFailedConditionReturnsTheItemWhenAsked() {
    put("Low", 1977, "");

    String body =
        "{\"TableName\":\"songs\",\"Item\":"
            + item("Low", 1977, "")
            + ",\"ConditionExpression\":\"attribute_not_exists(artist)\","
            + "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}";

    assertThat(error("PutItem", body))
        .isEqualTo(
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\","
                + "\"message\":\"The conditional request failed\","
                + "\"Item\":{\"artist\":{\"S\":\"Low\"},\"year\":{\"N\":\"1977\"}}}");
  }

  @Test
  void anUpdateCountsAndReturnsWhatChanged() {
    String body =
        "{\"TableName\":\"songs\",\"Key\":"
            + item("Low", 1977, "")
            + ",\"UpdateExpression\":\"ADD plays :one SET #t = if_not_exists(#t, :title)\","
            + "\"ExpressionAttributeNames\":{\"#t\":\"title\"},\"ExpressionAttributeValues\":"
            + "{\":one\":{\"N\":\"1\"},\":title\":{\"S\":\"Warszawa\"}},"
            + "\"ReturnValues\":\"UPDATED_NEW\"}";
    answer("UpdateItem", body);

    assertThat(answer("UpdateItem", body))
        .isEqualTo("{\"Attributes\":{\"plays\":{\"N\":\"2\"},\"title\":{\"S\":\"Warszawa\"}}}");
  }

  @Test
  void aQueryPagesInOrderAndThroughALocalIndex() {
    put("Low", 1, ",\"title\":{\"S\":\"c\"}");
    put("Low", 2, ",\"title\":{\"S\":\"b\"}");
    put("Low", 3, ",\"title\":{\"S\":\"a\"}");
    String condition =
        "\"KeyConditionExpression\":\"artist = :a\",\"ExpressionAttributeValues\":"
            + "{\":a\":{\"S\":\"Low\"}}";

    String first = answer("Query", "{\"TableName\":\"songs\",\"Limit\":2," + condition + "}");
    String index =
        answer("Query", "{\"TableName\":\"songs\",\"IndexName\":\"byTitle\"," + condition + "}");

    assertThat(first).endsWith("\"LastEvaluatedKey\":" + item("Low", 2, "") + "}");
    assertThat(index).contains("\"Count\":3").containsSubsequence("\"N\":\"3\"", "\"N\":\"1\"");
  }

  @Test
  void segmentsOfAScanTogetherSeeEveryItemOnce() {
    for (int i = 0; i < 20; i++) {
      put("artist" + i, 1, "");
    }
    int count = 0;
    for (int segment = 0; segment < 4; segment++) {
      String body =
          "{\"TableName\":\"songs\",\"Select\":\"COUNT\",\"TotalSegments\":4,\"Segment\":"
              + segment
              + "}";
      String text = answer("Scan", body);
      count += Integer.parseInt(text.replaceAll(".*\"Count\":(\\d+).*", "$1"));
    }
    assertThat(count).isEqualTo(20);
  }

  @Test
  void batchesWriteAndReadAndNameWritesApart() {
    headers.put("amz-sdk-invocation-id", "4f6d3c1e-0000-4000-8000-000000000001");
    headers.put("amz-sdk-request", "attempt=1; max=3");
    String write =
        "{\"RequestItems\":{\"songs\":[{\"PutRequest\":{\"Item\":"
            + item("Low", 1, "")
            + "}},{\"PutRequest\":{\"Item\":"
            + item("Low", 2, "")
            + "}}]}}";
    assertThat(answer("BatchWriteItem", write)).isEqualTo("{\"UnprocessedItems\":{}}");
    headers.put("amz-sdk-request", "attempt=2; max=3");
    answer("BatchWriteItem", write);

    assertThat(store.writes()).hasSize(4);
    assertThat(store.writes().stream().map(WriteOptions::requestId).distinct()).hasSize(2);
    assertThat(store.writes().stream().map(WriteOptions::attempt))
        .containsExactly(Attempt.FIRST, Attempt.FIRST, Attempt.REPEATED, Attempt.REPEATED);
    String read =
        "{\"RequestItems\":{\"songs\":{\"Keys\":["
            + item("Low", 1, "")
            + ","
            + item("Low", 2, "")
            + "]}}}";
    assertThat(answer("BatchGetItem", read)).contains("\"UnprocessedKeys\":{}").contains("\"2\"");
  }

  @Test
  void aRetryOfAnSdkIsAppliedOnceAndAnotherBodyIsAnotherRequest() {
    headers.put("amz-sdk-invocation-id", "4f6d3c1e-0000-4000-8000-000000000002");
    headers.put("amz-sdk-request", "attempt=1");
    String add =
        "{\"TableName\":\"songs\",\"Key\":"
            + item("Low", 1, "")
            + ",\"UpdateExpression\":\"ADD plays :one\",\"ExpressionAttributeValues\":"
            + "{\":one\":{\"N\":\"1\"}},\"ReturnValues\":\"UPDATED_NEW\"}";
    answer("UpdateItem", add);

    assertThat(answer("UpdateItem", add)).isEqualTo("{\"Attributes\":{\"plays\":{\"N\":\"1\"}}}");
    assertThat(answer("UpdateItem", add + " ")).contains("\"N\":\"2\"");
  }

  @Test
  void aStaleTableIsRefreshedAndTheSameRequestIsSentAgain() {
    store.beStale(2);
    put("Low", 1, "");

    assertThat(store.writes()).hasSize(3);
    assertThat(store.writes().stream().map(WriteOptions::requestId).distinct()).hasSize(1);
  }

  /** A version of a table that only some partitions know yet fails nobody's write. */
  @Test
  void aTableThatIsBeingRolledOutIsWaitedFor() {
    store.beStale(14); // two seconds
    put("Low", 1, "");

    assertThat(store.writes().stream().map(WriteOptions::requestId).distinct()).hasSize(1);
  }

  @Test
  void failuresOfTheStoreKeepTheirClass() {
    String get = "{\"TableName\":\"songs\",\"Key\":" + item("Low", 1, "") + "}";

    store.failWith(new StoreException.ThrottledException("queue full"));
    assertThat(error("GetItem", get)).contains("#ProvisionedThroughputExceededException");
    store.failWith(
        new StoreException.UnavailableException(StoreException.Reason.NOT_READY, "no leader"));
    assertThat(call("GetItem", get).status()).isEqualTo(503);
    store.failWith(new StoreException.IndeterminateException("lost", null));
    assertThat(error("PutItem", put(item("Low", 1, "")))).contains("#InternalServerError");
    store.failWith(new IllegalStateException("secret detail"));
    assertThat(error("GetItem", get)).contains("#InternalServerError").doesNotContain("secret");
  }

  @Test
  void capacityIsReportedForTableAndIndexes() {
    String body =
        "{\"TableName\":\"songs\",\"Item\":"
            + item("Low", 1, ",\"title\":{\"S\":\"a\"}")
            + ",\"ReturnConsumedCapacity\":\"INDEXES\",\"ReturnItemCollectionMetrics\":\"SIZE\"}";

    assertThat(answer("PutItem", body))
        .isEqualTo(
            "{\"ConsumedCapacity\":{\"TableName\":\"songs\",\"CapacityUnits\":2.0,"
                + "\"Table\":{\"CapacityUnits\":1.0},"
                + "\"LocalSecondaryIndexes\":{\"byTitle\":{\"CapacityUnits\":1.0}}},"
                + "\"ItemCollectionMetrics\":{\"ItemCollectionKey\":{\"artist\":{\"S\":\"Low\"}},"
                + "\"SizeEstimateRangeGB\":[0.0,1.0]}}");
  }

  @Test
  void malformedRequestsAreSerializationErrors() {
    for (String body :
        new String[] {
          "",
          "{",
          "[]",
          "{} x",
          "{\"TableName\":1}",
          "{\"TableName\":{}}",
          "{\"TableName\":\"songs\",\"Item\":{\"a\":{\"N\":1}}}",
          "{\"TableName\":\"songs\",\"Item\":{\"a\":\"x\"}}",
          "{\"TableName\":\"songs\",\"Item\":{\"a\":{\"B\":\"!\"}}}",
          "[".repeat(100_000)
        }) {
      assertThat(error("PutItem", body)).contains("SerializationException");
    }
  }

  @Test
  void badValuesAreNamedAsDynamoDbNamesThem() {
    Map<String, String> problems =
        Map.of(
            "{}", "Supplied AttributeValue is empty",
            "{\"S\":\"a\",\"N\":\"1\"}", "more than one datatypes",
            "{\"SS\":[]}", "may not be empty",
            "{\"SS\":[\"a\",\"a\"]}", "contains duplicates",
            "{\"N\":\"1e200\"}", "Number overflow",
            "{\"M\":{\"\":{\"S\":\"a\"}}}", "Empty attribute name");
    problems.forEach(
        (value, problem) ->
            assertThat(error("PutItem", put(item("Low", 1, ",\"v\":" + value))))
                .contains("ValidationException")
                .contains(problem));
    String deep = "{\"L\":[".repeat(40) + "{\"S\":\"x\"}" + "]}".repeat(40);
    assertThat(error("PutItem", put(item("Low", 1, ",\"v\":" + deep))))
        .contains("Nesting Levels have exceeded supported limits");
    assertThat(
            error("PutItem", put(item("Low", 1, ",\"v\":{\"S\":\"" + "x".repeat(410_000) + "\"}"))))
        .contains("Item size has exceeded the maximum allowed size");
  }

  @Test
  void keysMustFitTheSchema() {
    assertThat(error("PutItem", put("{\"artist\":{\"S\":\"Low\"}}")))
        .contains("Missing the key year in the item");
    assertThat(error("PutItem", put("{\"artist\":{\"N\":\"1\"},\"year\":{\"N\":\"1\"}}")))
        .contains("Type mismatch for key artist expected: S actual: N");
    assertThat(error("PutItem", put(item("", 1, "")))).contains("cannot contain an empty string");
    assertThat(error("PutItem", put(item("Low", 1, ",\"title\":{\"N\":\"1\"}"))))
        .contains("Type mismatch for Index Key title");
    assertThat(error("GetItem", "{\"TableName\":\"songs\",\"Key\":{\"artist\":{\"S\":\"a\"}}}"))
        .contains("The provided key element does not match the schema");
    assertThat(
            error(
                "GetItem",
                "{\"TableName\":\"songs\",\"Key\":{\"artist\":{\"S\":\"a\"},\"x\":{\"S\":\"a\"}}}"))
        .contains("The provided key element does not match the schema");
  }

  @Test
  void whatIsNotBuiltSaysSoByName() {
    assertThat(error("CreateBackup", "{}"))
        .contains("UnknownOperationException")
        .contains("CreateBackup is not built yet");
    assertThat(error("NoSuchThing", "{}"))
        .isEqualTo("{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}");
  }

  @Test
  void noParameterIsSilentlyIgnored() {
    Map<String, String> unbuilt = new LinkedHashMap<>();
    unbuilt.put("SSESpecification", "{\"SSEType\":\"KMS\"}");
    unbuilt.forEach(
        (name, value) -> {
          String member = "\"" + name + "\":" + value;
          assertThat(error("CreateTable", otherSongs(member)))
              .contains("ValidationException")
              .contains(name)
              .contains("is not built yet in Holdfast");
          assertThat(error("UpdateTable", "{\"TableName\":\"songs\"," + member + "}"))
              .contains(name)
              .contains("is not built yet in Holdfast");
        });
    assertThat(error("UpdateTable", "{\"TableName\":\"songs\",\"ReplicaUpdates\":[{}]}"))
        .contains("ReplicaUpdates is not built yet");
    for (String operation :
        List.of("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan")) {
      assertThat(error(operation, "{\"TableName\":\"songs\",\"FilterExpresion\":\"a = b\"}"))
          .contains("The parameter FilterExpresion is not known to Holdfast");
    }
    assertThat(
            error("CreateTable", otherSongs("\"ProvisionedThroughput\":{\"ReadCapacityUnit\":1}")))
        .contains("The parameter ReadCapacityUnit is not known");
  }

  @Test
  void whatWouldChangeNothingIsAccepted() {
    answer(
        "CreateTable",
        otherSongs(
            "\"StreamSpecification\":{\"StreamEnabled\":false},"
                + "\"SSESpecification\":{\"Enabled\":false},"
                + "\"OnDemandThroughput\":{},"
                + "\"TableClass\":\"STANDARD\",\"WarmThroughput\":null,\"Unknown\":null"));
  }

  private static String otherSongs(String member) {
    return SONGS.replace("songs", "other").replace("\"BillingMode\"", member + ",\"BillingMode\"");
  }

  @Test
  void unsignedRequestsAreTurnedAway() {
    headers.remove("Authorization");
    assertThat(error("ListTables", "{}")).contains("MissingAuthenticationTokenException");
    headers.put("Authorization", "AWS4-HMAC-SHA256 Credential=x");
    assertThat(error("ListTables", "{}")).contains("IncompleteSignatureException");
  }

  @Test
  void aTableIsDescribedWithWhatItHolds() {
    put("Low", 1977, ",\"title\":{\"S\":\"Heroes\"}");
    put("Low", 1978, "");
    put("Low", 1978, ""); // replaces the one before
    answer("DeleteItem", "{\"TableName\":\"songs\",\"Key\":" + item("Low", 1999, "") + "}");

    assertThat(answer("DescribeTable", "{\"TableName\":\"songs\"}"))
        .contains("\"TableSizeBytes\":" + (27 + 16) + ",\"ItemCount\":2,")
        .contains("\"IndexSizeBytes\":27,\"ItemCount\":1,");
  }

  @Test
  void tablesAreDescribedListedAndDeleted() {
    assertThat(answer("DescribeTable", "{\"TableName\":\"songs\"}"))
        .contains("\"TableArn\":\"arn:aws:dynamodb:eu-central-1:000000000000:table/songs\"")
        .contains("\"TableStatus\":\"ACTIVE\"")
        .contains("/index/byTitle\"");
    assertThat(answer("ListTables", "{}")).isEqualTo("{\"TableNames\":[\"songs\"]}");
    assertThat(error("CreateTable", SONGS)).contains("ResourceInUseException");
    answer("DeleteTable", "{\"TableName\":\"songs\"}");
    assertThat(error("DescribeTable", "{\"TableName\":\"songs\"}"))
        .contains("ResourceNotFoundException");
    assertThat(error("GetItem", "{\"TableName\":\"songs\",\"Key\":" + item("Low", 1, "") + "}"))
        .contains("ResourceNotFoundException");
  }
}
