package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.rpc.StoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TransactWriteItems and TransactGetItems over one partition. The words are those that {@code
 * nubo-db/dynamodb-conformance} recorded from the service (tiers 2 and 3), where it has them.
 */
class TransactionApiTest {
  private static final String WRITE = "TransactWriteItems";
  private static final String GET = "TransactGetItems";
  private static final String CANCELLED =
      "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
          + "\"Message\":\"Transaction cancelled, please refer cancellation reasons for specific"
          + " reasons [";
  private static final Attempt HOLDER = new Attempt(new AttemptId(1, 2), Bytes.EMPTY, 9, null);

  @TempDir Path directory;
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"));
    createTable("accounts", "");
    createTable(
        "indexed",
        """
        ,"LocalSecondaryIndexes":[{"IndexName":"byKind","Projection":{"ProjectionType":"ALL"},
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},
                         {"AttributeName":"kind","KeyType":"RANGE"}]}]\
        """);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void createTable(String name, String indexes) {
    String sorted = indexes.isEmpty() ? "" : ",{\"AttributeName\":\"no\",\"KeyType\":\"RANGE\"}";
    String more =
        indexes.isEmpty()
            ? ""
            : ",{\"AttributeName\":\"no\",\"AttributeType\":\"N\"},"
                + "{\"AttributeName\":\"kind\",\"AttributeType\":\"S\"}";
    String body =
        """
        {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
         "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}%s],
         "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}%s]%s}\
        """;
    api.answer("CreateTable", body.formatted(name, sorted, more, indexes));
  }

  private static String items(String... elements) {
    return "{\"TransactItems\":[" + String.join(",", elements) + "]}";
  }

  private static String with(String members, String body) {
    return "{" + members + "," + body.substring(1);
  }

  private static String put(String id, String more) {
    return "{\"Put\":{\"TableName\":\"accounts\",\"Item\":{\"id\":{\"S\":\"%s\"}}%s}}"
        .formatted(id, more);
  }

  private static String delete(String id) {
    return "{\"Delete\":{\"TableName\":\"accounts\",\"Key\":{\"id\":{\"S\":\"" + id + "\"}}}}";
  }

  private static String check(String id, String condition) {
    return """
        {"ConditionCheck":{"TableName":"accounts","Key":{"id":{"S":"%s"}},
         "ConditionExpression":"%s"}}\
        """
        .formatted(id, condition);
  }

  private static String add(String id, String amount) {
    return """
        {"Update":{"TableName":"accounts","Key":{"id":{"S":"%s"}},"UpdateExpression":"ADD #b :x",
         "ExpressionAttributeNames":{"#b":"balance"},
         "ExpressionAttributeValues":{":x":{"N":"%s"}}}}\
        """
        .formatted(id, amount);
  }

  private static String get(String id) {
    return "{\"Get\":{\"TableName\":\"accounts\",\"Key\":{\"id\":{\"S\":\"" + id + "\"}}}}";
  }

  private static String validation(String message) {
    return "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\""
        + message
        + "\"}";
  }

  @Test
  void aTransactionWritesEverythingOrNothing() {
    assertThat(api.answer(WRITE, items(put("a", ""), add("b", "5"), delete("c")))).isEqualTo("{}");

    api.error(WRITE, items(add("b", "1"), put("d", ""), check("a", "attribute_not_exists(id)")));

    assertThat(api.answer(GET, items(get("a"), get("d"), get("b"))))
        .isEqualTo(
            "{\"Responses\":[{\"Item\":{\"id\":{\"S\":\"a\"}}},{},"
                + "{\"Item\":{\"balance\":{\"N\":\"5\"},\"id\":{\"S\":\"b\"}}}]}");
  }

  @Test
  void aCancelledTransactionSaysWhyForEachElementInOrder() {
    api.answer(WRITE, items(put("a", "")));
    String failing =
        ",\"ConditionExpression\":\"attribute_not_exists(id)\","
            + "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"";

    assertThat(api.error(WRITE, items(put("b", ""), put("a", failing))))
        .isEqualTo(
            CANCELLED
                + "None, ConditionalCheckFailed]\",\"CancellationReasons\":[{\"Code\":\"None\"},"
                + "{\"Item\":{\"id\":{\"S\":\"a\"}},\"Code\":\"ConditionalCheckFailed\","
                + "\"Message\":\"The conditional request failed\"}]}");
  }

  @Test
  void everyRejectionHasItsException() {
    api.store()
        .rejectWith(
            new Rejection.Cancelled(List.of(new CancellationReason.Locked(Bytes.EMPTY, HOLDER))));
    assertThat(api.error(WRITE, items(put("a", ""))))
        .isEqualTo(
            CANCELLED
                + "TransactionConflict]\",\"CancellationReasons\":[{\"Code\":"
                + "\"TransactionConflict\",\"Message\":\"Transaction is ongoing for the item\"}]}");
    api.store().rejectWith(new Rejection.TokenMismatch());
    assertThat(api.error(WRITE, items(put("a", ""))))
        .contains("#IdempotentParameterMismatchException\",\"Message\":");
    api.store().rejectWith(new Rejection.TransactionInProgress());
    assertThat(api.error(WRITE, items(put("a", ""))))
        .contains("#TransactionInProgressException\",\"Message\":");
    api.store().rejectWith(new Rejection.LedgerFull());
    assertThat(api.error(WRITE, items(put("a", ""))))
        .contains("#ProvisionedThroughputExceededException");
    api.store()
        .rejectWith(
            new Rejection.Cancelled(List.of(new CancellationReason.Locked(Bytes.EMPTY, HOLDER))));
    assertThat(api.error(GET, items(get("a")))).startsWith(CANCELLED + "TransactionConflict]");
    api.store().failWith(new StoreException.IndeterminateException("lost", null));
    assertThat(api.call(WRITE, items(put("a", ""))).status()).isEqualTo(500);
  }

  @Test
  void aPlainWriteThatMeetsATransactionConflicts() {
    String key = "{\"TableName\":\"accounts\",\"Key\":{\"id\":{\"S\":\"a\"}}}";
    String conflict =
        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionConflictException\","
            + "\"message\":\"Transaction is ongoing for the item\"}";
    for (String operation : List.of("PutItem", "UpdateItem", "DeleteItem")) {
      api.store().rejectWith(new Rejection.Locked(Bytes.EMPTY, HOLDER));
      String body = operation.equals("PutItem") ? key.replace("\"Key\"", "\"Item\"") : key;
      assertThat(api.error(operation, body)).isEqualTo(conflict);
    }
    api.store().rejectWith(new Rejection.Locked(Bytes.EMPTY, HOLDER));
    String batch =
        """
        {"RequestItems":{"accounts":[{"DeleteRequest":{"Key":{"id":{"S":"a"}}}},
                                     {"DeleteRequest":{"Key":{"id":{"S":"b"}}}}]}}\
        """;
    assertThat(api.answer("BatchWriteItem", batch))
        .isEqualTo(
            "{\"UnprocessedItems\":{\"accounts\":[{\"DeleteRequest\":{\"Key\":{\"id\":{\"S\":\"a\"}"
                + "}}}]}}");
  }

  @Test
  void aTokenCountsOnceAndNamesOneRequest() {
    String token = "\"ClientRequestToken\":\"payment-7\"";
    String body = items(add("a", "1.0"), put("b", ""));
    api.answer(WRITE, with(token, body));

    // other order of members, another way to write the number, other things to be told
    String repeated =
        with(
            "\"ReturnConsumedCapacity\":\"TOTAL\"",
            body.replace("\"N\":\"1.0\"", "\"N\":\"1\"")
                .replaceFirst(
                    "\"TableName\":\"accounts\",(\"Key\":\\{\"id\":\\{[^}]*}})",
                    "$1,\"TableName\":\"accounts\"")
                .replaceFirst("}$", "," + token + "}"));
    assertThat(api.answer(WRITE, repeated))
        .isEqualTo(
            "{\"ConsumedCapacity\":[{\"TableName\":\"accounts\",\"CapacityUnits\":4.0,"
                + "\"ReadCapacityUnits\":4.0}]}");
    assertThat(api.answer(GET, items(get("a")))).contains("\"N\":\"1\"");
    assertThat(api.error(WRITE, with(token, items(add("a", "2"), put("b", "")))))
        .contains("IdempotentParameterMismatchException");
  }

  @Test
  void capacityOfTheTableIsDoubleAndSaysWhatWasWrittenAndRead() {
    String indexed =
        """
        {"Put":{"TableName":"indexed",
         "Item":{"id":{"S":"a"},"no":{"N":"1"},"kind":{"S":"x"}}}}\
        """;
    String asked =
        "\"ReturnConsumedCapacity\":\"INDEXES\",\"ReturnItemCollectionMetrics\":\"SIZE\"";

    assertThat(
            api.answer(
                WRITE,
                with(asked, items(put("a", ""), indexed, check("b", "attribute_not_exists(id)")))))
        .isEqualTo(
            "{\"ConsumedCapacity\":[{\"TableName\":\"accounts\",\"CapacityUnits\":4.0,"
                + "\"WriteCapacityUnits\":4.0,\"Table\":{\"CapacityUnits\":4.0,"
                + "\"WriteCapacityUnits\":4.0}},{\"TableName\":\"indexed\",\"CapacityUnits\":3.0,"
                + "\"WriteCapacityUnits\":3.0,\"Table\":{\"CapacityUnits\":2.0,"
                + "\"WriteCapacityUnits\":2.0},\"LocalSecondaryIndexes\":{\"byKind\":"
                + "{\"CapacityUnits\":1.0,\"WriteCapacityUnits\":1.0}}}],"
                + "\"ItemCollectionMetrics\":{\"indexed\":[{\"ItemCollectionKey\":{\"id\":"
                + "{\"S\":\"a\"}},\"SizeEstimateRangeGB\":[0.0,1.0]}]}}");
    assertThat(
            api.answer(
                GET, with("\"ReturnConsumedCapacity\":\"TOTAL\"", items(get("a"), get("none")))))
        .endsWith(
            "\"ConsumedCapacity\":[{\"TableName\":\"accounts\",\"CapacityUnits\":4.0,"
                + "\"ReadCapacityUnits\":4.0}]}");
  }

  @Test
  void elementsThatDoNotFitTheirTableCancelTheTransaction() {
    String wrongType = put("a", "").replace("\"S\":\"a\"", "\"N\":\"1\"");
    assertThat(api.error(WRITE, items(delete("b"), wrongType)))
        .startsWith(CANCELLED + "None, ValidationError]")
        .contains("invalid: Type mismatch for key id expected: S actual: N\"}]}");
    String mismatch = "\"The provided key element does not match the schema\"";
    String wrongKey = delete("b").replace("\"S\":\"b\"", "\"N\":\"1\"");
    assertThat(api.error(WRITE, items(wrongKey))).startsWith(CANCELLED).contains(mismatch);
    assertThat(api.error(GET, items(get("a").replace("{\"id\":{\"S\":\"a\"}}", "{}"))))
        .startsWith(CANCELLED + "ValidationError]")
        .contains(mismatch);
    assertThat(api.error(WRITE, items(add("a", "1").replace("balance", "id"))))
        .startsWith(CANCELLED + "ValidationError]")
        .contains("Cannot update attribute id. This attribute is part of the key");
    assertThat(api.error(WRITE, items(put("x".repeat(2049), ""))))
        .startsWith(CANCELLED + "ValidationError]");
    api.answer(WRITE, items(put("t", ",\"ReturnValuesOnConditionCheckFailure\":\"NONE\"")));
    String text = put("t", "").replace("}}}}", "},\"balance\":{\"S\":\"x\"}}}}");
    api.answer(WRITE, items(text));
    assertThat(api.error(WRITE, items(put("b", ""), add("t", "1"))))
        .startsWith(CANCELLED + "None, ValidationError]");
  }

  @Test
  void whatTheRequestAloneShowsIsAValidationException() {
    assertThat(api.error(WRITE, items(put("", ""))))
        .isEqualTo(
            validation(
                "One or more parameter values are not valid. The AttributeValue for a key attribute"
                    + " cannot contain an empty string value. Key: id"));
    assertThat(api.error(WRITE, items(put("a", ""), delete("a"))))
        .isEqualTo(
            validation("Transaction request cannot include multiple operations on one item"));
    assertThat(api.error(GET, items(get("a"), get("a")))).contains("multiple operations on one");
    assertThat(api.error(WRITE, items(check("a", "id =")))).contains("Syntax error");
    assertThat(api.error(WRITE, items(put("a", ",\"ExpressionAttributeNames\":{\"#n\":\"n\"}"))))
        .contains("can only be specified when using expressions");
    assertThat(
            api.error(
                WRITE, items(put("a", ",\"ExpressionAttributeValues\":{\":n\":{\"S\":\"n\"}}"))))
        .contains("ConditionExpression is null");
    assertThat(
            api.error(
                WRITE, items(add("a", "1").replace("{\":x\"", "{\":y\":{\"S\":\"a\"},\":x\""))))
        .contains("unused in expressions: keys: {:y}");
    assertThat(api.error(WRITE, items(put("a", "").replace("accounts", "none"))))
        .contains("ResourceNotFoundException")
        .contains("Requested resource not found");
    assertThat(api.error(GET, items(get("a").replace("accounts", "none"))))
        .contains("ResourceNotFoundException");
    assertThat(api.error(WRITE, items(put("a", ",\"ReturnValues\":\"NONE\""))))
        .contains("The parameter ReturnValues is not known to Holdfast");
  }

  @Test
  void theShapeOfTheRequestIsChecked() {
    String constraint = "failed to satisfy constraint: Member must ";
    String at = "1 validation error detected: Value ";
    for (String operation : List.of(WRITE, GET)) {
      assertThat(api.error(operation, "{}"))
          .isEqualTo(validation(at + "null at 'transactItems' " + constraint + "not be null"));
      assertThat(api.error(operation, items()))
          .isEqualTo(
              validation(
                  at
                      + "'[]' at 'transactItems' "
                      + constraint
                      + "have length greater than or equal to 1"));
      assertThat(api.error(operation, items(many(101, operation))))
          .contains("at 'transactItems' " + constraint + "have length less than or equal to 100");
      api.answer(operation, items(many(100, operation)));
    }
    assertThat(api.error(WRITE, items("{}"))).contains("should contain Delete or Put or Update");
    String both = put("a", "").replaceFirst("}$", "," + delete("b").substring(1));
    assertThat(api.error(WRITE, items(both)))
        .contains("TransactItems can only contain one of Check, Put, Update or Delete");
    assertThat(api.error(WRITE, items(put("b", ""), "{\"Update\":{\"TableName\":\"accounts\"}}")))
        .contains("2 validation errors detected: Value null at 'transactItems.2.member.update.key'")
        .contains("'transactItems.2.member.update.updateExpression'");
    assertThat(api.error(GET, items("{\"Get\":{\"TableName\":\"accounts\"}}")))
        .contains("Value null at 'transactItems.1.member.get.key'");
    assertThat(api.error(WRITE, with("\"ClientRequestToken\":\"\"", items(put("a", "")))))
        .contains("'clientRequestToken' " + constraint + "have length greater than or equal to 1");
    String token = "\"ClientRequestToken\":\"" + "t".repeat(37) + "\"";
    assertThat(api.error(WRITE, with(token, items(put("a", "")))))
        .contains("'clientRequestToken' " + constraint + "have length less than or equal to 36");
  }

  private static String[] many(int count, String operation) {
    return IntStream.range(0, count)
        .mapToObj(i -> operation.equals(WRITE) ? delete("d" + i) : get("d" + i))
        .toArray(String[]::new);
  }

  @Test
  void aTransactionHasFourMegabytesAtMost() {
    String large = ",\"text\":{\"S\":\"" + "x".repeat(350_000) + "\"}}}}";
    List<String> puts =
        IntStream.range(0, 12)
            .mapToObj(i -> put("p" + i, "").replace("}}}}", "}" + large))
            .toList();

    api.answer(WRITE, items(puts.subList(0, 11).toArray(String[]::new)));
    assertThat(api.error(WRITE, items(puts.toArray(String[]::new))))
        .contains("ValidationException")
        .contains("cannot exceed 4MB");
    assertThat(api.error(WRITE, items(puts.get(0).replace("x\"}", "x".repeat(60_000) + "\"}"))))
        .isEqualTo(validation("Item size has exceeded the maximum allowed size"));
    api.answer(WRITE, items(puts.get(11)));
    String gets =
        IntStream.range(0, 12).mapToObj(i -> get("p" + i)).collect(Collectors.joining(","));
    assertThat(api.error(GET, items(gets))).contains("cannot exceed 4MB");
  }

  @Test
  void aStaleTableIsRefreshedAndTheSameTransactionIsSentAgain() {
    api.store().beStale(2);
    api.answer(WRITE, with("\"ClientRequestToken\":\"t\"", items(put("a", ""))));

    assertThat(api.store().transactions()).hasSize(3);
    assertThat(api.store().transactions().stream().map(TransactionRequest::id).distinct())
        .hasSize(1);
    assertThat(api.store().transactions().stream().map(TransactionRequest::token).distinct())
        .hasSize(1);
    api.store().beStale(1);
    assertThat(api.answer(GET, items(get("a")))).contains("\"a\"");
  }
}
