package dev.holdfast.node.index;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReadResult.Backfill;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Enters the items that one partition had before an index was added (decision 0040), page by page.
 * An entry has the version of the last change that its page shows: any later change of the item has
 * a later one and is delivered on top, in whatever order they arrive. Thread-safe.
 */
final class IndexBackfill {
  private static final int ITEM_COUNT_MAX = 500;
  private static final int ITEM_BYTES_MAX = 512 << 10;

  private final EntryBatches batches;
  private final DeliveryWorld world;
  private final Errand errand = new Errand();

  /** Every item of the partition before this key is entered; never too much, whoever leads. */
  private volatile Bytes through = Bytes.EMPTY;

  IndexBackfill(EntryBatches batches, DeliveryWorld world) {
    this.batches = batches;
    this.world = world;
  }

  private Bytes from(Backfill backfill) {
    return through.compareTo(backfill.from()) > 0 ? through : backfill.from();
  }

  /** What the partition does not know yet. */
  Optional<Command.Backfilled> news(Backfill backfill) {
    Bytes to = through;
    return to.compareTo(backfill.from()) > 0
        ? Optional.of(
            new Command.Backfilled(backfill.table().id(), backfill.index(), backfill.from(), to))
        : Optional.empty();
  }

  /** Enters the next page, unless one is on its way; what fails is tried again by a later step. */
  void step(LedReplica replica, Backfill backfill) {
    Optional<GlobalIndex> index =
        backfill.table().followers().globalIndexes().stream()
            .filter(each -> each.id().equals(backfill.index()))
            .findFirst();
    if (index.isEmpty() || !errand.begin(world.router().nanoTime())) {
      return;
    }
    IndexEntries entries = new IndexEntries(index.get(), backfill.table().keySchema());
    Read.Unfilled read =
        new Read.Unfilled(backfill.table().id(), from(backfill), ITEM_COUNT_MAX, ITEM_BYTES_MAX);
    Futures.whenEnded(
        replica.read(read).thenCompose(reply -> enter(entries, reply.results().get(0))),
        (done, failure) -> {
          if (failure != null) {
            world.listener().failed(replica.replica().partition(), failure);
          }
          errand.end(world.router().nanoTime(), failure != null);
        });
  }

  private CompletableFuture<Void> enter(IndexEntries entries, ReadResult result) {
    if (!(result instanceof ReadResult.Unfilled page)) {
      return CompletableFuture.completedFuture(null); // the key is elsewhere by now, or filled
    }
    List<EntryUpdate> updates = new ArrayList<>();
    for (Item item : page.items()) {
      Bytes key = entries.routingKey(item);
      if (key != null) {
        updates.add(new EntryUpdate(key, page.version(), entries.entry(item)));
      }
    }
    return batches
        .send(entries.index().id(), updates)
        .thenAccept(
            sent -> {
              through = page.next();
              world.listener().entered(updates.size());
            });
  }
}
