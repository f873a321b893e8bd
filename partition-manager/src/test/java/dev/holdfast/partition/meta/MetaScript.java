package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
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
import java.util.TreeMap;

/** A meta group of one replica without a log: decides a command and commits its effects. */
public final class MetaScript {
  static final ClusterMap.Partition META =
      new ClusterMap.Partition(PartitionId.META, 0, KeyRange.ALL, List.of());
  private static final long STAMP_STEP_MICROS = 1_000_000;

  private final KeyValueStore store = MemoryKeyValueStore.open(Path.of("no-such-directory"));
  private final MetaDecider decider = new MetaDecider();
  private final MetaReader reader = new MetaReader();
  private long index;

  public Result apply(MetaCommand command) {
    index++;
    CommandContext context = new CommandContext(META, 1, index, index * STAMP_STEP_MICROS, 0);
    Decision decision = decider.decide(store, context, command);
    try (WriteBatch batch = store.newBatch()) {
      for (Effect effect : decision.effects()) {
        if (effect instanceof Effect.Put put) {
          batch.put(put.key(), put.value());
        } else if (effect instanceof Effect.Delete delete) {
          batch.delete(delete.key());
        } else if (effect instanceof Effect.DeleteRange range) {
          batch.deleteRange(range.startInclusive(), range.endExclusive());
        }
      }
      batch.commit();
    }
    return decision.result();
  }

  MetaRows rows() {
    return new MetaRows(store);
  }

  public ReadResult read(MetaRead read) {
    ReadContext context = new ReadContext(META, 0, KnownOutcomes.NONE_CARED_FOR, any -> 0);
    return reader.read(store, context, read);
  }

  public static TableDescriptor table(String name, long id) {
    return new TableDescriptor(
        new TableId(id),
        name,
        1,
        TableStatus.CREATING,
        new KeySchema(new KeyAttribute("k", ScalarType.S), null),
        List.of(),
        BillingMode.PAY_PER_REQUEST,
        Throughput.NONE,
        false,
        new TreeMap<>(),
        0);
  }
}
