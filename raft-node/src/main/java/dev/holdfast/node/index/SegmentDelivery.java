package dev.holdfast.node.index;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReadResult.Backlog;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the changes of one segment to the global indexes of its table, each at its own pace.
 * Thread-safe.
 *
 * <p>Invariant: that an index has a segment up to a number stays true for ever, whoever leads: so
 * what is known here is never too much, and what the partition remembers may be less.
 */
final class SegmentDelivery {
  /** Records of one step, and their bytes. */
  private static final int RECORD_COUNT_MAX = 1_000;

  private static final int RECORD_BYTES_MAX = 1 << 20;

  private final EntryBatches batches;
  private final DeliveryWorld world;
  private volatile long recordBytes;
  private final Map<TableId, Lane> lanes = new ConcurrentHashMap<>();

  /** How far one index is. */
  private static final class Lane {
    private final Errand errand = new Errand();
    private volatile long through;
  }

  SegmentDelivery(EntryBatches batches, DeliveryWorld world) {
    this.batches = batches;
    this.world = world;
  }

  /** Number of the last change that all indexes have. */
  long through(Backlog backlog) {
    long least = Long.MAX_VALUE;
    for (GlobalIndex index : indexes(backlog)) {
      least = Math.min(least, through(backlog, index.id()));
    }
    return least == Long.MAX_VALUE ? backlog.segment().deliveredThrough() : least;
  }

  private static List<GlobalIndex> indexes(Backlog backlog) {
    return backlog.table().followers().globalIndexesOf(backlog.segment());
  }

  /** Number of the last change that an index has. */
  long through(Backlog backlog, TableId index) {
    Lane lane = lanes.get(index);
    long known = lane == null ? 0 : lane.through;
    return Math.max(backlog.segment().deliveredThrough(), known);
  }

  /** What the index that is furthest behind lacks; records are taken to be as large as of late. */
  IndexLag.Lack lack(Backlog backlog) {
    long count = backlog.last() - through(backlog);
    return new IndexLag.Lack(count, count * recordBytes);
  }

  /**
   * Brings on what there is, up to a limit, to every index that is behind and not busy; never
   * fails. What fails is tried again by a later step.
   */
  CompletableFuture<Void> step(LedReplica replica, Backlog backlog) {
    SortedMap<Long, List<GlobalIndex>> groups = new TreeMap<>(); // equally far: one read for all
    for (GlobalIndex index : indexes(backlog)) {
      long through = through(backlog, index.id());
      if (through < backlog.last() && lane(index).errand.begin(world.router().nanoTime())) {
        groups.computeIfAbsent(through, any -> new ArrayList<>()).add(index);
      }
    }
    List<CompletableFuture<Void>> running = new ArrayList<>();
    groups.forEach((through, indexes) -> running.add(step(replica, backlog, through, indexes)));
    return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new));
  }

  private Lane lane(GlobalIndex index) {
    return lanes.computeIfAbsent(index.id(), id -> new Lane());
  }

  private CompletableFuture<Void> step(
      LedReplica replica, Backlog backlog, long through, List<GlobalIndex> indexes) {
    Read.Changes read =
        new Read.Changes(
            backlog.table().id(),
            backlog.segment().id(),
            backlog.segment().start(),
            through,
            RECORD_COUNT_MAX,
            RECORD_BYTES_MAX);
    CompletableFuture<ReadResult> changes =
        replica.read(read).thenApply(reply -> reply.results().get(0));
    List<CompletableFuture<Void>> ended = new ArrayList<>();
    for (GlobalIndex index : indexes) {
      CompletableFuture<Void> delivered =
          changes.thenCompose(found -> deliver(backlog, index, found));
      ended.add(
          delivered.handle(
              (done, failure) -> {
                if (failure != null) {
                  world.listener().failed(replica.replica().partition(), failure);
                }
                lane(index).errand.end(world.router().nanoTime(), failure != null);
                return null;
              }));
    }
    return CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new));
  }

  /** Of the images: that is nearly all of a record. */
  private void weigh(List<ChangeRecord> records) {
    long bytes = 0;
    for (ChangeRecord record : records) {
      bytes += size(record.before()) + size(record.after());
    }
    recordBytes = records.isEmpty() ? recordBytes : bytes / records.size();
  }

  private static long size(@Nullable Item image) {
    return image == null ? 0 : image.bytes().size();
  }

  private CompletableFuture<Void> deliver(Backlog backlog, GlobalIndex index, ReadResult found) {
    if (!(found instanceof ReadResult.Changes changes) || changes.segment() == null) {
      return CompletableFuture.completedFuture(null); // it is gone: the next step will see
    }
    List<ChangeRecord> records =
        changes.records().stream() // later ones may be of a table with more indexes than is known
            .filter(record -> record.number() <= backlog.last())
            .toList();
    RecordUpdates updates = new RecordUpdates(backlog.table(), index);
    records.forEach(updates::add);
    weigh(records);
    boolean isAll = records.isEmpty() || records.size() < changes.records().size();
    long through = isAll ? backlog.last() : records.get(records.size() - 1).number();
    return batches
        .send(index.id(), updates.updates())
        .thenAccept(
            sent -> {
              lane(index).through = through; // one at a time, and each begins where this one ends
              world.listener().delivered(records.size());
            });
  }
}
