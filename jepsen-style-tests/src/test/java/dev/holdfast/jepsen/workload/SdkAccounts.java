package dev.holdfast.jepsen.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Accounts as items that are spread over tables, through the AWS SDK. */
public final class SdkAccounts implements Accounts {
  private static final String BALANCE = "b";

  private final NextNodeSdk sdk;
  private final List<String> tables;
  private final List<String> accounts = List.copyOf(BankWorkload.atFirst().keySet());

  /**
   * @param tables each with the key {@code k}, a string
   */
  public SdkAccounts(NextNodeSdk sdk, List<String> tables) {
    this.sdk = sdk;
    this.tables = List.copyOf(tables);
  }

  /** Where an account is kept. */
  public static String table(List<String> tables, String account) {
    return tables.get(Integer.parseInt(account.substring(1)) % tables.size());
  }

  /** Writes the accounts as they are at first. */
  public void open(SortedMap<String, Long> balances) {
    List<TransactWriteItem> puts = new ArrayList<>();
    balances.forEach(
        (account, balance) ->
            puts.add(
                TransactWriteItem.builder()
                    .put(
                        p ->
                            p.tableName(table(tables, account))
                                .item(
                                    Map.of(
                                        NativeRegisters.KEY,
                                        AttributeValue.fromS(account),
                                        BALANCE,
                                        number(balance))))
                    .build()));
    sdk.call(client -> client.transactWriteItems(r -> r.transactItems(puts)));
  }

  @Override
  public Map<String, Long> balances() {
    List<TransactGetItem> gets =
        accounts.stream()
            .map(
                account ->
                    TransactGetItem.builder()
                        .get(g -> g.tableName(table(tables, account)).key(key(account)))
                        .build())
            .toList();
    List<ItemResponse> found =
        sdk.call(client -> client.transactGetItems(r -> r.transactItems(gets))).responses();
    Map<String, Long> balances = new HashMap<>();
    for (int i = 0; i < accounts.size(); i++) {
      AttributeValue balance = Objects.requireNonNull(found.get(i).item().get(BALANCE), BALANCE);
      balances.put(accounts.get(i), Long.valueOf(balance.n()));
    }
    return balances;
  }

  @Override
  public boolean transfer(Map<String, Long> changes) {
    List<TransactWriteItem> items = new ArrayList<>();
    changes.forEach(
        (account, change) ->
            items.add(
                TransactWriteItem.builder()
                    .update(
                        u -> {
                          u.tableName(table(tables, account))
                              .key(key(account))
                              .updateExpression(
                                  change < 0 ? "SET b = b - :amount" : "SET b = b + :amount")
                              .expressionAttributeValues(
                                  Map.of(":amount", number(Math.abs(change))));
                          if (change < 0) {
                            u.conditionExpression("b >= :amount");
                          }
                        })
                    .build()));
    return Cancellation.allowed(
        () -> sdk.call(client -> client.transactWriteItems(r -> r.transactItems(items))));
  }

  private static Map<String, AttributeValue> key(String account) {
    return Map.of(NativeRegisters.KEY, AttributeValue.fromS(account));
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  @Override
  public void close() {
    sdk.close();
  }
}
