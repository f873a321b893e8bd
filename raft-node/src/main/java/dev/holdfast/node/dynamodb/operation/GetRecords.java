package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.stream.ShardIterator;
import dev.holdfast.node.dynamodb.stream.ShardIterator.Start;
import dev.holdfast.node.dynamodb.stream.StreamRecord;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Reads records of a shard, in order, from a place on. */
final class GetRecords implements Operation {
  private static final int LIMIT_MAX = 1000;
  private static final int PAGE_BYTES_MAX = 1 << 20;

  private static final Shape.Structure SHAPE =
      Shape.structure(
          Shape.required("ShardIterator", Shape.text(1, 2048)),
          Shape.optional("Limit", Shape.atLeast(1)));

  private final Streams streams;

  GetRecords(Streams streams) {
    this.streams = streams;
  }

  @Override
  public String name() {
    return "GetRecords";
  }

  @Override
  public Shape.Structure shape() {
    return SHAPE;
  }

  @Override
  public CompletableFuture<JsonOutput> run(Request request) {
    Fields fields = request.fields();
    ShardIterator from =
        ShardIterator.parse(Objects.requireNonNull(fields.text("ShardIterator")))
            .orElseThrow(() -> ApiException.validation("Invalid ShardIterator"));
    if (from.isExpiredAt(streams.nowMillis())) {
      throw new ApiException(ErrorType.EXPIRED_ITERATOR, "Shard iterator has expired");
    }
    int limit = limit(fields);
    return streams
        .findKnown(from.stream().of(TableNames.arn(request.region(), from.stream().tableName())))
        .thenCompose(
            found ->
                streams
                    .read(found, from.segment(), from.after(), limit, PAGE_BYTES_MAX)
                    .thenApplyAsync(
                        changes -> answer(request, found, from, changes), request.executor()));
  }

  private static int limit(Fields fields) {
    Long limit = fields.whole("Limit");
    if (limit != null && limit > LIMIT_MAX) {
      throw ApiException.invalidParameter("Limit should be less than or equal to 1000");
    }
    return limit == null ? LIMIT_MAX : limit.intValue();
  }

  private JsonOutput answer(
      Request request, Streams.Found found, ShardIterator from, ReadResult.Changes changes) {
    ChangeSegment segment = changes.segment();
    if (segment == null
        || (from.start() == Start.PLACE && Streams.isTrimmed(segment, from.after()))) {
      throw Streams.trimmed();
    }
    List<StreamRecord> page = page(found, segment, changes.records());
    JsonOutput output = new JsonOutput().beginObject().name("Records").beginArray();
    page.forEach(record -> record.write(output, request.region()));
    output.endArray();
    long after = after(from, changes, page.size());
    if (segment.isOpen() || after < segment.last()) {
      ShardIterator next = from.at(after, streams.nowMillis());
      output
          .name("NextShardIterator")
          .string(next.text(TableNames.arn(request.region(), found.table().name())));
    }
    return output.endObject();
  }

  /** Where nothing was found, there is nothing up to the last number that the leader knows of. */
  private static long after(ShardIterator from, ReadResult.Changes changes, int recordCount) {
    return recordCount == 0
        ? Math.max(from.after(), changes.last())
        : changes.records().get(recordCount - 1).number();
  }

  /** As many as a page may have, one at least. */
  private static List<StreamRecord> page(
      Streams.Found found, ChangeSegment segment, List<ChangeRecord> records) {
    List<StreamRecord> page = new ArrayList<>(records.size());
    long bytes = 0;
    for (ChangeRecord each : records) {
      StreamRecord record = new StreamRecord(found.table().id().value(), segment, each);
      bytes += record.sizeBytes();
      if (bytes > PAGE_BYTES_MAX && !page.isEmpty()) {
        break;
      }
      page.add(record);
    }
    return page;
  }
}
