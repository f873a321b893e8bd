package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.protocol.model.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The parameters that expressions replaced, over a real replica in memory. Bodies are written with
 * single quotes.
 */
class LegacyParametersApiTest {
  private static final String CREDENTIALS =
      "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/dynamodb/aws4_request, "
          + "SignedHeaders=host;x-amz-date, Signature=00";
  private static final String TABLE =
      """
      {'TableName':'things','BillingMode':'PAY_PER_REQUEST',
       'KeySchema':[{'AttributeName':'h','KeyType':'HASH'},{'AttributeName':'r','KeyType':'RANGE'}],
       'AttributeDefinitions':[{'AttributeName':'h','AttributeType':'S'},
          {'AttributeName':'r','AttributeType':'N'},{'AttributeName':'s','AttributeType':'S'}],
       'LocalSecondaryIndexes':[{'IndexName':'by-s',
          'KeySchema':[{'AttributeName':'h','KeyType':'HASH'},
                       {'AttributeName':'s','KeyType':'RANGE'}],
          'Projection':{'ProjectionType':'KEYS_ONLY'}}]}\
      """;
  private static final String KEY = "{'h':{'S':'a'},'r':{'N':'1'}}";
  private static final String ITEM =
      """
      {'h':{'S':'a'},'r':{'N':'1'},'n':{'N':'5'},'t':{'S':'abc'},'b':{'B':'YWJj'},
       'ss':{'SS':['a','b']},'ns':{'NS':['1','2']},'l':{'L':[{'N':'1'},{'S':'a'}]},
       'm':{'M':{'a':{'N':'1'}}},'bo':{'BOOL':true},'nu':{'NULL':true}}\
      """;
  private static final String ENVELOPE = "1 validation error detected: ";
  private static final String INVALID = "One or more parameter values were invalid: ";
  private static final String EQ_A = "'h':{'ComparisonOperator':'EQ','AttributeValueList':[A]}";

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
    assertThat(send("CreateTable", TABLE).status()).isEqualTo(200);
    putItem();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private HttpAnswer send(String operation, String body) {
    headers.put("X-Amz-Target", "DynamoDB_20120810." + operation);
    String json = body.replace("[A]", "[{'S':'a'}]").replace('\'', '"');
    HttpCall call =
        new HttpCall("POST", "/", headers::get, Bytes.utf8(json), "request", Runnable::run);
    try {
      return api.handle(call).toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(operation + " did not answer", e);
    }
  }

  private static String inTable(String members) {
    return "{'TableName':'things'" + (members.isEmpty() ? "" : "," + members) + "}";
  }

  private String answer(String operation, String members) {
    HttpAnswer answer = send(operation, inTable(members));
    String body = answer.body().toUtf8().replace('"', '\'');
    assertThat(answer.status()).as(body).isEqualTo(200);
    return body;
  }

  /** The message of a ValidationException. */
  private String invalid(String operation, String members) {
    HttpAnswer answer = send(operation, inTable(members));
    String body = answer.body().toUtf8();
    assertThat(answer.status()).as(body).isEqualTo(400);
    assertThat(body).contains("ValidationException");
    return body.replaceAll("(?s).*\"message\":\"(.*)\".*", "$1");
  }

  private void putItem() {
    answer("PutItem", "'Item':" + ITEM);
  }

  private static String condition(String operator, String values) {
    return "{'ComparisonOperator':'" + operator + "','AttributeValueList':[" + values + "]}";
  }

  /** Whether a condition holds for the item, as Expected, as ScanFilter and as QueryFilter. */
  private boolean holds(String attribute, String operator, String values) {
    String conditions = "{'" + attribute + "':" + condition(operator, values) + "}";
    boolean expected = succeeds("'Expected':" + conditions);
    String scanned = answer("Scan", "'ScanFilter':" + conditions);
    String queried = answer("Query", "'KeyConditions':{" + EQ_A + "},'QueryFilter':" + conditions);
    assertThat(scanned.contains("'Count':1")).as(conditions).isEqualTo(expected);
    assertThat(queried.contains("'Count':1")).as(conditions).isEqualTo(expected);
    return expected;
  }

  private boolean succeeds(String expected) {
    HttpAnswer answer = send("PutItem", inTable("'Item':" + ITEM + "," + expected));
    if (answer.status() != 200) {
      assertThat(answer.body().toUtf8()).contains("ConditionalCheckFailedException");
    }
    return answer.status() == 200;
  }

  @Test
  void everyOperatorComparesAsItsExpressionDoes() {
    assertThat(holds("n", "EQ", "{'N':'5.0'}")).isTrue();
    assertThat(holds("ss", "EQ", "{'SS':['b','a']}")).isTrue();
    assertThat(holds("m", "EQ", "{'M':{'a':{'N':'1'}}}")).isTrue();
    assertThat(holds("n", "EQ", "{'S':'5'}")).isFalse();
    assertThat(holds("n", "NE", "{'N':'5'}")).isFalse();
    assertThat(holds("n", "NE", "{'S':'5'}")).isTrue();
    assertThat(holds("n", "LE", "{'N':'5'}")).isTrue();
    assertThat(holds("n", "LT", "{'N':'5'}")).isFalse();
    assertThat(holds("t", "GE", "{'S':'abc'}")).isTrue();
    assertThat(holds("t", "GT", "{'S':'ab'}")).isTrue();
    assertThat(holds("t", "GT", "{'N':'0'}")).isFalse();
    assertThat(holds("b", "BETWEEN", "{'B':'YQ=='},{'B':'Yg=='}")).isTrue();
    assertThat(holds("n", "BETWEEN", "{'N':'6'},{'N':'7'}")).isFalse();
    assertThat(holds("n", "IN", "{'N':'4'},{'N':'5'}")).isTrue();
    assertThat(holds("ns", "IN", "{'N':'1'},{'N':'2'}")).isFalse();
    assertThat(holds("t", "BEGINS_WITH", "{'S':'ab'}")).isTrue();
    assertThat(holds("n", "BEGINS_WITH", "{'S':'5'}")).isFalse();
    assertThat(holds("nu", "NOT_NULL", "")).isTrue();
    assertThat(holds("nu", "NULL", "")).isFalse();
  }

  @Test
  void containsLooksIntoTextsSetsAndLists() {
    assertThat(holds("t", "CONTAINS", "{'S':'bc'}")).isTrue();
    assertThat(holds("ss", "CONTAINS", "{'S':'b'}")).isTrue();
    assertThat(holds("l", "CONTAINS", "{'N':'1'}")).isTrue();
    assertThat(holds("m", "CONTAINS", "{'S':'a'}")).isFalse();
    assertThat(holds("t", "NOT_CONTAINS", "{'S':'bc'}")).isFalse();
    assertThat(holds("t", "NOT_CONTAINS", "{'N':'1'}")).isTrue();
    assertThat(holds("n", "NOT_CONTAINS", "{'N':'5'}")).isTrue();
  }

  @Test
  void anAbsentAttributeIsOnlyUnequalAndNull() {
    assertThat(holds("q", "NE", "{'S':'a'}")).isTrue();
    assertThat(holds("q", "NULL", "")).isTrue();
    for (String operator :
        List.of("EQ", "LT", "LE", "GT", "GE", "IN", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH")) {
      assertThat(holds("q", operator, "{'S':'a'}")).as(operator).isFalse();
    }
    assertThat(holds("q", "BETWEEN", "{'S':'a'},{'S':'b'}")).isFalse();
    assertThat(holds("q", "NOT_NULL", "")).isFalse();
  }

  @Test
  void valueAndExistsAreTheOlderFormsOfExpected() {
    assertThat(succeeds("'Expected':{'n':{'Value':{'N':'5'}}}")).isTrue();
    assertThat(succeeds("'Expected':{'n':{'Exists':true,'Value':{'N':'6'}}}")).isFalse();
    assertThat(succeeds("'Expected':{'q':{'Exists':false}}")).isTrue();
    assertThat(succeeds("'Expected':{'n':{'Exists':false}}")).isFalse();
    assertThat(succeeds("'Expected':{'n':{'ComparisonOperator':'LT','Value':{'N':'6'}}}")).isTrue();
    assertThat(succeeds("'Expected':{'n':{'ComparisonOperator':'NOT_NULL'}}")).isTrue();
    assertThat(succeeds("'Expected':{}")).isTrue();
    assertThat(expectedProblem("{}"))
        .isEqualTo(INVALID + "Value must be provided when Exists is null for Attribute: q");
    assertThat(expectedProblem("null")).contains("Value must be provided");
    assertThat(expectedProblem("{'Exists':true}"))
        .isEqualTo(INVALID + "Value must be provided when Exists is true for Attribute: q");
    assertThat(expectedProblem("{'Exists':false,'Value':{'S':'a'}}"))
        .isEqualTo(INVALID + "Value cannot be used when Exists is false for Attribute: q");
    assertThat(expectedProblem("{'Value':{'S':'a'},'AttributeValueList':[A]}"))
        .isEqualTo(
            INVALID + "Value and AttributeValueList cannot be used together for Attribute: q");
    assertThat(expectedProblem("{'AttributeValueList':[A]}"))
        .isEqualTo(
            INVALID
                + "AttributeValueList can only be used with a ComparisonOperator for Attribute: q");
    assertThat(expectedProblem("{'Exists':true,'ComparisonOperator':'EQ'}"))
        .isEqualTo(
            INVALID + "Exists and ComparisonOperator cannot be used together for Attribute: q");
    assertThat(expectedProblem("{'ComparisonOperator':'EQ'}"))
        .isEqualTo(
            INVALID
                + "Value or AttributeValueList must be used with ComparisonOperator: EQ for "
                + "Attribute: q");
    assertThat(expectedProblem("{'ComparisonOperator':'BETWEEN','Value':{'S':'a'}}"))
        .isEqualTo(INVALID + "Invalid number of argument(s) for the BETWEEN ComparisonOperator");
    assertThat(expectedProblem("{'Value':{'SS':[]}}"))
        .isEqualTo(INVALID + "An string set  may not be empty");
  }

  private String expectedProblem(String expectation) {
    return opened(invalid("PutItem", "'Item':" + ITEM + ",'Expected':{'q':" + expectation + "}"));
  }

  /** What stands in the envelope of a single write. */
  private static String opened(String message) {
    assertThat(message).startsWith(ENVELOPE);
    return message.substring(ENVELOPE.length());
  }

  @Test
  void conditionsAreJoinedByAndUnlessOrIsSaid() {
    String both = "'Expected':{'n':{'Value':{'N':'5'}},'t':{'Value':{'S':'x'}}}";
    assertThat(succeeds(both)).isFalse();
    assertThat(succeeds(both + ",'ConditionalOperator':'AND'")).isFalse();
    assertThat(succeeds(both + ",'ConditionalOperator':'OR'")).isTrue();
    String one = "'ScanFilter':{'n':" + condition("NULL", "") + "},";
    assertThat(invalid("Scan", one + "'ConditionalOperator':'OR'"))
        .isEqualTo(
            "ConditionalOperator can only be used when Filter or Expected has two or more elements");
    String without = "ConditionalOperator cannot be used without Filter or Expected";
    assertThat(invalid("Scan", "'ScanFilter':{},'ConditionalOperator':'OR'")).isEqualTo(without);
    assertThat(invalid("Query", "'ConditionalOperator':'AND'")).isEqualTo(without);
    assertThat(invalid("DeleteItem", "'Key':" + KEY + ",'ConditionalOperator':'AND'"))
        .isEqualTo(ENVELOPE + without);
    assertThat(invalid("UpdateItem", "'Key':" + KEY + ",'ConditionalOperator':'AND'"))
        .isEqualTo(ENVELOPE + without);
    assertThat(invalid("UpdateItem", "'Key':" + KEY + ",'ConditionalOperator':'XOR'"))
        .isEqualTo(
            "1 validation error detected: Value 'XOR' at 'conditionalOperator' failed to satisfy "
                + "constraint: Member must satisfy enum value set: [OR, AND]");
  }

  @Test
  void manyConditionsMakeATreeOfLittleDepth() {
    String many =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "'a" + i + "':{'Exists':false}")
            .collect(Collectors.joining(","));
    assertThat(succeeds("'Expected':{" + many + "}")).isTrue();
    assertThat(succeeds("'Expected':{" + many + ",'n':{'Exists':false}}")).isFalse();
  }

  @Test
  void valuesMustBeWhatTheOperatorTakes() {
    assertThat(filterProblem("EQ", "")).isEqualTo(arguments("EQ"));
    assertThat(filterProblem("EQ", "{'S':'a'},{'S':'b'}")).isEqualTo(arguments("EQ"));
    assertThat(filterProblem("IN", "")).isEqualTo(arguments("IN"));
    assertThat(filterProblem("NULL", "{'S':'a'}")).isEqualTo(arguments("NULL"));
    assertThat(filterProblem("BETWEEN", "{'S':'a'}")).isEqualTo(arguments("BETWEEN"));
    assertThat(filterProblem("BEGINS_WITH", "{'N':'1'}"))
        .isEqualTo(
            INVALID + "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
    assertThat(filterProblem("CONTAINS", "{'SS':['a']}"))
        .isEqualTo(INVALID + "ComparisonOperator CONTAINS is not valid for SS AttributeValue type");
    assertThat(filterProblem("LT", "{'BOOL':true}"))
        .isEqualTo(INVALID + "ComparisonOperator LT is not valid for BOOL AttributeValue type");
    assertThat(filterProblem("IN", "{'L':[]}"))
        .isEqualTo(INVALID + "ComparisonOperator IN is not valid for L AttributeValue type");
    assertThat(filterProblem("IN", "{'S':'a'},{'N':'1'}"))
        .isEqualTo(INVALID + "AttributeValues inside AttributeValueList must be of same type");
    assertThat(filterProblem("BETWEEN", "{'N':'2'},{'N':'1'}"))
        .isEqualTo(
            "The BETWEEN condition was provided a range where the lower bound is greater than the "
                + "upper bound");
    assertThat(filterProblem("EQ", "{'NS':[]}"))
        .isEqualTo(INVALID + "An number set  may not be empty");
    assertThat(filterProblem("EQ", "{}"))
        .isEqualTo(
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    assertThat(invalid("Scan", "'ScanFilter':{'q':{'AttributeValueList':[A]}}"))
        .isEqualTo(
            "1 validation error detected: Value null at 'scanFilter.q.member.comparisonOperator' "
                + "failed to satisfy constraint: Member must not be null");
    assertThat(invalid("Scan", "'ScanFilter':{'q':null}")).contains("comparisonOperator");
    assertThat(filterProblem("LIKE", ""))
        .isEqualTo(
            "1 validation error detected: Value 'LIKE' at 'scanFilter.q.member.comparisonOperator' "
                + "failed to satisfy constraint: Member must satisfy enum value set: [IN, NULL, "
                + "BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, "
                + "CONTAINS]");
    assertThat(invalid("Scan", "'ScanFilter':{'':" + condition("NULL", "") + "}"))
        .isEqualTo("Empty attribute name");
  }

  private static String arguments(String operator) {
    return INVALID + "Invalid number of argument(s) for the " + operator + " ComparisonOperator";
  }

  private String filterProblem(String operator, String values) {
    return invalid("Scan", "'ScanFilter':{'q':" + condition(operator, values) + "}");
  }

  @Test
  void aQueryIsBoundByKeyConditions() {
    for (int i = 2; i <= 4; i++) {
      answer("PutItem", "'Item':" + KEY.replace("'1'", "'" + i + "'"));
    }
    assertThat(counted("EQ", "{'N':'2'}")).contains("'Count':1");
    assertThat(counted("LT", "{'N':'3'}")).contains("'Count':2");
    assertThat(counted("GE", "{'N':'2'}")).contains("'Count':3");
    assertThat(counted("BETWEEN", "{'N':'2'},{'N':'9'}")).contains("'Count':3");
    assertThat(
            answer(
                "Query",
                "'KeyConditions':{"
                    + EQ_A
                    + "},'FilterExpression':'attribute_exists(n)','Select':'COUNT'"))
        .contains("'Count':1,'ScannedCount':4");
    assertThat(
            answer(
                "Query",
                "'IndexName':'by-s','KeyConditions':{"
                    + EQ_A
                    + ",'s':"
                    + condition("BEGINS_WITH", "{'S':'x'}")
                    + "}"))
        .contains("'Count':0");
  }

  private String counted(String operator, String values) {
    return answer(
        "Query",
        "'Select':'COUNT','KeyConditions':{" + EQ_A + ",'r':" + condition(operator, values) + "}");
  }

  @Test
  void keyConditionsMustFitTheKey() {
    assertThat(keyProblem("")).isEqualTo("Conditions can be of length 1 or 2 only");
    String r = "'r':" + condition("EQ", "{'N':'1'}");
    assertThat(keyProblem(EQ_A + "," + r + ",'x':" + condition("EQ", "{'N':'1'}")))
        .isEqualTo("Conditions can be of length 1 or 2 only");
    assertThat(keyProblem(r)).isEqualTo("Query condition missed key schema element: h");
    assertThat(keyProblem(EQ_A + ",'x':" + condition("EQ", "{'N':'1'}")))
        .isEqualTo("Query condition missed key schema element: r");
    assertThat(keyProblem("'h':" + condition("GT", "{'S':'a'}")))
        .isEqualTo("Query key condition not supported");
    String notIndexable = "Attempted conditional constraint is not an indexable operation";
    assertThat(keyProblem("'h':" + condition("IN", "{'S':'a'}"))).isEqualTo(notIndexable);
    for (String operator : List.of("NE", "IN", "CONTAINS", "NOT_CONTAINS")) {
      assertThat(keyProblem(EQ_A + ",'r':" + condition(operator, "{'N':'1'}")))
          .isEqualTo(notIndexable);
    }
    assertThat(keyProblem(EQ_A + ",'r':" + condition("NOT_NULL", ""))).isEqualTo(notIndexable);
    assertThat(keyProblem(EQ_A + ",'r':" + condition("EQ", "{'S':'1'}")))
        .isEqualTo(INVALID + "Condition parameter type does not match schema type");
    assertThat(keyProblem("'h':" + condition("EQ", "{'S':''}"))).contains("empty string value");
    assertThat(
            invalid(
                "Query",
                "'KeyConditions':{"
                    + EQ_A
                    + "},'QueryFilter':{'r':"
                    + condition("EQ", "{'N':'1'}")
                    + "}"))
        .isEqualTo(
            "QueryFilter can only contain non-primary key attributes: Primary key attribute: r");
    assertThat(invalid("Query", "'QueryFilter':{}"))
        .isEqualTo(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
                + "request.");
  }

  private String keyProblem(String conditions) {
    return invalid("Query", "'KeyConditions':{" + conditions + "}");
  }

  private String updated(String attribute, String update) {
    return answer(
        "UpdateItem",
        "'Key':"
            + KEY
            + ",'ReturnValues':'UPDATED_NEW','AttributeUpdates':{'"
            + attribute
            + "':"
            + update
            + "}");
  }

  private String updateProblem(String attribute, String update) {
    return invalid(
        "UpdateItem", "'Key':" + KEY + ",'AttributeUpdates':{'" + attribute + "':" + update + "}");
  }

  @Test
  void attributesArePutAddedToAndDeleted() {
    assertThat(updated("n", "{'Value':{'S':'x'}}")).contains("'n':{'S':'x'}");
    assertThat(updated("a.b[0]", "{'Action':'PUT','Value':{'S':''}}"))
        .contains("'a.b[0]':{'S':''}");
    putItem();
    assertThat(updated("n", "{'Action':'ADD','Value':{'N':'2'}}")).contains("'n':{'N':'7'}");
    assertThat(updated("q", "{'Action':'ADD','Value':{'N':'2'}}")).contains("'q':{'N':'2'}");
    assertThat(updated("ss", "{'Action':'ADD','Value':{'SS':['a','c']}}"))
        .contains("'ss':{'SS':['a','b','c']}");
    assertThat(updated("l", "{'Action':'ADD','Value':{'L':[{'S':'a'}]}}"))
        .contains("'l':{'L':[{'N':'1'},{'S':'a'},{'S':'a'}]}");
    assertThat(updated("p", "{'Action':'ADD','Value':{'L':[{'S':'a'}]}}"))
        .contains("'p':{'L':[{'S':'a'}]}");
    assertThat(updated("ns", "{'Action':'DELETE','Value':{'NS':['2','3']}}"))
        .contains("'ns':{'NS':['1']}");
    updated("ns", "{'Action':'DELETE','Value':{'NS':['1']}}");
    updated("n", "{'Action':'DELETE'}");
    assertThat(answer("GetItem", "'Key':" + KEY + ",'AttributesToGet':['n','ns','q']"))
        .isEqualTo("{'Item':{'q':{'N':'2'}}}");
  }

  @Test
  void anUpdateMustFitTheAttribute() {
    assertThat(opened(updateProblem("q", "{}")))
        .isEqualTo(INVALID + "Only DELETE action is allowed when no attribute value is specified");
    assertThat(updateProblem("q", "{'Action':'ADD'}")).contains("Only DELETE action is allowed");
    assertThat(opened(updateProblem("q", "{'Action':'DELETE','Value':{'S':'a'}}")))
        .isEqualTo(INVALID + "DELETE action with value is not supported for the type S");
    assertThat(opened(updateProblem("q", "{'Action':'ADD','Value':{'M':{}}}")))
        .isEqualTo(INVALID + "ADD action is not supported for the type M");
    assertThat(updateProblem("q", "{'Action':'SET','Value':{'S':'a'}}"))
        .isEqualTo(
            "1 validation error detected: Value 'SET' at 'attributeUpdates.q.member.action' failed "
                + "to satisfy constraint: Member must satisfy enum value set: [ADD, PUT, DELETE]");
    for (String value : List.of("{'N':'1'}", "{'NS':['1']}", "{'L':[]}")) {
      assertThat(updateProblem("ss", "{'Action':'ADD','Value':" + value + "}"))
          .isEqualTo("Type mismatch for attribute to update");
    }
    assertThat(updateProblem("t", "{'Action':'DELETE','Value':{'SS':['a']}}"))
        .isEqualTo("Type mismatch for attribute to update");
    assertThat(updateProblem("h", "{'Value':{'S':'a'}}"))
        .isEqualTo(INVALID + "Cannot update attribute h. This attribute is part of the key");
    assertThat(updateProblem("s", "{'Value':{'N':'1'}}"))
        .isEqualTo(INVALID + "Type mismatch for Index Key s Expected: S Actual: N IndexName: by-s");
    assertThat(updateProblem("s", "{'Value':{'S':''}}")).contains("IndexKey: s");
    assertThat(opened(updateProblem("", "{'Value':{'S':'a'}}"))).isEqualTo("Empty attribute name");
  }

  @Test
  void onlyWhatAddsMakesAnItem() {
    String other = "'Key':" + KEY.replace("'1'", "'9'");
    answer("UpdateItem", other + ",'AttributeUpdates':{'q':{'Action':'DELETE'}}");
    assertThat(answer("GetItem", other)).isEqualTo("{}");
    answer(
        "UpdateItem",
        other + ",'AttributeUpdates':{'q':{'Action':'ADD','Value':{'L':[]}}},'Expected':{}");
    assertThat(answer("GetItem", other)).contains("'q':{'L':[]}");
  }

  @Test
  void oldAndNewDoNotMix() {
    String mixed =
        "Can not use both expression and non-expression parameters in the same request: "
            + "Non-expression parameters: {";
    assertThat(
            invalid(
                "Query",
                "'KeyConditions':{},'QueryFilter':{},'ConditionalOperator':'OR',"
                    + "'AttributesToGet':['x'],'KeyConditionExpression':'a','FilterExpression':'a',"
                    + "'ProjectionExpression':'x'"))
        .isEqualTo(
            mixed
                + "AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions} Expression "
                + "parameters: {ProjectionExpression, FilterExpression, KeyConditionExpression}");
    assertThat(invalid("Query", "'KeyConditions':{},'QueryFilter':{},'FilterExpression':'a'"))
        .isEqualTo(mixed + "QueryFilter} Expression parameters: {FilterExpression}");
    assertThat(
            invalid(
                "Scan",
                "'ScanFilter':{},'ConditionalOperator':'OR','AttributesToGet':['x'],"
                    + "'FilterExpression':'a','ProjectionExpression':'x'"))
        .isEqualTo(
            mixed
                + "AttributesToGet, ScanFilter, ConditionalOperator} Expression parameters: "
                + "{ProjectionExpression, FilterExpression}");
    assertThat(
            invalid(
                "UpdateItem",
                "'Key':"
                    + KEY
                    + ",'AttributeUpdates':{},'Expected':{},'ConditionalOperator':'OR',"
                    + "'UpdateExpression':'a','ConditionExpression':'a'"))
        .isEqualTo(
            ENVELOPE
                + mixed
                + "AttributeUpdates, Expected, ConditionalOperator} Expression parameters: "
                + "{UpdateExpression, ConditionExpression}");
    assertThat(
            invalid("DeleteItem", "'Key':" + KEY + ",'Expected':{},'ConditionExpression':'a = a'"))
        .isEqualTo(ENVELOPE + mixed + "Expected} Expression parameters: {ConditionExpression}");
    assertThat(
            invalid("PutItem", "'Item':" + ITEM + ",'Expected':{},'ExpressionAttributeNames':{}"))
        .isEqualTo(
            ENVELOPE + "ExpressionAttributeNames can only be specified when using expressions");
  }

  @Test
  void aFailedExpectationReturnsTheItemWhenAsked() {
    HttpAnswer answer =
        send(
            "DeleteItem",
            inTable(
                "'Key':"
                    + KEY
                    + ",'Expected':{'n':{'Exists':false}},"
                    + "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().toUtf8())
        .contains("ConditionalCheckFailedException")
        .contains("\"n\":{\"N\":\"5\"}");
    answer("DeleteItem", "'Key':" + KEY + ",'Expected':{'n':{'Value':{'N':'5'}}}");
    assertThat(answer("Scan", "")).contains("'Count':0");
  }
}
