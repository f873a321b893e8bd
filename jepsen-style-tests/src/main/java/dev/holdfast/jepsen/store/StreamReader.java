package dev.holdfast.jepsen.store;

import static dev.holdfast.jepsen.store.Names.KEY;
import static dev.holdfast.jepsen.store.Names.VALUE;

import dev.holdfast.jepsen.store.FollowedTables.StreamRecord;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Reads a stream that nobody writes to any more: every shard from its beginning, and none before
 * its parent's end. A shard that is still open ends where there is nothing more.
 */
final class StreamReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final DynamoDbStreamsClient client;

  StreamReader(List<URI> nodes) {
    this.client = AwsSdk.streams(nodes.get(0), new NextNodeHttpClient(nodes, 0, PATIENCE));
  }

  FollowedTables.Stream read(String arn) {
    List<FollowedTables.Shard> shards = new ArrayList<>();
    List<StreamRecord> records = new ArrayList<>();
    Deque<Shard> waiting = new ArrayDeque<>(describe(arn));
    Set<String> unread = new HashSet<>();
    waiting.forEach(shard -> unread.add(shard.shardId()));
    while (!waiting.isEmpty()) {
      Shard next = waiting.remove();
      if (next.parentShardId() != null && unread.contains(next.parentShardId())) {
        waiting.add(next); // its parent comes first
        continue;
      }
      readShard(arn, next.shardId(), records);
      shards.add(new FollowedTables.Shard(next.shardId(), next.parentShardId()));
      unread.remove(next.shardId());
    }
    return new FollowedTables.Stream(shards, records);
  }

  private List<Shard> describe(String arn) {
    List<Shard> found = new ArrayList<>();
    @Nullable String after = null;
    do {
      String start = after;
      DescribeStreamResponse page =
          client.describeStream(r -> r.streamArn(arn).exclusiveStartShardId(start));
      found.addAll(page.streamDescription().shards());
      after = page.streamDescription().lastEvaluatedShardId();
    } while (after != null);
    return found;
  }

  private void readShard(String arn, String shard, List<StreamRecord> records) {
    @Nullable String iterator =
        client
            .getShardIterator(
                r ->
                    r.streamArn(arn)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    while (iterator != null) {
      String from = iterator;
      GetRecordsResponse page = client.getRecords(r -> r.shardIterator(from));
      page.records().forEach(record -> records.add(record(shard, record)));
      iterator = page.records().isEmpty() ? null : page.nextShardIterator();
    }
  }

  private static StreamRecord record(String shard, Record record) {
    return new StreamRecord(
        shard,
        record.dynamodb().sequenceNumber(),
        record.eventNameAsString(),
        Objects.requireNonNull(record.dynamodb().keys().get(KEY), KEY).s(),
        value(record.dynamodb().oldImage()),
        value(record.dynamodb().newImage()));
  }

  private static @Nullable Long value(@Nullable Map<String, AttributeValue> image) {
    AttributeValue value = image == null ? null : image.get(VALUE);
    return value == null ? null : Long.valueOf(value.n());
  }

  @Override
  public void close() {
    client.close();
  }
}
