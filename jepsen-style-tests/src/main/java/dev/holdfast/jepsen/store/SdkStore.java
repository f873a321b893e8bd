package dev.holdfast.jepsen.store;

import static dev.holdfast.jepsen.store.SdkValues.content;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Through the DynamoDB API, by the AWS SDK with its own retries, each through another node. Reads
 * that the API has no level for are strong.
 */
public final class SdkStore implements Store {
  private final NextNodeSdk sdk;
  private final List<URI> nodes;
  private final int first;
  private @Nullable SdkFollowedTables followed;

  /**
   * @param first the node of the first attempt
   */
  public SdkStore(List<URI> nodes, int first) {
    this.sdk = new NextNodeSdk(nodes, first);
    this.nodes = List.copyOf(nodes);
    this.first = first;
  }

  @Override
  public void createTable(String table, Shape shape) {
    CreateTableRequest request =
        CreateTableRequest.builder()
            .tableName(table)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(SdkValues.attributes(shape))
            .keySchema(SdkValues.schema(shape))
            .build();
    sdk.call(
        client -> {
          client.createTable(request);
          return client.waiter().waitUntilTableExists(r -> r.tableName(table));
        });
  }

  @Override
  public void deleteTable(String table) {
    sdk.call(
        client -> {
          client.deleteTable(r -> r.tableName(table));
          return client.waiter().waitUntilTableNotExists(r -> r.tableName(table));
        });
  }

  @Override
  public Content get(Cell cell, Level level) {
    boolean strong = level != Level.EVENTUAL;
    return content(
        sdk.call(
            client ->
                client
                    .getItem(
                        r ->
                            r.tableName(cell.table())
                                .key(SdkValues.key(cell))
                                .consistentRead(strong))
                    .item()));
  }

  @Override
  public Answer change(Change change) {
    SdkExpression expression = SdkExpression.of(change);
    return sdk.call(
        client -> {
          try {
            return changed(client, change, expression);
          } catch (ConditionalCheckFailedException e) {
            return new Answer(false, content(e.hasItem() ? e.item() : null));
          }
        });
  }

  private static Answer changed(
      software.amazon.awssdk.services.dynamodb.DynamoDbClient client,
      Change change,
      SdkExpression expression) {
    String table = change.cell().table();
    if (change instanceof Change.Put put) {
      client.putItem(
          r ->
              r.tableName(table)
                  .item(SdkValues.item(put))
                  .conditionExpression(expression.condition())
                  .expressionAttributeValues(expression.valuesOrNull())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return new Answer(true, Content.NONE);
    }
    if (change instanceof Change.Delete) {
      client.deleteItem(
          r ->
              r.tableName(table)
                  .key(SdkValues.key(change.cell()))
                  .conditionExpression(expression.condition())
                  .expressionAttributeValues(expression.valuesOrNull())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return new Answer(true, Content.NONE);
    }
    Map<String, AttributeValue> before =
        client
            .updateItem(
                r ->
                    r.tableName(table)
                        .key(SdkValues.key(change.cell()))
                        .updateExpression(expression.update())
                        .conditionExpression(expression.condition())
                        .expressionAttributeValues(expression.valuesOrNull())
                        .returnValues(ReturnValue.ALL_OLD)
                        .returnValuesOnConditionCheckFailure(
                            ReturnValuesOnConditionCheckFailure.ALL_OLD))
            .attributes();
    return new Answer(true, change instanceof Change.Append ? content(before) : Content.NONE);
  }

  @Override
  public Map<Cell, Content> getTogether(Collection<Cell> cells) {
    List<TransactGetItem> gets =
        cells.stream()
            .map(
                cell ->
                    TransactGetItem.builder()
                        .get(g -> g.tableName(cell.table()).key(SdkValues.key(cell)))
                        .build())
            .toList();
    List<ItemResponse> found =
        sdk.call(client -> client.transactGetItems(r -> r.transactItems(gets))).responses();
    Map<Cell, Content> contents = new HashMap<>();
    int place = 0;
    for (Cell cell : cells) {
      contents.put(cell, content(found.get(place++).item()));
    }
    return contents;
  }

  @Override
  public boolean changeTogether(List<Change> changes) {
    List<TransactWriteItem> items = new ArrayList<>();
    for (Change change : changes) {
      items.add(SdkExpression.of(change).transactional(change));
    }
    return Cancellation.allowed(
        () -> sdk.call(client -> client.transactWriteItems(r -> r.transactItems(items))));
  }

  @Override
  public Page scan(String table, int limit, @Nullable Cell after) {
    Map<String, AttributeValue> start = after == null ? null : SdkValues.key(after);
    ScanResponse found =
        sdk.call(
            client ->
                client.scan(
                    r ->
                        r.tableName(table)
                            .limit(limit)
                            .consistentRead(true)
                            .exclusiveStartKey(start)));
    return SdkValues.page(table, found.items(), found.lastEvaluatedKey());
  }

  @Override
  public Page query(String table, String key, int limit, @Nullable Cell after) {
    Map<String, AttributeValue> start = after == null ? null : SdkValues.key(after);
    QueryResponse found =
        sdk.call(
            client ->
                client.query(
                    r ->
                        r.tableName(table)
                            .keyConditionExpression("k = :k")
                            .expressionAttributeValues(Map.of(":k", AttributeValue.fromS(key)))
                            .limit(limit)
                            .consistentRead(true)
                            .exclusiveStartKey(start)));
    return SdkValues.page(table, found.items(), found.lastEvaluatedKey());
  }

  @Override
  public FollowedTables followed() {
    if (followed == null) {
      followed = new SdkFollowedTables(nodes, first);
    }
    return followed;
  }

  @Override
  public String sessionToken() {
    return "";
  }

  @Override
  public void close() {
    sdk.close();
    if (followed != null) {
      followed.close();
    }
  }
}
