package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.util.List;
import java.util.Objects;

/** The header rows of partitions that come from others. */
public final class HeaderRows {
  public static final Bytes KEY = Header.KEY;

  private HeaderRows() {}

  /** Of a partition that goes on from where another is (replication.md S7). */
  public static Bytes after(KeyValueReader state, ClusterMap.Partition partition) {
    Header from = of(state);
    return new Header(
            partition,
            from.applied(),
            from.stampMicros(),
            from.floorMicros(),
            from.digest(),
            from.windowBase(),
            null,
            null)
        .encode();
  }

  /** Has effects take place in a store. */
  public static void apply(KeyValueStore store, List<Effect> effects) {
    PendingChanges changes = new PendingChanges(store, RowMemories.load(store, List.of()));
    changes.applyAll(effects);
    changes.putSums();
    try (WriteBatch batch = store.newBatch()) {
      changes.write(batch, new RunningDigest(RunningDigest.ZERO));
      batch.commit();
    }
  }

  public static long stampMicros(KeyValueReader state) {
    return of(state).stampMicros();
  }

  private static Header of(KeyValueReader state) {
    return Header.decode(Objects.requireNonNull(state.get(Header.KEY)));
  }
}
