package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.stream.SequenceNumber;
import dev.holdfast.node.dynamodb.stream.ShardIterator;
import dev.holdfast.node.dynamodb.stream.ShardIterator.Start;
import dev.holdfast.node.dynamodb.stream.ShardName;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.SegmentId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds a place in a shard to read from. */
final class GetShardIterator implements Operation {
  private static final String TRIM_HORIZON = "TRIM_HORIZON";
  private static final String LATEST = "LATEST";
  private static final String AT = "AT_SEQUENCE_NUMBER";
  private static final String TIMESTAMP = "Timestamp";
  private static final String AFTER = "AFTER_SEQUENCE_NUMBER";

  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.required("StreamArn", Streams.ARN),
          Shape.required("ShardId", Streams.SHARD_ID),
          Shape.required("ShardIteratorType", Shape.choice(AFTER, LATEST, AT, TRIM_HORIZON)),
          Shape.optional("SequenceNumber", Shape.text(21, 40)),
          Shape.optional(TIMESTAMP, Shape.ANYTHING));

  private final Streams streams;

  GetShardIterator(Streams streams) {
    this.streams = streams;
  }

  @Override
  public String name() {
    return "GetShardIterator";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    if (fields.has(TIMESTAMP)) {
      throw ApiException.validation(TIMESTAMP + " is not built yet in Holdfast");
    }
    String type = Objects.requireNonNull(fields.text("ShardIteratorType"));
    requireNumberWhereItBelongs(type, fields.text("SequenceNumber"));
    SegmentId segment =
        ShardName.parse(Objects.requireNonNull(fields.text("ShardId")))
            .orElseThrow(GetShardIterator::noSuchShard);
    return streams
        .find(Objects.requireNonNull(fields.text("StreamArn")))
        .thenCompose(
            found ->
                streams
                    .read(found, segment, 0, 0, 1)
                    .thenApplyAsync(
                        shard -> answer(request, found, shard, type), request.executor()));
  }

  static ApiException noSuchShard() {
    return new ApiException(
        ErrorType.RESOURCE_NOT_FOUND, "Requested resource not found: Shard does not exist");
  }

  private static void requireNumberWhereItBelongs(String type, @Nullable String number) {
    boolean isByNumber = type.equals(AT) || type.equals(AFTER);
    if (isByNumber && number == null) {
      throw ApiException.validation("Invalid SequenceNumber");
    }
    if (!isByNumber && number != null) {
      throw ApiException.validation("SequenceNumber should not be passed for this iterator type");
    }
  }

  private JsonOutput answer(
      Request request, Streams.Found found, ReadResult.Changes shard, String type) {
    ChangeSegment segment = shard.segment();
    if (segment == null) {
      throw noSuchShard();
    }
    long after = after(request, segment, shard.last(), type);
    Start start = type.equals(TRIM_HORIZON) ? Start.HORIZON : Start.PLACE;
    ShardIterator iterator =
        new ShardIterator(found.arn(), segment.id(), after, start, streams.nowMillis());
    return new JsonOutput()
        .beginObject()
        .name("ShardIterator")
        .string(iterator.text(TableNames.arn(request.region(), found.table().name())))
        .endObject();
  }

  /** The number of the record before the place. */
  private static long after(Request request, ChangeSegment segment, long last, String type) {
    if (type.equals(TRIM_HORIZON)) {
      return segment.trimmedThrough();
    }
    if (type.equals(LATEST)) {
      return last;
    }
    String given = Objects.requireNonNull(request.fields().text("SequenceNumber"));
    long number =
        SequenceNumber.parse(given)
            .orElseThrow(() -> ApiException.validation("Invalid SequenceNumber"));
    if (number < segment.id().number() || number > last) {
      throw ApiException.validation("Invalid SequenceNumber for the shard");
    }
    long after = type.equals(AT) ? number - 1 : number;
    if (Streams.isTrimmed(segment, after)) {
      throw Streams.trimmed();
    }
    return after;
  }
}
