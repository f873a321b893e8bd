package dev.holdfast.jepsen.workload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Lists as attributes of items that are spread over tables, through the AWS SDK. */
public final class SdkLists implements Lists {
  private static final String NUMBERS = "n";
  private static final String APPEND = "SET n = list_append(if_not_exists(n, :none), :one)";

  private final NextNodeSdk sdk;
  private final List<String> tables;

  /**
   * @param tables each with the key {@code k}, a string
   */
  public SdkLists(NextNodeSdk sdk, List<String> tables) {
    this.sdk = sdk;
    this.tables = List.copyOf(tables);
  }

  /** Where a list is kept. */
  public static String table(List<String> tables, String list) {
    return tables.get(ListAppendWorkload.place(list) % tables.size());
  }

  private String table(String list) {
    return table(tables, list);
  }

  @Override
  public Map<String, List<Long>> read(Collection<String> lists) {
    List<TransactGetItem> gets =
        lists.stream()
            .map(
                list ->
                    TransactGetItem.builder()
                        .get(g -> g.tableName(table(list)).key(key(list)))
                        .build())
            .toList();
    List<ItemResponse> found =
        sdk.call(client -> client.transactGetItems(r -> r.transactItems(gets))).responses();
    Map<String, List<Long>> values = new HashMap<>();
    int place = 0;
    for (String list : lists) {
      values.put(list, numbers(found.get(place++).item()));
    }
    return values;
  }

  @Override
  public List<Long> readOne(String list) {
    return numbers(
        sdk.call(
                client ->
                    client.getItem(
                        r -> r.tableName(table(list)).key(key(list)).consistentRead(true)))
            .item());
  }

  @Override
  public void append(Collection<String> lists, long number) {
    List<TransactWriteItem> items =
        lists.stream()
            .map(list -> TransactWriteItem.builder().update(update(list, number)).build())
            .toList();
    sdk.call(client -> client.transactWriteItems(r -> r.transactItems(items)));
  }

  private Update update(String list, long number) {
    return Update.builder()
        .tableName(table(list))
        .key(key(list))
        .updateExpression(APPEND)
        .expressionAttributeValues(one(number))
        .build();
  }

  @Override
  public boolean appendIf(
      String other, List<Long> expected, Collection<String> lists, long number) {
    ConditionCheck.Builder check = ConditionCheck.builder().tableName(table(other)).key(key(other));
    if (expected.isEmpty()) {
      check.conditionExpression("attribute_not_exists(n)");
    } else {
      check
          .conditionExpression("n = :expected")
          .expressionAttributeValues(
              Map.of(
                  ":expected",
                  AttributeValue.fromL(expected.stream().map(SdkLists::number).toList())));
    }
    List<TransactWriteItem> items = new ArrayList<>();
    items.add(TransactWriteItem.builder().conditionCheck(check.build()).build());
    for (String list : lists) {
      items.add(TransactWriteItem.builder().update(update(list, number)).build());
    }
    return Cancellation.allowed(
        () -> sdk.call(client -> client.transactWriteItems(r -> r.transactItems(items))));
  }

  @Override
  public List<Long> appendToOne(String list, long number) {
    return numbers(
        sdk.call(
                client ->
                    client.updateItem(
                        r ->
                            r.tableName(table(list))
                                .key(key(list))
                                .updateExpression(APPEND)
                                .expressionAttributeValues(one(number))
                                .returnValues(ReturnValue.ALL_OLD)))
            .attributes());
  }

  private static Map<String, AttributeValue> one(long number) {
    return Map.of(
        ":none", AttributeValue.fromL(List.of()),
        ":one", AttributeValue.fromL(List.of(number(number))));
  }

  private static Map<String, AttributeValue> key(String list) {
    return Map.of(NativeRegisters.KEY, AttributeValue.fromS(list));
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  private static List<Long> numbers(Map<String, AttributeValue> item) {
    AttributeValue numbers = item.get(NUMBERS);
    return numbers == null
        ? List.of()
        : numbers.l().stream().map(number -> Long.valueOf(number.n())).toList();
  }

  @Override
  public void close() {
    sdk.close();
  }
}
