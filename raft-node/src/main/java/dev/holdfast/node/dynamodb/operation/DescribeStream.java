package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.stream.SequenceNumber;
import dev.holdfast.node.dynamodb.stream.ShardName;
import dev.holdfast.node.dynamodb.stream.StreamArn;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes a stream and its shards, parents before their children. */
final class DescribeStream implements Operation {
  private static final int LIMIT_MAX = 100;
  private static final String FILTER = "ShardFilter";

  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.required("StreamArn", Streams.ARN),
          Shape.optional("Limit", Shape.atLeast(1)),
          Shape.optional("ExclusiveStartShardId", Streams.SHARD_ID),
          Shape.optional(
              FILTER,
              Shape.structure(
                  Shape.optional("Type", Shape.choice("CHILD_SHARDS")),
                  Shape.optional("ShardId", Streams.SHARD_ID))));

  private final Streams streams;

  DescribeStream(Streams streams) {
    this.streams = streams;
  }

  @Override
  public String name() {
    return "DescribeStream";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    Optional<SegmentId> parent = filter(fields.fields(FILTER));
    return streams
        .find(Objects.requireNonNull(fields.text("StreamArn")))
        .thenCompose(
            found ->
                streams
                    .segments(found.table())
                    .thenApplyAsync(
                        segments -> answer(request, found, new Shards(found, segments), parent),
                        request.executor()));
  }

  /** The shard whose children are asked for. */
  private static Optional<SegmentId> filter(@Nullable Fields filter) {
    if (filter == null || filter.isEmpty()) {
      return Optional.empty();
    }
    String shard = filter.text("ShardId");
    if (shard == null || !filter.has("Type")) {
      throw ApiException.invalidParameter("ShardFilter needs both its Type and its ShardId");
    }
    return Optional.of(ShardName.parse(shard).orElseThrow(GetShardIterator::noSuchShard));
  }

  /** The shards of one stream, in order of their names. */
  private static final class Shards {
    private final List<ChangeSegment> own;
    private final Set<SegmentId> ofOthers;

    private Shards(Streams.Found found, List<ChangeSegment> all) {
      long label = found.stream().labelMillis();
      own =
          all.stream()
              .filter(segment -> segment.stream() == label)
              .sorted(Comparator.comparing(segment -> ShardName.of(segment.id())))
              .toList();
      ofOthers =
          all.stream()
              .filter(segment -> segment.stream() != label)
              .map(ChangeSegment::id)
              .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What a segment continues may be of the stream before, or of none. */
    private @Nullable SegmentId parentOf(ChangeSegment segment) {
      SegmentId parent = segment.parent();
      return parent == null || ofOthers.contains(parent) ? null : parent;
    }
  }

  private static JsonOutput answer(
      Request request, Streams.Found found, Shards shards, Optional<SegmentId> parent) {
    Fields fields = request.fields();
    Long asked = fields.whole("Limit");
    int limit = asked == null ? LIMIT_MAX : (int) Math.min(asked, LIMIT_MAX);
    String after = fields.text("ExclusiveStartShardId");
    List<ChangeSegment> wanted =
        shards.own.stream()
            .filter(each -> after == null || ShardName.of(each.id()).compareTo(after) > 0)
            .filter(each -> parent.isEmpty() || parent.get().equals(each.parent()))
            .toList();
    List<ChangeSegment> page = wanted.subList(0, Math.min(limit, wanted.size()));
    JsonOutput output = new JsonOutput().beginObject().name("StreamDescription").beginObject();
    stream(output, request, found);
    output.name("Shards").beginArray();
    page.forEach(each -> shard(output, each, shards.parentOf(each)));
    output.endArray();
    if (page.size() < wanted.size()) {
      output.name("LastEvaluatedShardId").string(ShardName.of(page.get(page.size() - 1).id()));
    }
    return output.endObject().endObject();
  }

  private static void stream(JsonOutput output, Request request, Streams.Found found) {
    String name = found.table().name();
    long label = found.stream().labelMillis();
    output.name("StreamArn").string(found.arn().of(TableNames.arn(request.region(), name)));
    output.name("StreamLabel").string(StreamArn.label(label));
    output.name("StreamStatus").string(status(found));
    output.name("StreamViewType").string(found.stream().view().name());
    output.name("CreationRequestDateTime").seconds(label);
    output.name("TableName").string(name);
    TableDescriptions.keySchema(output, found.table().keySchema());
  }

  /**
   * A stream of a table that is UPDATING is not said to be ENABLING: the table may be doing
   * something else, and readers would take it that they have to wait.
   */
  private static String status(Streams.Found found) {
    if (!found.stream().isEnabled()) {
      return "DISABLED";
    }
    return found.table().status() == TableStatus.CREATING ? "ENABLING" : "ENABLED";
  }

  private static void shard(JsonOutput output, ChangeSegment segment, @Nullable SegmentId parent) {
    output.beginObject().name("ShardId").string(ShardName.of(segment.id()));
    output.name("SequenceNumberRange").beginObject();
    output.name("StartingSequenceNumber").string(SequenceNumber.of(segment.id().number()));
    if (!segment.isOpen()) {
      output.name("EndingSequenceNumber").string(SequenceNumber.of(segment.last()));
    }
    output.endObject();
    if (parent != null) {
      output.name("ParentShardId").string(ShardName.of(parent));
    }
    output.endObject();
  }
}
