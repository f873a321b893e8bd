package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.stream.StreamArn;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The streams of tables, and their shards: each shard is a segment of the table's change log.
 * Everything of a shard comes from its leader, so that whoever was answered can read on.
 */
final class Streams {
  static final Shape ARN = Shape.text(37, 1024);
  static final Shape SHARD_ID = Shape.text(28, 65);

  private final TableAccess tables;
  private final Clock clock;
  private final Duration timeout;
  private final SegmentPlaces places;

  /** A stream of a table, enabled or not. */
  record Found(TableDescriptor table, TableStream stream) {
    StreamArn arn() {
      return new StreamArn(table.name(), stream.labelMillis());
    }
  }

  /**
   * @param clock tells when what was disabled, or issued, is too old
   */
  Streams(TableAccess tables, Clock clock, Duration timeout) {
    this.tables = tables;
    this.clock = clock;
    this.timeout = timeout;
    this.places = new SegmentPlaces(tables.store(), timeout);
  }

  TableAccess tables() {
    return tables;
  }

  long nowMillis() {
    return clock.millis();
  }

  /** Those of a table that can still be read, oldest first. */
  List<Found> of(TableDescriptor table) {
    return table.followers().streams().stream()
        .filter(
            stream ->
                stream.isEnabled()
                    || nowMillis() - stream.disabledAtMillis() < Followers.STREAM_MILLIS)
        .map(stream -> new Found(table, stream))
        .toList();
  }

  /** The stream as it is now. */
  CompletableFuture<Found> find(String arn) {
    StreamArn wanted = parse(arn);
    return tables
        .store()
        .refreshTable(wanted.tableName())
        .thenApply(table -> among(table, wanted).orElseThrow(() -> notFound(arn)));
  }

  /** The stream as it is, or was a while ago: enough to read on. */
  CompletableFuture<Found> findKnown(String arn) {
    StreamArn wanted = parse(arn);
    return tables
        .store()
        .table(wanted.tableName())
        .thenCompose(
            table ->
                among(table, wanted)
                    .map(CompletableFuture::completedFuture)
                    .orElseGet(() -> find(arn)));
  }

  private static StreamArn parse(String arn) {
    return StreamArn.parse(arn).orElseThrow(() -> ApiException.validation("Invalid StreamArn"));
  }

  private Optional<Found> among(Optional<TableDescriptor> table, StreamArn wanted) {
    return table.stream()
        .flatMap(found -> of(found).stream())
        .filter(found -> found.arn().equals(wanted))
        .findFirst();
  }

  private static ApiException notFound(String arn) {
    return new ApiException(
        ErrorType.RESOURCE_NOT_FOUND,
        "Requested resource not found: Stream: " + arn + " not found");
  }

  /** All segments of the table, also those of other streams. */
  CompletableFuture<List<ChangeSegment>> segments(TableDescriptor table) {
    return places.ask(table.id());
  }

  /**
   * Records of a shard; of one that is not there, or not there any more, the answer is without a
   * segment.
   *
   * @param limit 0 when only the segment is asked for
   */
  CompletableFuture<ReadResult.Changes> read(
      Found found, SegmentId segment, long after, int limit, int bytesMax) {
    return places
        .startOf(found.table().id(), segment)
        .thenCompose(
            start ->
                start.isEmpty()
                    ? CompletableFuture.completedFuture(NOTHING)
                    : read(found, segment, start.get(), after, limit, bytesMax));
  }

  private static final ReadResult.Changes NOTHING = new ReadResult.Changes(null, List.of(), 0);

  private CompletableFuture<ReadResult.Changes> read(
      Found found, SegmentId segment, Bytes start, long after, int limit, int bytesMax) {
    return tables
        .store()
        .changes(
            new Read.Changes(found.table().id(), segment, start, after, limit, bytesMax), timeout)
        .thenApply(
            result -> {
              if (result instanceof ReadResult.Changes changes) {
                ChangeSegment its = changes.segment();
                return its != null && its.stream() == found.stream().labelMillis()
                    ? changes
                    : NOTHING;
              }
              throw TableAccess.refused(result);
            });
  }

  /** Whether a reader that has seen the records up to a number has missed one. */
  static boolean isTrimmed(ChangeSegment segment, long after) {
    return after < segment.trimmedThrough() && segment.trimmedThrough() > segment.id().number();
  }

  static ApiException trimmed() {
    return new ApiException(
        ErrorType.TRIMMED_DATA, "The data you are trying to access has been trimmed");
  }
}
