package dev.holdfast.node.dynamodb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Statements over one partition that has a table without, and one with, a sort key. */
final class PartiQlOverReplica implements AutoCloseable {
  static final String EXECUTE = "ExecuteStatement";
  static final String BATCH = "BatchExecuteStatement";
  static final String TRANSACTION = "ExecuteTransaction";
  static final String NOTHING = "{\"Items\":[]}";

  private final ApiOverReplica api;

  /**
   * @param directory need not exist
   */
  PartiQlOverReplica(Path directory) {
    api = new ApiOverReplica(directory);
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

  ApiOverReplica api() {
    return api;
  }

  @Override
  public void close() {
    api.close();
  }

  /** Fifteen items of three keys. */
  void fill() {
    for (String k : List.of("a", "b", "c")) {
      for (int n = 0; n < 5; n++) {
        run(
            "INSERT INTO sorted VALUE {'k': '%s', 'n': %d, 'o': 'o%d', 'v': %d}"
                .formatted(k, n, 9 - n, 10 * n));
      }
    }
  }

  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  static String body(String statement, String... members) {
    return "{\"Statement\":"
        + quoted(statement)
        + Arrays.stream(members).map(each -> "," + each).collect(Collectors.joining())
        + "}";
  }

  String run(String statement, String... members) {
    return api.answer(EXECUTE, body(statement, members));
  }

  String refused(String statement, String... members) {
    return api.error(EXECUTE, body(statement, members));
  }

  static String all(String member, String... statements) {
    return "{\""
        + member
        + "\":["
        + Arrays.stream(statements)
            .map(each -> each.startsWith("{") ? each : body(each))
            .collect(Collectors.joining(","))
        + "]}";
  }

  String batch(String... statements) {
    return api.answer(BATCH, all("Statements", statements));
  }

  String transaction(String... statements) {
    return api.answer(TRANSACTION, all("TransactStatements", statements));
  }

  String cancelled(String... statements) {
    return api.error(TRANSACTION, all("TransactStatements", statements));
  }

  static String validation(String message) {
    return "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\""
        + message.replace("\"", "\\\"")
        + "\"}";
  }

  /** The numbers of the sort key, in order. */
  static List<Integer> numbers(String answer) {
    List<Integer> numbers = new ArrayList<>();
    Matcher matcher = Pattern.compile("\"n\":\\{\"N\":\"(\\d+)\"}").matcher(answer);
    while (matcher.find()) {
      numbers.add(Integer.valueOf(matcher.group(1)));
    }
    return numbers;
  }

  List<Integer> selected(String where) {
    return numbers(run("SELECT n FROM sorted WHERE " + where));
  }
}
