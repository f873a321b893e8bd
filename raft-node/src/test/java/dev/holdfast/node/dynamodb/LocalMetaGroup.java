package dev.holdfast.node.dynamodb;

import dev.holdfast.partition.meta.MetaDecider;
import dev.holdfast.partition.meta.MetaReader;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.ReadContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.nio.file.Path;
import java.util.List;

/** What a meta group decides, without consensus; each command is a second after the one before. */
final class LocalMetaGroup {
  private static final ClusterMap.Partition META =
      new ClusterMap.Partition(PartitionId.META, 0, KeyRange.ALL, List.of());
  private static final long FIRST_MICROS = 1_700_000_000_000_000L;
  private static final long STEP_MICROS = 1_000_000;

  private final KeyValueStore store = MemoryKeyValueStore.open(Path.of("no-such-directory"));
  private final MetaDecider decider = new MetaDecider();
  private final MetaReader reader = new MetaReader();
  private long index;

  Result apply(MetaCommand command) {
    long stampMicros = FIRST_MICROS + index * STEP_MICROS;
    index++;
    Decision decision =
        decider.decide(store, new CommandContext(META, 1, index, stampMicros, 0), command);
    try (WriteBatch batch = store.newBatch()) {
      for (Effect effect : decision.effects()) {
        if (effect instanceof Effect.Put put) {
          batch.put(put.key(), put.value());
        } else if (effect instanceof Effect.Delete delete) {
          batch.delete(delete.key());
        } else {
          throw new IllegalStateException("no table command has the effect " + effect);
        }
      }
      batch.commit();
    }
    return decision.result();
  }

  ReadResult read(MetaRead read) {
    return reader.read(
        store, new ReadContext(META, 0, KnownOutcomes.NONE_CARED_FOR, any -> 0), read);
  }
}
