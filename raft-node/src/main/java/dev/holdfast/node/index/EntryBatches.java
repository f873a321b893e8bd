package dev.holdfast.node.index;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends updates to the partitions of an index, those of one partition together. Thread-safe.
 *
 * @param world whose clock says until when an update may be applied
 */
record EntryBatches(EntrySender sender, DeliveryWorld world) {
  /** Updates of one command: of about a hundred bytes to some hundred kilobytes. */
  private static final int UPDATE_COUNT_MAX = 250;

  private static final int UPDATE_BYTES_MAX = 256 << 10;

  /** How long an update may be on its way; beyond it, it does nothing (transactions.md R13). */
  static final long UPDATE_MICROS = TimeUnit.SECONDS.toMicros(10);

  /** Completes when all are applied; fails when one is not, or was refused: then send them anew. */
  CompletableFuture<Void> send(TableId index, Collection<EntryUpdate> updates) {
    SortedMap<PartitionId, List<EntryUpdate>> groups = new TreeMap<>();
    for (EntryUpdate update : updates) {
      groups.computeIfAbsent(sender.partitionOf(update.key()), id -> new ArrayList<>()).add(update);
    }
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    groups.values().forEach(group -> send(index, group, sent));
    return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new));
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
}
