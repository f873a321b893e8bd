package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica is and how far it has come; one row, written in every apply batch.
 *
 * @param stampMicros never decreases
 * @param floorMicros the newest stamp evicted from the window (replication.md E2), or {@link
 *     #FLOOR_NONE}
 * @param windowBase added to an entry's index, it orders what is remembered of the entry behind
 *     what was inherited: a child's log begins anew
 * @param givenAway the child of the last split while its items are still here, or null
 * @param merge the latest merge heard of, or null
 */
record Header(
    ClusterMap.Partition partition,
    ApplyContext applied,
    long stampMicros,
    long floorMicros,
    Bytes digest,
    long windowBase,
    @Nullable PartitionId givenAway,
    @Nullable MergeProgress merge) {
  /** Nothing was ever evicted. */
  static final long FLOOR_NONE = Long.MIN_VALUE;

  static final Bytes KEY = KeyLayout.start(KeyLayout.HEADER);
  private static final byte FORMAT = 3;
  private static final long NOTHING_GIVEN_AWAY = -1;
  private static final int INDEX_OFFSET = 1 + Long.BYTES;

  static Header initial(ClusterMap.Partition partition) {
    return new Header(
        partition, new ApplyContext(0, 0), 0, FLOOR_NONE, RunningDigest.ZERO, 0, null, null);
  }

  Header withDigest(Bytes newDigest) {
    return new Header(
        partition, applied, stampMicros, floorMicros, newDigest, windowBase, givenAway, merge);
  }

  /**
   * The header of a split's child (S7).
   *
   * @param entry the split's
   * @param entryStampMicros the split's
   */
  Header ofChild(ClusterMap.Partition child, ApplyContext entry, long entryStampMicros) {
    return new Header(
        child,
        ApplyContext.SEED,
        entryStampMicros,
        floorMicros,
        digest,
        windowBase + entry.index(),
        null,
        null);
  }

  Bytes encode() {
    KeyRange range = partition.range();
    Bytes end = range.endExclusive();
    List<byte[]> names = new ArrayList<>();
    int size = 128 + range.startInclusive().size() + (end == null ? 0 : end.size());
    Bytes mergeRow = merge == null ? null : MergeProgressRow.encode(merge);
    size += mergeRow == null ? 0 : mergeRow.size();
    for (NodeId replica : partition.replicas()) {
      byte[] name = replica.name().getBytes(StandardCharsets.UTF_8);
      names.add(name);
      size += Integer.BYTES + name.length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(size);
    buffer.put(FORMAT).putLong(applied.term()).putLong(applied.index());
    buffer.putLong(stampMicros).putLong(floorMicros).put(digest.asReadOnlyBuffer());
    buffer.putLong(windowBase);
    buffer.putLong(givenAway == null ? NOTHING_GIVEN_AWAY : givenAway.value());
    buffer.putLong(partition.id().value()).putLong(partition.epoch());
    putField(buffer, range.startInclusive());
    putField(buffer, end);
    buffer.putInt(names.size());
    names.forEach(name -> buffer.putInt(name.length).put(name));
    putField(buffer, mergeRow);
    return Bytes.wrap(buffer.array(), 0, buffer.position());
  }

  static Header decode(Bytes row) {
    try {
      ByteBuffer buffer = row.asReadOnlyBuffer();
      byte format = buffer.get();
      if (format != FORMAT) {
        throw new StorageException(
            "the replica was written by another version: header format " + format, null);
      }
      ApplyContext applied = new ApplyContext(buffer.getLong(), buffer.getLong());
      long stamp = buffer.getLong();
      long floor = buffer.getLong();
      byte[] digest = new byte[16];
      buffer.get(digest);
      long windowBase = buffer.getLong();
      long child = buffer.getLong();
      PartitionId id = new PartitionId(buffer.getLong());
      long epoch = buffer.getLong();
      Bytes start = getField(buffer);
      KeyRange range = new KeyRange(start == null ? Bytes.EMPTY : start, getField(buffer));
      List<NodeId> replicas = new ArrayList<>();
      for (int count = buffer.getInt(); count > 0; count--) {
        byte[] name = new byte[buffer.getInt()];
        buffer.get(name);
        replicas.add(new NodeId(new String(name, StandardCharsets.UTF_8)));
      }
      ClusterMap.Partition partition = new ClusterMap.Partition(id, epoch, range, replicas);
      PartitionId givenAway = child == NOTHING_GIVEN_AWAY ? null : new PartitionId(child);
      Bytes mergeRow = getField(buffer);
      MergeProgress merge = mergeRow == null ? null : MergeProgressRow.decode(mergeRow);
      return new Header(
          partition, applied, stamp, floor, Bytes.wrap(digest), windowBase, givenAway, merge);
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StorageException("the replica's header row is damaged: " + row, e);
    }
  }

  /**
   * Whether a row of this replica is this header: one header is written for each index, so nothing
   * else has to be compared, let alone decoded.
   */
  boolean isIn(Bytes row) {
    return row.size() > INDEX_OFFSET + Long.BYTES
        && row.asReadOnlyBuffer().getLong(INDEX_OFFSET) == applied.index();
  }

  private static void putField(ByteBuffer buffer, @Nullable Bytes field) {
    if (field == null) {
      buffer.putInt(-1);
    } else {
      buffer.putInt(field.size()).put(field.asReadOnlyBuffer());
    }
  }

  private static @Nullable Bytes getField(ByteBuffer buffer) {
    int size = buffer.getInt();
    if (size < 0) {
      return null;
    }
    byte[] field = new byte[size];
    buffer.get(field);
    return Bytes.wrap(field);
  }
}
