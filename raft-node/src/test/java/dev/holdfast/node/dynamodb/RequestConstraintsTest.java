package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the declared constraints of requests say when they are broken. The words are those that
 * architect/dynalite and nubo-db/dynamodb-conformance recorded from the service.
 */
class RequestConstraintsTest {
  @TempDir Path directory;
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"));
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void breaks(String operation, String body, String... violations) {
    String errors = violations.length == 1 ? " validation error" : " validation errors";
    assertThat(api.error(operation, body))
        .isEqualTo(
            "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\""
                + (violations.length + errors + " detected: ")
                + String.join("; ", violations).replace("\"", "\\\"")
                + "\"}");
  }

  private static String failed(String value, String member, String constraint) {
    return value + " at '" + member + "' failed to satisfy constraint: " + constraint;
  }

  private static String missing(String member) {
    return failed("Value null", member, "Member must not be null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PutItem         | item",
        "GetItem         | key",
        "UpdateItem      | key",
        "DeleteItem      | key"
      })
  void whatIsRequiredMustBeThere(String operation, String member) {
    breaks(operation, "{\"TableName\":\"abc\"}", missing(member));
    breaks(operation, "{}", missing("tableName"));
  }

  @Test
  void theNameOfTheTableIsLookedAtFirstAndAlone() {
    breaks(
        "PutItem",
        "{\"TableName\":\"x!\",\"ReturnValues\":\"hi\"}",
        failed(
            "Value 'x!'",
            "tableName",
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
    breaks(
        "CreateTable",
        "{\"TableName\":\"ab\",\"BillingMode\":\"hi\"}",
        failed("Value 'ab'", "tableName", "Member must have length greater than or equal to 3"));
    assertThat(api.error("CreateTable", "{\"BillingMode\":\"hi\"}"))
        .contains("The parameter 'TableName' is required but was not present in the request");
  }

  @Test
  void allElseIsReportedTogether() {
    breaks(
        "PutItem",
        "{\"TableName\":\"abc\",\"ReturnConsumedCapacity\":\"hi\",\"ReturnValues\":\"hi\","
            + "\"ReturnItemCollectionMetrics\":\"hi\"}",
        failed(
            "Value 'hi'",
            "returnConsumedCapacity",
            "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"),
        missing("item"),
        failed(
            "Value 'hi'",
            "returnValues",
            "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE,"
                + " UPDATED_NEW]"),
        failed(
            "Value 'hi'",
            "returnItemCollectionMetrics",
            "Member must satisfy enum value set: [SIZE, NONE]"));
  }

  @Test
  void numbersHaveRanges() {
    breaks(
        "Scan",
        "{\"TableName\":\"abc\",\"Limit\":0,\"Segment\":-1,\"TotalSegments\":1000001}",
        failed("Value '-1'", "segment", "Member must have value greater than or equal to 0"),
        failed(
            "Value '1000001'",
            "totalSegments",
            "Member must have value less than or equal to 1000000"),
        failed("Value '0'", "limit", "Member must have value greater than or equal to 1"));
  }

  @Test
  void elementsAreCountedFromOneAndNamedMember() {
    breaks(
        "CreateTable",
        "{\"TableName\":\"abc\",\"BillingMode\":\"hi\","
            + "\"AttributeDefinitions\":[{\"AttributeName\":\"a\",\"AttributeType\":\"X\"},{}],"
            + "\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":\"HASH\"},"
            + "{\"AttributeName\":\"b\",\"KeyType\":\"RANGE\"},"
            + "{\"AttributeName\":\"c\",\"KeyType\":\"RANGE\"}]}",
        failed(
            "Value 'X'",
            "attributeDefinitions.1.member.attributeType",
            "Member must satisfy enum value set: [B, N, S]"),
        missing("attributeDefinitions.2.member.attributeName"),
        missing("attributeDefinitions.2.member.attributeType"),
        failed(
            "Value 'hi'",
            "billingMode",
            "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"),
        failed(
            "Value '[KeySchemaElement(attributeName=a, keyType=HASH),"
                + " KeySchemaElement(attributeName=b, keyType=RANGE),"
                + " KeySchemaElement(attributeName=c, keyType=RANGE)]'",
            "keySchema",
            "Member must have length less than or equal to 2"));
  }

  @Test
  void mapsHaveConstraintsOnTheirKeysAndOnListsInThem() {
    breaks(
        "BatchWriteItem",
        "{\"RequestItems\":{\"a!\":[],\"abc\":[{\"PutRequest\":{}},{\"DeleteRequest\":{}}]}}",
        failed(
            "Value '{a!=[], abc=[2 members]}'",
            "requestItems",
            "Map keys must satisfy constraint: [Member must have length less than or equal to 255,"
                + " Member must have length greater than or equal to 1, Member must satisfy"
                + " regular expression pattern: [a-zA-Z0-9_.-]+]"),
        failed(
            "Value '{a!=[], abc=[2 members]}'",
            "requestItems",
            "Map value must satisfy constraint: [Member must have length less than or equal to 25,"
                + " Member must have length greater than or equal to 1]"),
        missing("requestItems.abc.member.1.member.putRequest.item"),
        missing("requestItems.abc.member.2.member.deleteRequest.key"));
  }

  @Test
  void transactionsNameTheElementThatIsWrong() {
    breaks(
        "TransactWriteItems",
        "{\"TransactItems\":[{\"Put\":{\"TableName\":\"a!\",\"Item\":{}}},{\"ConditionCheck\":{}}],"
            + "\"ClientRequestToken\":\"\"}",
        failed(
            "Value ''", "clientRequestToken", "Member must have length greater than or equal to 1"),
        failed(
            "Value 'a!'",
            "transactItems.1.member.put.tableName",
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
        missing("transactItems.2.member.conditionCheck.tableName"),
        missing("transactItems.2.member.conditionCheck.key"),
        missing("transactItems.2.member.conditionCheck.conditionExpression"));
    breaks(
        "TransactGetItems",
        "{\"TransactItems\":[]}",
        failed(
            "Value '[]'", "transactItems", "Member must have length greater than or equal to 1"));
  }

  @Test
  void aBatchDoesNotMixExpressionsWithWhatTheyReplaced() {
    assertThat(
            api.error(
                "BatchGetItem",
                "{\"RequestItems\":{\"abc\":{\"Keys\":[{}],\"ProjectionExpression\":\"a\"},"
                    + "\"abd\":{\"Keys\":[{}],\"AttributesToGet\":[\"a\"]}}}"))
        .contains(
            "Can not use both expression and non-expression parameters in the same request: "
                + "Non-expression parameters: {AttributesToGet} Expression parameters: "
                + "{ProjectionExpression}");
  }

  @Test
  void tenViolationsAreReportedAtMost() {
    String elements = String.join(",", Collections.nCopies(11, "{\"Get\":{}}"));

    assertThat(api.error("TransactGetItems", "{\"TransactItems\":[" + elements + "]}"))
        .contains("10 validation errors detected")
        .contains("transactItems.5.member.get.tableName")
        .doesNotContain("transactItems.6.member");
  }

  @Test
  void anArnStandsForTheNameOfItsTable() {
    String arn = "arn:aws:dynamodb:eu-central-1:000000000000:table/abc";

    assertThat(api.error("GetItem", "{\"TableName\":\"" + arn + "\",\"Key\":{}}"))
        .contains("ResourceNotFoundException");
    assertThat(api.error("GetItem", "{\"TableName\":\"" + arn + "!\",\"Key\":{}}"))
        .contains("Value 'abc!' at 'tableName'");
  }

  /** Otherwise what one of the two asks for would be lost. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "BatchWriteItem | [{\"PutRequest\":{\"Item\":{}}}]",
        "BatchGetItem   | {\"Keys\":[{}]}"
      })
  void aBatchNamesATableOnce(String operation, String part) {
    String arn = "arn:aws:dynamodb:eu-central-1:000000000000:table/abc";

    assertThat(
            api.error(
                operation,
                "{\"RequestItems\":{\"abc\":" + part + ",\"" + arn + "\":" + part + "}}"))
        .contains("Table abc is named twice in the batch");
  }
}
