package dev.holdfast.jepsen.workload;

import dev.holdfast.jepsen.history.Operation.Argument;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** Registers as items, through the AWS SDK with its own retries, each through another node. */
public final class SdkRegisters implements Registers {
  private static final String KEY = NativeRegisters.KEY;
  private static final String VALUE = NativeRegisters.VALUE;

  private final NextNodeSdk sdk;
  private final String table;

  public SdkRegisters(List<URI> nodes, int first, String table) {
    this.table = table;
    this.sdk = new NextNodeSdk(nodes, first);
  }

  @Override
  public @Nullable Long read(String key) {
    Map<String, AttributeValue> item =
        sdk.call(
            client ->
                client.getItem(r -> r.tableName(table).key(key(key)).consistentRead(true)).item());
    return value(item);
  }

  @Override
  public void write(String key, long value) {
    sdk.call(client -> client.putItem(put(key, value).build()));
  }

  @Override
  public Swap compareAndSet(String key, Argument argument) {
    Long expected = argument.expected();
    PutItemRequest.Builder put =
        put(key, argument.written())
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    if (expected == null) {
      put.conditionExpression("attribute_not_exists(k)");
    } else {
      put.conditionExpression("v = :expected")
          .expressionAttributeValues(Map.of(":expected", number(expected)));
    }
    return sdk.call(
        client -> {
          try {
            client.putItem(put.build());
            return new Swap(true, null);
          } catch (ConditionalCheckFailedException e) {
            return new Swap(false, value(e.item()));
          }
        });
  }

  private PutItemRequest.Builder put(String key, long value) {
    return PutItemRequest.builder()
        .tableName(table)
        .item(Map.of(KEY, AttributeValue.fromS(key), VALUE, number(value)));
  }

  private static Map<String, AttributeValue> key(String key) {
    return Map.of(KEY, AttributeValue.fromS(key));
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  private static @Nullable Long value(@Nullable Map<String, AttributeValue> item) {
    AttributeValue value = item == null ? null : item.get(VALUE);
    return value == null ? null : Long.valueOf(value.n());
  }

  @Override
  public void close() {
    sdk.close();
  }
}
