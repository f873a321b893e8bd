package dev.holdfast.node.index;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Brings the changes of one partition to the global indexes of its tables, segment by segment.
 *
 * <ul>
 *   <li>What it reads it reads as a strong read does: an index must not show what a lease may still
 *       hide (replication.md L2).
 *   <li>That all indexes have a segment up to a number stays true for ever, whoever leads: so what
 *       is known here is never too much, and what the partition remembers may be less.
 * </ul>
 *
 * <p>One step at a time, which whoever calls sees to; steps may run on different threads.
 */
final class Delivery {
  /** Records of one step, and their bytes. */
  private static final int RECORD_COUNT_MAX = 1_000;

  private static final int RECORD_BYTES_MAX = 1 << 20;

  /** Updates of one command: of about a hundred bytes to some hundred kilobytes. */
  private static final int UPDATE_COUNT_MAX = 250;

  private static final int UPDATE_BYTES_MAX = 256 << 10;

  /** How long an update may be on its way; beyond it, it does nothing (transactions.md R13). */
  static final long UPDATE_MICROS = TimeUnit.SECONDS.toMicros(10);

  private static final long ASK_MILLIS = 5_000;

  /** After so many changes, or so much time, the partition is told how far the indexes are. */
  private static final long UNTOLD_COUNT_MAX = 5_000;

  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private final NodeLink local;
  private final EntrySender sender;
  private final DeliveryWorld world;
  private final Map<Place, Long> delivered = new ConcurrentHashMap<>();
  private volatile long toldNanos;

  /** A segment; ids repeat over tables. */
  private record Place(TableId table, SegmentId segment) {
    static Place of(ReadResult.Backlog backlog) {
      return new Place(backlog.table().id(), backlog.segment().id());
    }
  }

  Delivery(NodeLink local, EntrySender sender, DeliveryWorld world) {
    this.local = local;
    this.sender = sender;
    this.world = world;
  }

  /**
   * Brings on what there is, up to a limit.
   *
   * @return up to which index there is nothing left to do; negative when there is, or may be
   */
  CompletableFuture<Long> step(NodeStatus.Replica replica) {
    return ask(replica, new Read.Undelivered())
        .thenCompose(
            reply -> {
              ReadResult result = reply.results().get(0);
              List<ReadResult.Backlog> backlogs =
                  result instanceof ReadResult.Undelivered found ? found.backlogs() : List.of();
              forgetAllBut(backlogs);
              world.listener().lag(replica.partition(), lag(backlogs));
              return all(backlogs.stream()
                      .filter(this::isBehind)
                      .map(each -> deliver(replica, each))
                      .toList())
                  .thenCompose(done -> tell(replica, backlogs))
                  .thenApply(told -> backlogs.isEmpty() ? reply.position().appliedIndex() : -1);
            });
  }

  private void forgetAllBut(List<ReadResult.Backlog> backlogs) {
    delivered.keySet().retainAll(backlogs.stream().map(Place::of).collect(Collectors.toSet()));
  }

  private long deliveredOf(ReadResult.Backlog backlog) {
    long remembered = backlog.segment().deliveredThrough();
    return Math.max(remembered, delivered.getOrDefault(Place.of(backlog), 0L));
  }

  private boolean isBehind(ReadResult.Backlog backlog) {
    return backlog.last() > deliveredOf(backlog);
  }

  private long lag(List<ReadResult.Backlog> backlogs) {
    return backlogs.stream().mapToLong(each -> each.last() - deliveredOf(each)).sum();
  }

  private CompletableFuture<Void> deliver(NodeStatus.Replica replica, ReadResult.Backlog backlog) {
    Read.Changes read =
        new Read.Changes(
            backlog.table().id(),
            backlog.segment().id(),
            backlog.segment().start(),
            deliveredOf(backlog),
            RECORD_COUNT_MAX,
            RECORD_BYTES_MAX);
    return read(replica, read)
        .thenCompose(
            result ->
                result instanceof ReadResult.Changes changes && changes.segment() != null
                    ? deliver(backlog, changes)
                    : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<Void> deliver(ReadResult.Backlog backlog, ReadResult.Changes changes) {
    RecordUpdates updates = new RecordUpdates(backlog.table());
    List<ChangeRecord> records =
        changes.records().stream() // later ones may be of a table with more indexes than is known
            .filter(record -> record.number() <= backlog.last())
            .toList();
    records.forEach(updates::add);
    boolean isAll = records.isEmpty() || records.size() < changes.records().size();
    long through = isAll ? backlog.last() : records.get(records.size() - 1).number();
    return send(updates.updates())
        .thenAccept(
            sent -> {
              delivered.merge(Place.of(backlog), through, Math::max);
              world.listener().delivered(records.size());
            });
  }

  /**
   * Has the partition remember how far the indexes are; often enough that little is done again
   * after a change of leaders, and that little is kept which nobody needs.
   */
  private CompletableFuture<Void> tell(
      NodeStatus.Replica replica, List<ReadResult.Backlog> backlogs) {
    long now = world.router().nanoTime();
    List<Proposal> news = new ArrayList<>();
    for (ReadResult.Backlog backlog : backlogs) {
      long through = deliveredOf(backlog);
      long untold = through - backlog.segment().deliveredThrough();
      if (untold > UNTOLD_COUNT_MAX || (untold > 0 && now - toldNanos >= TELL_NANOS)) {
        news.add(
            new Proposal(
                new RequestId(world.router().random(), world.router().random()),
                Proposal.STAMP_UNKNOWN,
                false,
                new Command.Delivered(backlog.table().id(), backlog.segment().id(), through)));
      }
    }
    if (news.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    toldNanos = now;
    NodeRequest request =
        new NodeRequest.Write(replica.partition(), replica.epoch(), news, ASK_MILLIS);
    return local.ask(request).thenApply(told -> null);
  }

  private CompletableFuture<Void> send(SortedMap<TableId, Map<Bytes, EntryUpdate>> updates) {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    updates.forEach(
        (index, ofIndex) -> {
          SortedMap<PartitionId, List<EntryUpdate>> groups = new TreeMap<>();
          for (EntryUpdate update : ofIndex.values()) {
            groups
                .computeIfAbsent(sender.partitionOf(update.key()), id -> new ArrayList<>())
                .add(update);
          }
          groups.values().forEach(group -> send(index, group, sent));
        });
    return all(sent);
  }

  private void send(TableId index, List<EntryUpdate> group, List<CompletableFuture<Void>> sent) {
    List<EntryUpdate> part = new ArrayList<>();
    long bytes = 0;
    for (EntryUpdate update : group) {
      part.add(update);
      bytes += update.key().size() + (update.entry() == null ? 0 : update.entry().bytes().size());
      if (part.size() >= UPDATE_COUNT_MAX || bytes >= UPDATE_BYTES_MAX) {
        sent.add(sendPart(index, part));
        part = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!part.isEmpty()) {
      sent.add(sendPart(index, part));
    }
  }

  /** Fails when it was refused: then the same is read and grouped anew. */
  private CompletableFuture<Void> sendPart(TableId index, List<EntryUpdate> part) {
    long expires = world.timeMicros().getAsLong() + UPDATE_MICROS;
    return sender
        .send(part.get(0).key(), new Command.UpdateIndex(index, expires, part))
        .thenAccept(
            result -> {
              if (result instanceof Result.Rejected no) {
                throw new UnavailableException(
                    Reason.NOT_READY, "index " + index + " has refused: " + no.rejection());
              }
            });
  }

  private CompletableFuture<ReadResult> read(NodeStatus.Replica replica, Read read) {
    return ask(replica, read).thenApply(reply -> reply.results().get(0));
  }

  private CompletableFuture<NodeReply.ReadDone> ask(NodeStatus.Replica replica, Read read) {
    NodeRequest question =
        new NodeRequest.ReadFrom(
            replica.partition(), replica.epoch(), ReadMode.STRONG, List.of(read), ASK_MILLIS);
    return local.ask(question).thenApply(reply -> (NodeReply.ReadDone) reply);
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
  }
}
