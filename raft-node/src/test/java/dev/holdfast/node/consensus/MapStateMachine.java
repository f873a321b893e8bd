package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.spi.TransactionCounts;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Items by their attribute {@code k}, in memory; only checkpoints are on disk. */
final class MapStateMachine implements ReplicatedStateMachine {
  private static final String FILE = "items";
  private final ClusterMap.Partition partition;
  private final Runnable beforeEntry;
  private final Map<String, Item> items = new TreeMap<>();
  private ApplyContext applied = new ApplyContext(0, 0);
  private long stampMicros;
  private long digest;
  private final Map<Long, Bytes> digests = new TreeMap<>();

  MapStateMachine(ClusterMap.Partition partition, Path directory) {
    this(partition, directory, () -> {});
  }

  /**
   * @param beforeEntry may hold the apply thread up
   */
  MapStateMachine(ClusterMap.Partition partition, Path directory, Runnable beforeEntry) {
    this.partition = partition;
    this.beforeEntry = beforeEntry;
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      applied = new ApplyContext(in.readLong(), in.readLong());
      stampMicros = in.readLong();
      digest = in.readLong();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        String key = in.readUTF();
        items.put(key, new Item(Bytes.wrap(in.readNBytes(in.readInt()))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(@Nullable EncodedValue value) {
    if (value == null) {
      throw new IllegalArgumentException("missing attribute");
    }
    return value.string();
  }

  @Override
  public synchronized ApplyContext applied() {
    return applied;
  }

  @Override
  public ClusterMap.Partition partition() {
    return partition;
  }

  @Override
  public @Nullable PartitionId givenAway() {
    return null;
  }

  @Override
  public @Nullable Bytes middleKey() {
    return null;
  }

  @Override
  public void flush() {
    // nothing but checkpoints outlives it
  }

  @Override
  public synchronized long stampMicros() {
    return stampMicros;
  }

  @Override
  public synchronized Bytes digest() {
    return Bytes.wrap(ByteBuffer.allocate(8).putLong(digest).array());
  }

  @Override
  public synchronized @Nullable Bytes digestAt(long index) {
    return digests.get(index);
  }

  /** As a bug or a bad disk would: from now on this replica's state is not the others'. */
  synchronized void corrupt() {
    digest++;
  }

  @Override
  public List<Result> apply(ApplyContext context, LogEntry entry) {
    beforeEntry.run();
    return applyNow(context, entry);
  }

  private synchronized List<Result> applyNow(ApplyContext context, LogEntry entry) {
    if (context.index() <= applied.index() || entry.stampMicros() < stampMicros) {
      throw new IllegalStateException("applied twice, or a stamp ran backwards: " + context);
    }
    List<Result> results = new ArrayList<>();
    for (Proposal proposal : entry.proposals()) {
      if (proposal.command() instanceof Command.Put put) {
        Item item = put.item();
        items.put(text(item.attribute("k")), item);
        digest = 31 * digest + item.hashCode();
        results.add(new Result.Written(null, WriteCost.ofTable(1)));
      } else {
        results.add(new Result.Done());
      }
    }
    applied = context;
    digests.put(context.index(), digest());
    stampMicros = entry.stampMicros();
    return results;
  }

  @Override
  public synchronized StateSnapshot snapshot() {
    Map<String, Item> copy = new TreeMap<>(items);
    ApplyContext at = applied;
    long stamp = stampMicros;
    return new StateSnapshot() {
      @Override
      public @Nullable KeyRange items(Read read) {
        return null;
      }

      @Override
      public List<Bytes> keys(Command command) {
        return List.of();
      }

      @Override
      public boolean holds(KeyRange range) {
        return false;
      }

      @Override
      public ApplyContext applied() {
        return at;
      }

      @Override
      public long stampMicros() {
        return stamp;
      }

      @Override
      public long epoch() {
        return partition.epoch();
      }

      @Override
      public List<Attempt> unknown(Read read, KnownOutcomes outcomes) {
        return List.of();
      }

      @Override
      public ReadResult read(Read read, KnownOutcomes outcomes) {
        Read.Get get = (Read.Get) read;
        Item item = copy.get(text(get.key().attribute("k")));
        return new ReadResult.Found(item, item == null ? 0 : item.bytes().size());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized ApplyContext checkpoint(Path directory) {
    try {
      Files.createDirectory(directory);
      try (DataOutputStream out =
          new DataOutputStream(Files.newOutputStream(directory.resolve(FILE)))) {
        out.writeLong(applied.term());
        out.writeLong(applied.index());
        out.writeLong(stampMicros);
        out.writeLong(digest);
        out.writeInt(items.size());
        for (Map.Entry<String, Item> item : items.entrySet()) {
          out.writeUTF(item.getKey());
          out.writeInt(item.getValue().bytes().size());
          out.write(item.getValue().bytes().toByteArray());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return applied;
  }

  @Override
  public TransactionCounts transactionCounts() {
    return TransactionCounts.NONE;
  }

  @Override
  public long approximateBytes() {
    return 0;
  }

  @Override
  public void close() {}
}
