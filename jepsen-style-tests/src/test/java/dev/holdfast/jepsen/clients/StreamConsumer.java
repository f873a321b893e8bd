package dev.holdfast.jepsen.clients;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Reads a stream as the developer guide tells applications to: every shard from its beginning to
 * its end, and none before its parent's end. Keeps its place in memory.
 */
final class StreamConsumer {
  private final DynamoDbStreamsClient client;
  private final String arn;
  private final Consumer<Record> sink;
  private final Map<String, Shard> shards = new LinkedHashMap<>();

  /** Of shards that are being read. */
  private final Map<String, String> iterators = new LinkedHashMap<>();

  private final Set<String> ended = new HashSet<>();

  StreamConsumer(DynamoDbStreamsClient client, String arn, Consumer<Record> sink) {
    this.client = client;
    this.arn = arn;
    this.sink = sink;
  }

  /** The shards seen so far. */
  List<Shard> shards() {
    return List.copyOf(shards.values());
  }

  /** Looks for new shards and reads a page of each that may be read; how many records came. */
  int poll() {
    discover();
    int count = 0;
    for (Map.Entry<String, String> each : List.copyOf(iterators.entrySet())) {
      GetRecordsResponse page = client.getRecords(get -> get.shardIterator(each.getValue()));
      page.records().forEach(sink);
      count += page.records().size();
      String next = page.nextShardIterator();
      if (next == null) {
        iterators.remove(each.getKey());
        ended.add(each.getKey());
      } else {
        iterators.put(each.getKey(), next);
      }
    }
    return count;
  }

  private void discover() {
    for (Shard shard : describe()) {
      shards.put(shard.shardId(), shard);
    }
    for (Shard shard : shards.values()) {
      String parent = shard.parentShardId();
      boolean isDue = parent == null || ended.contains(parent) || !shards.containsKey(parent);
      if (isDue && !ended.contains(shard.shardId()) && !iterators.containsKey(shard.shardId())) {
        iterators.put(shard.shardId(), begin(shard.shardId()));
      }
    }
  }

  private String begin(String shard) {
    return client
        .getShardIterator(
            get ->
                get.streamArn(arn).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .shardIterator();
  }

  /** Two at a time, so that there are pages. */
  private List<Shard> describe() {
    List<Shard> found = new ArrayList<>();
    @Nullable String after = null;
    do {
      String start = after;
      DescribeStreamResponse page =
          client.describeStream(
              describe -> describe.streamArn(arn).limit(2).exclusiveStartShardId(start));
      StreamDescription description = page.streamDescription();
      found.addAll(description.shards());
      after = description.lastEvaluatedShardId();
    } while (after != null);
    return found;
  }
}
