package dev.holdfast.client;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.TableStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One stream of one table, as leaders have it: whatever was acknowledged can be read. Stateless.
 */
final class ChangeSource {
  private final TableCalls calls;
  private final StreamName stream;
  private final Duration timeout;

  /** All segments of the table, and whether the stream was enabled when they were there. */
  record Listing(List<ChangeSegment> segments, boolean isEnabled) {}

  private ChangeSource(TableCalls calls, StreamName stream, Duration timeout) {
    this.calls = calls;
    this.stream = stream;
    this.timeout = timeout;
  }

  StreamName stream() {
    return stream;
  }

  /**
   * Finds the stream.
   *
   * @param token of which it is; null for the one that is enabled
   */
  static CompletableFuture<ChangeSource> find(
      TableCalls calls, String tableName, Duration timeout, @Nullable CheckpointToken token) {
    return calls
        .store()
        .refreshTable(tableName)
        .thenApply(
            found -> {
              TableDescriptor table = present(tableName, found);
              long label = token == null ? enabled(table) : labelOf(table, token);
              return new ChangeSource(calls, new StreamName(tableName, table.id(), label), timeout);
            });
  }

  private static TableDescriptor present(String name, Optional<TableDescriptor> found) {
    return found
        .filter(table -> table.status() != TableStatus.DELETING)
        .orElseThrow(() -> new HoldfastException.TableNotFoundException(name));
  }

  private static long enabled(TableDescriptor table) {
    return table.followers().stream()
        .orElseThrow(
            () ->
                new HoldfastException.InvalidRequestException(
                    "table '" + table.name() + "' has no stream that is enabled"))
        .labelMillis();
  }

  private static long labelOf(TableDescriptor table, CheckpointToken token) {
    if (!table.id().equals(token.table())) {
      throw new HoldfastException.InvalidRequestException(
          "the checkpoint is of another table than '"
              + table.name()
              + "', or of one that had its name");
    }
    return of(table, token.stream())
        .orElseThrow(
            () ->
                new HoldfastException.InvalidRequestException(
                    "the checkpoint is of another stream of table '"
                        + table.name()
                        + "', which cannot be read any more"))
        .labelMillis();
  }

  private static Optional<TableStream> of(TableDescriptor table, long label) {
    return table.followers().streams().stream()
        .filter(each -> each.labelMillis() == label)
        .findFirst();
  }

  /** The segments first: what is closed then, and the stream still enabled, was split. */
  CompletableFuture<Listing> list() {
    return calls
        .store()
        .segments(stream.table(), timeout)
        .thenCompose(
            result ->
                calls
                    .store()
                    .refreshTable(stream.tableName())
                    .thenApply(found -> listing(result, present(stream.tableName(), found))));
  }

  private Listing listing(ReadResult result, TableDescriptor table) {
    TableId id = table.id();
    if (!id.equals(stream.table())) {
      throw new HoldfastException.TableNotFoundException(stream.tableName()); // another of its name
    }
    TableStream its =
        of(table, stream.label())
            .orElseThrow(
                () ->
                    new HoldfastException.InvalidRequestException(
                        "the stream of table '"
                            + table.name()
                            + "' was disabled a day ago and cannot be read any more"));
    if (result instanceof ReadResult.Segments found) {
      return new Listing(found.segments(), its.isEnabled());
    }
    throw refused(result);
  }

  CompletableFuture<ReadResult.Changes> read(Read.Changes question) {
    return calls
        .store()
        .changes(question, timeout)
        .thenApply(
            result -> {
              if (result instanceof ReadResult.Changes changes) {
                return changes;
              }
              throw refused(result);
            });
  }

  private HoldfastException refused(ReadResult result) {
    return result instanceof ReadResult.Refused refused
        ? Failures.of(stream.tableName(), refused.rejection())
        : new HoldfastException.UnavailableException("not an answer: " + result, null);
  }
}
