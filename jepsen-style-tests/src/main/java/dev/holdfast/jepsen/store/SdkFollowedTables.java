package dev.holdfast.jepsen.store;

import static dev.holdfast.jepsen.store.Names.GROUP;
import static dev.holdfast.jepsen.store.Names.KEY;
import static dev.holdfast.jepsen.store.Names.VALUE;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** Through the DynamoDB API. */
final class SdkFollowedTables implements FollowedTables, AutoCloseable {
  private static final int PAGE = 200;
  private static final Tag CONSISTENT =
      Tag.builder().key("holdfast:consistent-indexes").value("true").build();
  private static final KeySchemaElement BY_GROUP =
      KeySchemaElement.builder().attributeName(GROUP).keyType(KeyType.HASH).build();

  private static final AttributeDefinition A_KEY = ofText(KEY);
  private static final AttributeDefinition A_GROUP = ofText(GROUP);

  private final NextNodeSdk sdk;
  private final List<URI> nodes;

  SdkFollowedTables(List<URI> nodes, int first) {
    this.sdk = new NextNodeSdk(nodes, first);
    this.nodes = List.copyOf(nodes);
  }

  private static AttributeDefinition ofText(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  @Override
  public void createIndexed(String table, String index) {
    create(
        AwsSdk.describe(CreateTableRequest.builder(), table)
            .attributeDefinitions(A_KEY, A_GROUP)
            .globalSecondaryIndexes(
                GlobalSecondaryIndex.builder()
                    .indexName(index)
                    .keySchema(BY_GROUP)
                    .projection(all -> all.projectionType(ProjectionType.ALL))
                    .build())
            .tags(CONSISTENT)
            .build());
  }

  @Override
  public void createStreamed(String table) {
    create(
        AwsSdk.describe(CreateTableRequest.builder(), table)
            .streamSpecification(
                stream ->
                    stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))
            .build());
  }

  private void create(CreateTableRequest request) {
    sdk.call(
        client -> {
          client.createTable(request);
          return client.waiter().waitUntilTableExists(r -> r.tableName(request.tableName()));
        });
  }

  @Override
  public void addIndex(String table, String index) {
    update(
        table,
        GlobalSecondaryIndexUpdate.builder()
            .create(
                create ->
                    create
                        .indexName(index)
                        .keySchema(BY_GROUP)
                        .projection(all -> all.projectionType(ProjectionType.ALL)))
            .build());
  }

  @Override
  public void removeIndex(String table, String index) {
    update(
        table,
        GlobalSecondaryIndexUpdate.builder().delete(delete -> delete.indexName(index)).build());
  }

  private void update(String table, GlobalSecondaryIndexUpdate change) {
    sdk.call(
        client ->
            client.updateTable(
                update ->
                    update
                        .tableName(table)
                        .attributeDefinitions(A_KEY, A_GROUP)
                        .globalSecondaryIndexUpdates(change)));
  }

  private TableDescription describe(String table) {
    return sdk.call(client -> client.describeTable(r -> r.tableName(table))).table();
  }

  private @Nullable GlobalSecondaryIndexDescription describe(String table, String index) {
    return describe(table).globalSecondaryIndexes().stream()
        .filter(each -> each.indexName().equals(index))
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable String statusOf(String table, String index) {
    GlobalSecondaryIndexDescription found = describe(table, index);
    return found == null ? null : found.indexStatusAsString();
  }

  @Override
  public long count(String table, @Nullable String index) {
    if (index == null) {
      return describe(table).itemCount();
    }
    return Objects.requireNonNull(describe(table, index), index).itemCount();
  }

  @Override
  public List<Entry> scan(String table, @Nullable String index, Store.Level level) {
    List<Entry> found = new ArrayList<>();
    Map<String, AttributeValue> after = Map.of();
    do {
      Map<String, AttributeValue> start = after.isEmpty() ? null : after;
      ScanResponse page =
          sdk.call(
              client ->
                  client.scan(
                      scan ->
                          scan.tableName(table)
                              .indexName(index)
                              .limit(PAGE)
                              .consistentRead(level == Store.Level.STRONG)
                              .exclusiveStartKey(start)));
      page.items().forEach(item -> found.add(entry(item)));
      after = page.lastEvaluatedKey();
    } while (!after.isEmpty());
    return found;
  }

  @Override
  public List<Entry> query(String table, String index, String group) {
    QueryResponse found =
        sdk.call(
            client ->
                client.query(
                    query ->
                        query
                            .tableName(table)
                            .indexName(index)
                            .consistentRead(true)
                            .keyConditionExpression(GROUP + " = :group")
                            .expressionAttributeValues(
                                Map.of(":group", AttributeValue.fromS(group)))));
    return found.items().stream().map(SdkFollowedTables::entry).toList();
  }

  private static Entry entry(Map<String, AttributeValue> item) {
    AttributeValue group = item.get(GROUP);
    return new Entry(
        Objects.requireNonNull(item.get(KEY), KEY).s(),
        Long.parseLong(Objects.requireNonNull(item.get(VALUE), VALUE).n()),
        group == null ? null : group.s());
  }

  @Override
  public Stream stream(String table) {
    String arn = describe(table).latestStreamArn();
    try (StreamReader reader = new StreamReader(nodes)) {
      return reader.read(arn);
    }
  }

  @Override
  public void close() {
    sdk.close();
  }
}
