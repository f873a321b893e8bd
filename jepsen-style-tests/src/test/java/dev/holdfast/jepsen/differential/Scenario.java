package dev.holdfast.jepsen.differential;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Random requests against one random table: mostly sensible, some wrong. A function of its seed.
 */
final class Scenario {
  /** One request of the wire protocol. */
  record Request(String operation, String body) {}

  private static final List<String> KEY_TYPES = List.of("S", "S", "N", "B");
  private static final List<String> NUMBERS =
      List.of("0", "1", "-1", "2", "10", "1.5", "-0.001", "1000", "99999999999999999999999999999");

  private final Random random;
  private final String table;
  private final String hashType;
  private final String rangeType;
  private final boolean hasRange;
  private final boolean hasIndex;

  Scenario(long seed) {
    this.random = new Random(seed);
    this.table = "t" + Long.toUnsignedString(seed, 36) + "xx";
    this.hashType = pick(KEY_TYPES);
    this.hasRange = random.nextInt(3) > 0;
    this.rangeType = pick(KEY_TYPES);
    this.hasIndex = hasRange && random.nextBoolean();
  }

  String table() {
    return table;
  }

  Request create() {
    String attributes = definition("h", hashType);
    String schema = "{\"AttributeName\":\"h\",\"KeyType\":\"HASH\"}";
    if (hasRange) {
      attributes += "," + definition("r", rangeType);
      schema += ",{\"AttributeName\":\"r\",\"KeyType\":\"RANGE\"}";
    }
    String index = "";
    if (hasIndex) {
      attributes += "," + definition("n", "N");
      String projection =
          pick(
              List.of(
                  "{\"ProjectionType\":\"ALL\"}",
                  "{\"ProjectionType\":\"KEYS_ONLY\"}",
                  "{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"s\"]}"));
      index =
          ",\"LocalSecondaryIndexes\":[{\"IndexName\":\"byN\",\"KeySchema\":["
              + "{\"AttributeName\":\"h\",\"KeyType\":\"HASH\"},"
              + "{\"AttributeName\":\"n\",\"KeyType\":\"RANGE\"}],\"Projection\":"
              + projection
              + "}]";
    }
    return new Request(
        "CreateTable",
        ("{\"TableName\":\"%s\",\"BillingMode\":\"PAY_PER_REQUEST\",\"AttributeDefinitions\":[%s],"
                + "\"KeySchema\":[%s]%s}")
            .formatted(table, attributes, schema, index));
  }

  Request delete() {
    return new Request("DeleteTable", "{\"TableName\":\"" + table + "\"}");
  }

  private static String definition(String name, String type) {
    return "{\"AttributeName\":\"%s\",\"AttributeType\":\"%s\"}".formatted(name, type);
  }

  List<Request> requests(int count) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(request());
    }
    return requests;
  }

  private Request request() {
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> new Request("PutItem", put());
      case 4, 5, 6, 7 -> new Request("UpdateItem", update());
      case 8 -> new Request("DeleteItem", delete1());
      case 9, 10 -> new Request("GetItem", get());
      case 11, 12, 13 -> new Request("Query", query());
      case 14 -> new Request("Scan", scan());
      default -> random.nextBoolean() ? batchWrite() : batchGet();
    };
  }

  private String put() {
    return body(
        "\"Item\":{" + key() + attributes() + "}",
        maybeCondition(),
        maybe(",\"ReturnValues\":\"" + pick(List.of("ALL_OLD", "NONE", "ALL_NEW", "X")) + "\""),
        maybe(",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\""),
        maybeCapacity());
  }

  private String delete1() {
    return body(
        "\"Key\":{" + key() + "}",
        maybeCondition(),
        maybe(",\"ReturnValues\":\"ALL_OLD\""),
        maybeCapacity());
  }

  private String get() {
    return body(
        "\"Key\":{" + key() + oddly(",\"zz\":{\"S\":\"a\"}") + "}",
        maybe(
            ",\"ProjectionExpression\":\""
                + pick(List.of("s", "h, n", "m.a, l[0]", "l[1], m", "s, s", "m.a, m", "#x", "s,"))
                + "\""),
        ",\"ConsistentRead\":true",
        maybeCapacity());
  }

  private String update() {
    List<String> clauses =
        List.of(
            "SET n = :n",
            "SET s = :s, b = :b",
            "SET n = n + :n",
            "SET n = if_not_exists(n, :n) - :n",
            "SET l = list_append(l, :l)",
            "SET l = list_append(if_not_exists(l, :l), :l)",
            "SET m.a = :v",
            "SET m.q.z = :v",
            "SET l[0] = :v, l[7] = :s",
            "SET v = m",
            "REMOVE s",
            "REMOVE l[0], l[1]",
            "REMOVE m.a, v",
            "ADD n :n",
            "ADD ns :ns, ss :ss",
            "ADD s :n",
            "DELETE ss :ss",
            "DELETE ns :ss",
            "SET n = :n REMOVE s ADD q :n",
            "SET s = :s, s = :s",
            "SET m = :v, m.a = :v",
            "SET h = :s",
            "SET n = :undefined",
            "SET",
            "SET n = :n SET s = :s",
            "SET n = foo(:n)",
            "ADD l :l",
            "SET #a = :v");
    String expression = pick(clauses);
    String condition = random.nextInt(3) == 0 ? pick(CONDITIONS) : "";
    if (expression.startsWith("REMOVE") || expression.startsWith("DELETE")) {
      condition = "attribute_exists(h)"; // on an absent item DynamoDB Local differs: see Deviation
    }
    String both = expression + " " + condition;
    return body(
        "\"Key\":{" + key() + "}",
        ",\"UpdateExpression\":\"" + expression + "\"",
        condition.isEmpty() ? "" : ",\"ConditionExpression\":\"" + condition + "\"",
        values(both),
        names(both),
        maybe(
            ",\"ReturnValues\":\""
                + pick(List.of("ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"))
                + "\""),
        maybeCapacity());
  }

  private static final List<String> CONDITIONS =
      List.of(
          "attribute_exists(h)",
          "attribute_not_exists(h)",
          "attribute_not_exists(s) OR s = :s",
          "n > :n AND n <= :n",
          "n BETWEEN :n AND :n2",
          "NOT (s IN (:s, :v))",
          "begins_with(s, :s)",
          "contains(s, :s)",
          "contains(ss, :s)",
          "contains(l, :v)",
          "size(s) > :n",
          "size(l) = :n",
          "attribute_type(v, :type)",
          "m.a = :v",
          "l[0] <> :v",
          "#a = :v",
          "s = :undefined",
          "size(n) > :n",
          "begins_with(n, :n)",
          "n = ",
          "attribute_exists(:s)",
          "s = s",
          "(n < :n) AND (NOT attribute_exists(q))");

  private String maybeCondition() {
    if (random.nextInt(3) > 0) {
      return "";
    }
    String condition = pick(CONDITIONS);
    return ",\"ConditionExpression\":\"" + condition + "\"" + values(condition) + names(condition);
  }

  private String query() {
    boolean index = hasIndex && random.nextInt(3) == 0;
    String sort = index ? "n" : "r";
    String sortValue = index ? "{\"N\":\"" + pick(NUMBERS) + "\"}" : value(rangeType);
    String condition = "h = :h";
    String values = "\":h\":" + value(hashType);
    if ((hasRange || random.nextInt(9) == 0) && random.nextInt(3) > 0) {
      String operator = pick(List.of("=", "<", "<=", ">", ">=", "BETWEEN", "begins_with", "<>"));
      values += ",\":r\":" + sortValue;
      switch (operator) {
        case "BETWEEN" -> {
          condition += " AND " + sort + " BETWEEN :r AND :r2";
          values += ",\":r2\":" + (index ? "{\"N\":\"50\"}" : value(rangeType));
        }
        case "begins_with" -> condition += " AND begins_with(" + sort + ", :r)";
        default -> condition += " AND " + sort + " " + operator + " :r";
      }
    }
    return body(
        "\"KeyConditionExpression\":\"" + condition + "\"",
        ",\"ExpressionAttributeValues\":{" + values + "}",
        index ? ",\"IndexName\":\"byN\"" : oddly(",\"IndexName\":\"none\""),
        maybe(",\"ScanIndexForward\":false"),
        maybe(",\"Limit\":" + (1 + random.nextInt(3))),
        oddly(",\"Limit\":0"),
        maybe(",\"FilterExpression\":\"attribute_exists(s)\""),
        maybe(",\"Select\":\"" + pick(List.of("COUNT", "ALL_ATTRIBUTES")) + "\""),
        ",\"ConsistentRead\":true",
        maybeCapacity());
  }

  private String scan() {
    return body(
        "\"ConsistentRead\":true",
        maybe(",\"FilterExpression\":\"attribute_exists(s)\""),
        maybe(",\"Select\":\"COUNT\""),
        oddly(",\"Segment\":3,\"TotalSegments\":2"),
        oddly(",\"Segment\":0"),
        oddly(",\"IndexName\":\"none\""));
  }

  private Request batchWrite() {
    List<String> writes = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      writes.add(
          random.nextInt(3) == 0
              ? "{\"DeleteRequest\":{\"Key\":{" + key() + "}}}"
              : "{\"PutRequest\":{\"Item\":{" + key() + attributes() + "}}}");
    }
    return new Request(
        "BatchWriteItem",
        "{\"RequestItems\":{\"" + table + "\":[" + String.join(",", writes) + "]}}");
  }

  private Request batchGet() {
    List<String> keys = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      keys.add("{" + key() + "}");
    }
    return new Request(
        "BatchGetItem",
        "{\"RequestItems\":{\""
            + table
            + "\":{\"ConsistentRead\":true,\"Keys\":["
            + String.join(",", keys)
            + "]}}}");
  }

  private String key() {
    if (random.nextInt(30) == 0) {
      return "\"h\":" + pick(List.of("{\"S\":\"\"}", "{\"BOOL\":true}", "{}", "{\"N\":\"x\"}"));
    }
    return "\"h\":" + value(hashType) + (hasRange ? ",\"r\":" + value(rangeType) : "");
  }

  /** Few values, so that keys meet. */
  private String value(String type) {
    String letter = "abc".substring(random.nextInt(3)).substring(0, 1);
    return switch (type) {
      case "S" -> "{\"S\":\"" + letter + "\"}";
      case "N" -> "{\"N\":\"" + pick(NUMBERS.subList(0, 4)) + "\"}";
      default -> "{\"B\":\"" + base64(letter) + "\"}";
    };
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private String attributes() {
    return maybe(",\"s\":{\"S\":\"" + pick(List.of("", "a", "ab", "é")) + "\"}")
        + maybe(",\"n\":{\"N\":\"" + pick(NUMBERS) + "\"}")
        + maybe(",\"ss\":{\"SS\":[\"a\",\"b\"]}")
        + maybe(",\"ns\":{\"NS\":[\"1\",\"2.50\"]}")
        + maybe(",\"l\":{\"L\":[" + anything() + "," + anything() + "]}")
        + maybe(",\"m\":{\"M\":{\"a\":" + anything() + ",\"q\":{\"M\":{}}}}")
        + maybe(",\"v\":" + anything())
        + oddly(",\"e\":" + pick(WRONG_VALUES));
  }

  private static final List<String> WRONG_VALUES =
      List.of(
          "{\"SS\":[]}",
          "{\"SS\":[\"a\",\"a\"]}",
          "{\"NS\":[\"1\",\"1.0\"]}",
          "{\"N\":\"abc\"}",
          "{\"N\":\"1e126\"}",
          "{\"N\":\"1e-131\"}",
          "{\"N\":\"123456789012345678901234567890123456789\"}",
          "{\"S\":\"a\",\"N\":\"1\"}",
          "{}",
          "{\"NULL\":false}");

  private String anything() {
    return pick(
        List.of(
            "{\"S\":\"a\"}",
            "{\"N\":\"1\"}",
            "{\"BOOL\":true}",
            "{\"NULL\":true}",
            "{\"B\":\"AAE=\"}",
            "{\"L\":[]}",
            "{\"M\":{\"x\":{\"S\":\"\"}}}",
            "{\"BS\":[\"AAE=\",\"/w==\"]}"));
  }

  /** Defines the values that an expression uses, and now and then one that it does not. */
  private String values(String expression) {
    List<String> entries = new ArrayList<>();
    define(entries, expression, ":n", "{\"N\":\"" + pick(NUMBERS) + "\"}");
    define(entries, expression, ":n2", "{\"N\":\"" + pick(NUMBERS) + "\"}");
    define(entries, expression, ":s", "{\"S\":\"a\"}");
    define(entries, expression, ":b", "{\"BOOL\":false}");
    define(entries, expression, ":l", "{\"L\":[{\"N\":\"7\"}]}");
    define(entries, expression, ":v", anything());
    define(entries, expression, ":ss", "{\"SS\":[\"a\",\"c\"]}");
    define(entries, expression, ":ns", "{\"NS\":[\"3\"]}");
    define(entries, expression, ":type", "{\"S\":\"" + pick(List.of("S", "M", "X")) + "\"}");
    if (random.nextInt(25) == 0) {
      entries.add("\":unused\":{\"S\":\"a\"}");
    }
    return entries.isEmpty()
        ? ""
        : ",\"ExpressionAttributeValues\":{" + String.join(",", entries) + "}";
  }

  private static void define(List<String> entries, String expression, String name, String value) {
    if (expression.matches(".*" + name + "\\b.*")) {
      entries.add("\"" + name + "\":" + value);
    }
  }

  private static String names(String expression) {
    return expression.contains("#a") ? ",\"ExpressionAttributeNames\":{\"#a\":\"v\"}" : "";
  }

  private String body(String... parts) {
    return "{\"TableName\":\"" + table + "\"," + String.join("", parts) + "}";
  }

  private String maybeCapacity() {
    return maybe(",\"ReturnConsumedCapacity\":\"" + pick(List.of("TOTAL", "INDEXES")) + "\"");
  }

  private String maybe(String text) {
    return random.nextInt(3) == 0 ? text : "";
  }

  private String oddly(String text) {
    return random.nextInt(30) == 0 ? text : "";
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
