package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.codec.CorruptLogException;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.StorageException;
import dev.holdfast.statemachine.storage.StoreSnapshot;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One moment of a replica: header and rows come from the same store snapshot (L7). */
final class ReplicaSnapshot implements StateSnapshot {
  private final StoreSnapshot store;
  private final Header header;
  private final ItemVersions versions;
  private final StateReader reader;
  private final BiFunction<String, RuntimeException, RuntimeException> faults;

  ReplicaSnapshot(
      StoreSnapshot store,
      Header header,
      ItemVersions versions,
      StateReader reader,
      BiFunction<String, RuntimeException, RuntimeException> faults) {
    this.store = store;
    this.header = header;
    this.versions = versions;
    this.reader = reader;
    this.faults = faults;
  }

  @Override
  public ApplyContext applied() {
    return header.applied();
  }

  @Override
  public long stampMicros() {
    return header.stampMicros();
  }

  @Override
  public long epoch() {
    return RangeState.of(header).isFrozen() ? NO_EPOCH : header.partition().epoch();
  }

  @Override
  public ReadResult read(Read read, KnownOutcomes outcomes) {
    try {
      return reader.read(store, context(outcomes), read);
    } catch (StorageException | CorruptLogException e) {
      throw faults.apply("cannot read", e);
    }
  }

  @Override
  public List<Attempt> unknown(Read read, KnownOutcomes outcomes) {
    try {
      return reader.unknown(store, context(outcomes), read);
    } catch (StorageException | CorruptLogException e) {
      throw faults.apply("cannot read", e);
    }
  }

  @Override
  public @Nullable KeyRange items(Read read) {
    try {
      KeyRange items = reader.items(store, read);
      return items == null ? null : items.intersection(header.partition().range());
    } catch (StorageException | CorruptLogException e) {
      throw faults.apply("cannot read", e);
    }
  }

  @Override
  public List<Bytes> keys(Command command) {
    try {
      return reader.keys(store, command);
    } catch (StorageException | CorruptLogException e) {
      throw faults.apply("cannot read", e);
    }
  }

  @Override
  public boolean holds(KeyRange range) {
    Bytes end = range.endExclusive();
    Bytes from = KeyLayout.key(KeyLayout.ITEM, range.startInclusive());
    Bytes to = end == null ? KeyLayout.end(KeyLayout.ITEM) : KeyLayout.key(KeyLayout.ITEM, end);
    try (Cursor rows = store.cursor(from, to, Cursor.Direction.FORWARD)) {
      return rows.next();
    } catch (StorageException e) {
      throw faults.apply("cannot read", e);
    }
  }

  private ReadContext context(KnownOutcomes outcomes) {
    return new ReadContext(header.partition(), header.stampMicros(), outcomes, versions);
  }

  @Override
  public void close() {
    store.close();
  }
}
