package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.PlacedItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Requests of several items in DynamoDB JSON.
 *
 * @param tables the table of each place
 */
record TransactionBodies(List<String> tables) {
  TransactionBodies {
    tables = List.copyOf(tables);
  }

  /**
   * {@code TransactWriteItems} of puts.
   *
   * @param token names the request, as the AWS SDKs do for users who do not
   */
  String transactPuts(List<PlacedItem> items, UUID token) {
    return items.stream()
        .map(
            each ->
                "{\"Put\":{\"TableName\":\""
                    + tables.get(each.place())
                    + "\",\"Item\":"
                    + each.item().dynamoDbJson()
                    + "}}")
        .collect(
            Collectors.joining(
                ",", "{\"ClientRequestToken\":\"" + token + "\",\"TransactItems\":[", "]}"));
  }

  /** {@code TransactGetItems}. */
  String transactGets(List<PlacedItem> items) {
    return items.stream()
        .map(
            each ->
                "{\"Get\":{\"TableName\":\""
                    + tables.get(each.place())
                    + "\",\"Key\":"
                    + key(each)
                    + "}}")
        .collect(Collectors.joining(",", "{\"TransactItems\":[", "]}"));
  }

  /** {@code BatchGetItem}, consistent. */
  String strongBatchGet(List<PlacedItem> items) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    for (PlacedItem each : items) {
      keys.computeIfAbsent(tables.get(each.place()), table -> new ArrayList<>()).add(key(each));
    }
    return keys.entrySet().stream()
        .map(
            table ->
                "\""
                    + table.getKey()
                    + "\":{\"ConsistentRead\":true,\"Keys\":["
                    + String.join(",", table.getValue())
                    + "]}")
        .collect(Collectors.joining(",", "{\"RequestItems\":{", "}}"));
  }

  private static String key(PlacedItem item) {
    return "{\"pk\":{\"S\":\"" + item.item().key() + "\"}}";
  }
}
