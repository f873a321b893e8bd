package dev.holdfast.node.change;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReadResult.ChangeLogs.Log;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One round over the change logs of one partition, one segment after the other.
 *
 * <p>How far a segment is too old is found by halving, by the times of a few records at a time: of
 * a transaction that was finished late they are a little out of order, and a single one must not
 * have younger ones deleted. A closed segment keeps its last record until it goes as a whole, so
 * that whoever has read it up to there is told of its end.
 */
final class PartitionTrim {
  private static final int SAMPLE_COUNT = 8;
  private static final int SAMPLE_BYTES = 64 << 10;
  private static final long ASK_MILLIS = 5_000;

  /** Controls have no floor: they are not remembered, but idempotent. */
  private static final long STAMP_BEYOND_ANY_FLOOR = Long.MAX_VALUE;

  private final NodeLink local;
  private final NodeStatus.Replica replica;
  private final RouterWorld world;
  private final long oldMicros;

  /**
   * @param oldMicros what is not younger is deleted
   */
  PartitionTrim(NodeLink local, NodeStatus.Replica replica, RouterWorld world, long oldMicros) {
    this.local = local;
    this.replica = replica;
    this.world = world;
    this.oldMicros = oldMicros;
  }

  /** What is left. */
  CompletableFuture<ChangeLogSize> run() {
    return ask(new Read.ChangeLogs())
        .thenCompose(
            result -> {
              CompletableFuture<ChangeLogSize> left =
                  CompletableFuture.completedFuture(ChangeLogSize.NONE);
              if (result instanceof ReadResult.ChangeLogs found) {
                for (Log log : found.logs()) {
                  for (ChangeSegment segment : log.segments()) {
                    left = left.thenCompose(size -> trim(log, segment).thenApply(size::plus));
                  }
                }
              }
              return left;
            });
  }

  private CompletableFuture<ChangeLogSize> trim(Log log, ChangeSegment segment) {
    long last = segment.isOpen() ? log.last() : segment.last();
    if (!segment.isOpen() && segment.closedMicros() <= oldMicros) {
      return delete(log, segment, last).thenApply(done -> ChangeLogSize.NONE);
    }
    return records(log, segment, segment.trimmedThrough())
        .thenCompose(
            oldest -> {
              if (oldest.isEmpty()) {
                return CompletableFuture.completedFuture(ChangeLogSize.NONE);
              }
              long bytesEach = bytes(oldest) / oldest.size();
              if (!areOld(oldest)) {
                return CompletableFuture.completedFuture(
                    ChangeLogSize.of(last - segment.trimmedThrough(), bytesEach));
              }
              return search(log, segment, lastOf(oldest), last + 1)
                  .thenApply(old -> segment.isOpen() ? old : Math.min(old, last - 1))
                  .thenCompose(
                      through ->
                          delete(log, segment, through)
                              .thenApply(done -> ChangeLogSize.of(last - through, bytesEach)));
            });
  }

  private static long bytes(List<ChangeRecord> records) {
    return records.stream().mapToLong(record -> record.encode().size()).sum();
  }

  private static long lastOf(List<ChangeRecord> records) {
    return records.get(records.size() - 1).number();
  }

  private boolean areOld(List<ChangeRecord> records) {
    return records.stream().allMatch(record -> record.timeMicros() <= oldMicros);
  }

  /**
   * The last record that is old, but perhaps for two samples.
   *
   * @param old number of one that is
   * @param young a number from which on there are none that are
   */
  private CompletableFuture<Long> search(Log log, ChangeSegment segment, long old, long young) {
    if (young - old <= SAMPLE_COUNT) {
      return CompletableFuture.completedFuture(old);
    }
    long middle = old + (young - old) / 2;
    return records(log, segment, middle - 1)
        .thenCompose(
            records ->
                !records.isEmpty() && areOld(records)
                    ? search(log, segment, lastOf(records), young)
                    : search(log, segment, old, middle));
  }

  /** A few that come after a number. */
  private CompletableFuture<List<ChangeRecord>> records(
      Log log, ChangeSegment segment, long after) {
    Read.Changes read =
        new Read.Changes(
            log.table(), segment.id(), segment.start(), after, SAMPLE_COUNT, SAMPLE_BYTES);
    return ask(read)
        .thenApply(
            result -> result instanceof ReadResult.Changes changes ? changes.records() : List.of());
  }

  private CompletableFuture<ReadResult> ask(Read read) {
    return local
        .ask(
            new NodeRequest.ReadFrom(
                replica.partition(), replica.epoch(), ReadMode.EVENTUAL, List.of(read), ASK_MILLIS))
        .thenApply(reply -> ((NodeReply.ReadDone) reply).results().get(0));
  }

  private CompletableFuture<NodeReply> delete(Log log, ChangeSegment segment, long through) {
    Proposal proposal =
        new Proposal(
            new RequestId(world.random(), world.random()),
            STAMP_BEYOND_ANY_FLOOR,
            false,
            new Command.TrimChanges(log.table(), segment.id(), through));
    return local.ask(
        new NodeRequest.Write(replica.partition(), replica.epoch(), List.of(proposal), ASK_MILLIS));
  }
}
