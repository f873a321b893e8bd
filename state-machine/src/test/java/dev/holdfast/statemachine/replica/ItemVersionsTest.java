package dev.holdfast.statemachine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StoreSnapshot;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** R9: equal versions mean that nobody wrote in between. Items here are rows with one byte. */
@NullUnmarked // the decider and the reader of this test need nothing of their arguments
class ItemVersionsTest {
  private static final Bytes ITEM = Bytes.utf8("item");
  private static final Bytes OTHER = Bytes.utf8("something else");
  private static final Effect WRITE = new Effect.Put(rowKey(ITEM), Bytes.utf8("v"));
  private static final Effect DELETE = new Effect.Delete(rowKey(ITEM));
  private static final Effect WRITE_OTHER = new Effect.Put(rowKey(OTHER), Bytes.utf8("v"));
  private static final Effect DROP =
      new Effect.DeleteRange(KeyLayout.start(KeyLayout.ITEM), KeyLayout.end(KeyLayout.ITEM));

  private final Watched store = new Watched(MemoryKeyValueStore.open(Path.of("nowhere")));
  private List<Effect> effects = List.of();
  private ReplicatedStateMachine replica = open();
  private long index;

  @Test
  void aWriteADeleteAndADropChangeTheVersion() {
    for (Effect change : List.of(WRITE, DELETE, WRITE, DROP)) {
      long before = version();

      apply(change);

      assertThat(version()).isNotEqualTo(before);
    }
  }

  @Test
  void whatOthersWriteDoesNotChangeTheVersion() {
    apply(WRITE);
    long before = version();

    apply(WRITE_OTHER);

    assertThat(version()).isEqualTo(before);
  }

  /** Both what was just written and what was there before. */
  @Test
  void aSnapshotTakenWhileAnEntryIsAppliedHasAVersionOfItsOwn() {
    apply(WRITE);
    List<Long> amidst = new ArrayList<>();
    StateSnapshot[] held = new StateSnapshot[1];
    store.beforeCommit =
        () -> {
          amidst.add(version());
          held[0] = replica.snapshot();
        };

    apply(WRITE);

    long after = version();
    assertThat(amidst).hasSize(1).doesNotContain(after);
    assertThat(version(held[0])).isNotEqualTo(after); // the slot was raised, the rows are older
    held[0].close();
  }

  @Test
  void aReplicaThatStartsAgainKnowsNothingOfWhatWasWrittenBefore() {
    apply(WRITE);
    long before = version();
    apply(WRITE);

    replica = open();

    assertThat(version()).isNotEqualTo(before);
    assertThat(version()).isEqualTo(version());
  }

  private void apply(Effect effect) {
    effects = List.of(effect);
    Proposal proposal =
        new Proposal(
            new RequestId(0, ++index), Proposal.STAMP_UNKNOWN, false, new Command.DropTable(null));
    replica.apply(new ApplyContext(1, index), new LogEntry(index, List.of(proposal)));
  }

  private long version() {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return version(snapshot);
    }
  }

  private static long version(StateSnapshot snapshot) {
    ReadResult result = snapshot.read(null, KnownOutcomes.NONE_CARED_FOR);
    return ((ReadResult.Observed) result).version();
  }

  private ReplicatedStateMachine open() {
    Decider decider = (state, context, command) -> new Decision(effects, new Result.Done());
    StateReader reader =
        (snapshot, context, read) ->
            new ReadResult.Observed(null, context.versions().of(ITEM), null, null);
    return new ReplicaFactory(
            directory -> store, decider, reader, Replicas.options(WindowLimits.DEFAULT))
        .open(Replicas.partition(KeyRange.ALL), Path.of("nowhere"));
  }

  private static Bytes rowKey(Bytes routingKey) {
    return KeyLayout.key(KeyLayout.ITEM, routingKey);
  }

  /** A store that lets a test look in the moment before an entry is committed. */
  private static final class Watched implements KeyValueStore {
    private final KeyValueStore store;
    private Runnable beforeCommit = () -> {};

    Watched(KeyValueStore store) {
      this.store = store;
    }

    @Override
    public WriteBatch newBatch() {
      WriteBatch batch = store.newBatch();
      return new WriteBatch() {
        @Override
        public void put(Bytes key, Bytes value) {
          batch.put(key, value);
        }

        @Override
        public void delete(Bytes key) {
          batch.delete(key);
        }

        @Override
        public void deleteRange(Bytes startInclusive, Bytes endExclusive) {
          batch.deleteRange(startInclusive, endExclusive);
        }

        @Override
        public void commit() {
          beforeCommit.run();
          batch.commit();
        }

        @Override
        public void close() {
          batch.close();
        }
      };
    }

    @Override
    public StoreSnapshot snapshot() {
      return store.snapshot();
    }

    @Override
    public @Nullable Bytes get(Bytes key) {
      return store.get(key);
    }

    @Override
    public Cursor cursor(Bytes start, @Nullable Bytes end, Cursor.Direction direction) {
      return store.cursor(start, end, direction);
    }

    @Override
    public void flush() {
      store.flush();
    }

    @Override
    public void checkpoint(Path directory) {
      store.checkpoint(directory);
    }

    @Override
    public long approximateBytes(Bytes startInclusive, Bytes endExclusive) {
      return store.approximateBytes(startInclusive, endExclusive);
    }

    @Override
    public long approximateBytes() {
      return store.approximateBytes();
    }

    @Override
    public void close() {
      store.close();
    }

    @Override
    public void abandon() {
      store.abandon();
    }
  }
}
