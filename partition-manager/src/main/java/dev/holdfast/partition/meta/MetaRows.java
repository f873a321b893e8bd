package dev.holdfast.partition.meta;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the meta group's state lies in its store.
 *
 * <ul>
 *   <li>0x20: the cluster map, one row.
 *   <li>0x21 + name: a table's descriptor, by name, in the order of the names' UTF-8 bytes.
 *   <li>0x22 + table id: the name it has or had. Never removed, so an id is never used again.
 *   <li>0x23: how many tables there are.
 *   <li>0x24 + child's id: a split in progress.
 *   <li>0x28 + id: a merge in progress, or one of which replicas are still to be removed.
 *   <li>0x26 + partition's id: it was split off to stay, and is not merged without being asked for.
 *   <li>0x2a: the meta group's own members and how many replicas there are to be, one row.
 *   <li>0x2b + partition id: a move in progress.
 *   <li>0x25: the id of the next new partition. Only grows, so an id is never used again.
 * </ul>
 */
final class MetaRows {
  private static final byte MAP = KeyLayout.META_FIRST;
  private static final byte TABLE_BY_NAME = KeyLayout.META_FIRST + 1;
  private static final byte NAME_BY_ID = KeyLayout.META_FIRST + 2;
  private static final byte TABLE_COUNT = KeyLayout.META_FIRST + 3;
  private static final byte SPLIT_BY_CHILD = KeyLayout.META_FIRST + 4;
  private static final byte MERGE_BY_ID = KeyLayout.META_FIRST + 8;
  private static final byte NEXT_PARTITION_ID = KeyLayout.META_FIRST + 5;
  private static final byte KEPT = KeyLayout.META_FIRST + 6;
  private static final byte META_GROUP = KeyLayout.META_FIRST + 10;
  private static final byte MOVE_BY_PARTITION = KeyLayout.META_FIRST + 11;

  private static final Bytes NAMES_START = KeyLayout.start(TABLE_BY_NAME);
  private static final Bytes NAMES_END = KeyLayout.end(TABLE_BY_NAME);

  private final KeyValueReader state;

  MetaRows(KeyValueReader state) {
    this.state = state;
  }

  Optional<ClusterMap> map() {
    return Optional.ofNullable(state.get(KeyLayout.start(MAP))).map(StateCodec::decodeMap);
  }

  Optional<TableDescriptor> table(String name) {
    return Optional.ofNullable(state.get(tableKey(name))).map(StateCodec::decodeTable);
  }

  /** The table with this id, unless it has been forgotten. */
  Optional<TableDescriptor> table(TableId id) {
    // The name may belong to a newer table by now; its id tells.
    return Optional.ofNullable(state.get(KeyLayout.key(NAME_BY_ID, id.value())))
        .flatMap(name -> table(name.toUtf8()))
        .filter(table -> table.id().equals(id));
  }

  boolean wasUsed(TableId id) {
    return state.get(KeyLayout.key(NAME_BY_ID, id.value())) != null;
  }

  long tableCount() {
    return number(TABLE_COUNT);
  }

  /** Greater than the id of any partition that is or was in the map, or was to be. */
  long nextPartitionId(ClusterMap map) {
    // A cluster whose first map is older than this row has no partition that is gone.
    return Math.max(number(NEXT_PARTITION_ID), firstIdAfter(map));
  }

  /** Where the ids of a cluster go on that begins with this map. */
  static long firstIdAfter(ClusterMap map) {
    return 1
        + map.partitions().stream()
            .mapToLong(partition -> partition.id().value())
            .max()
            .orElse(PartitionId.META.value());
  }

  /** The number in a row of its own; 0 when there is no such row. */
  private long number(byte kind) {
    Bytes row = state.get(KeyLayout.start(kind));
    return row == null ? 0 : KeyLayout.number(KeyLayout.key(kind, row));
  }

  Optional<SplitOperation> split(PartitionId child) {
    return Optional.ofNullable(state.get(splitKey(child))).map(StateCodec::decodeSplit);
  }

  /** The splits in progress, at most one per partition, in order of the children's ids. */
  List<SplitOperation> splits() {
    List<SplitOperation> splits = new ArrayList<>();
    try (Cursor rows =
        state.cursor(
            KeyLayout.start(SPLIT_BY_CHILD),
            KeyLayout.end(SPLIT_BY_CHILD),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        splits.add(StateCodec.decodeSplit(rows.value()));
      }
    }
    return splits;
  }

  Optional<Merge> merge(long id) {
    return Optional.ofNullable(state.get(KeyLayout.key(MERGE_BY_ID, id)))
        .map(StateCodec::decodeMerge);
  }

  /** The merges that are not forgotten, in order of their ids. */
  List<Merge> merges() {
    List<Merge> merges = new ArrayList<>();
    try (Cursor rows =
        state.cursor(
            KeyLayout.start(MERGE_BY_ID), KeyLayout.end(MERGE_BY_ID), Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        merges.add(StateCodec.decodeMerge(rows.value()));
      }
    }
    return merges;
  }

  /** The partitions that were split off to stay, in order of their ids. */
  List<PartitionId> kept() {
    List<PartitionId> kept = new ArrayList<>();
    try (Cursor rows =
        state.cursor(KeyLayout.start(KEPT), KeyLayout.end(KEPT), Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        kept.add(new PartitionId(KeyLayout.number(rows.key())));
      }
    }
    return kept;
  }

  static Effect putKept(PartitionId child) {
    return new Effect.Put(KeyLayout.key(KEPT, child.value()), Bytes.EMPTY);
  }

  static Effect deleteKept(PartitionId child) {
    return new Effect.Delete(KeyLayout.key(KEPT, child.value()));
  }

  /** What is being done with a partition, for a person; empty when nothing is (invariant 10). */
  Optional<String> underWay(PartitionId partition) {
    Optional<SplitOperation> split =
        splits().stream().filter(each -> each.parent().id().equals(partition)).findFirst();
    if (split.isPresent()) {
      return Optional.of("is being split already, into it and " + split.get().child());
    }
    return merges().stream()
        .filter(merge -> !merge.absorbed())
        .map(Merge::operation)
        .filter(
            merge -> merge.left().id().equals(partition) || merge.right().id().equals(partition))
        .findFirst()
        .map(merge -> "is being merged: " + merge.left().id() + " with " + merge.right().id());
  }

  /**
   * The meta group's members, the number of replicas wanted, and the moves in progress.
   *
   * @param map as it is now
   */
  Membership membership(ClusterMap map) {
    Bytes row = state.get(KeyLayout.start(META_GROUP));
    Membership kept = row == null ? firstMembership(map) : StateCodec.decodeMembership(row);
    return new Membership(kept.replicaCount(), kept.meta(), moves());
  }

  /**
   * Of a cluster whose members have never changed: every partition has as many replicas as it was
   * to have, and the first nodes hold the meta group.
   */
  private static Membership firstMembership(ClusterMap map) {
    int count = map.partitions().stream().mapToInt(each -> each.replicas().size()).max().orElse(1);
    List<NodeId> first = map.nodes().stream().map(ClusterMap.Node::id).limit(count).toList();
    return new Membership(
        count, new ClusterMap.Partition(PartitionId.META, 0, KeyRange.ALL, first), List.of());
  }

  /** At most one per partition, in order of their ids. */
  private List<MoveOperation> moves() {
    List<MoveOperation> moves = new ArrayList<>();
    try (Cursor rows =
        state.cursor(
            KeyLayout.start(MOVE_BY_PARTITION),
            KeyLayout.end(MOVE_BY_PARTITION),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        moves.add(StateCodec.decodeMove(rows.value()));
      }
    }
    return moves;
  }

  Optional<MoveOperation> move(PartitionId partition) {
    return Optional.ofNullable(state.get(moveKey(partition))).map(StateCodec::decodeMove);
  }

  /** Walks the descriptors of all tables whose names come after the one given, in order. */
  Cursor tablesAfter(String exclusiveStart) {
    Bytes start = exclusiveStart.isEmpty() ? NAMES_START : tableKey(exclusiveStart).concat(ZERO);
    return state.cursor(start, NAMES_END, Cursor.Direction.FORWARD);
  }

  /** The name in a key that {@link #tablesAfter} walks over. */
  static String nameOf(Bytes key) {
    return key.slice(1).toUtf8();
  }

  static Effect putMap(ClusterMap map) {
    return new Effect.Put(KeyLayout.start(MAP), StateCodec.encode(map));
  }

  static Effect putTable(TableDescriptor table) {
    return new Effect.Put(tableKey(table.name()), StateCodec.encode(table));
  }

  static Effect deleteTable(TableDescriptor table) {
    return new Effect.Delete(tableKey(table.name()));
  }

  /**
   * @param id of the table or one of its global indexes
   */
  static Effect putName(TableId id, TableDescriptor table) {
    return new Effect.Put(KeyLayout.key(NAME_BY_ID, id.value()), Bytes.utf8(table.name()));
  }

  static Effect putTableCount(long count) {
    return putNumber(TABLE_COUNT, count);
  }

  static Effect putNextPartitionId(long id) {
    return putNumber(NEXT_PARTITION_ID, id);
  }

  private static Effect putNumber(byte kind, long number) {
    return new Effect.Put(KeyLayout.start(kind), KeyLayout.key(kind, number).slice(1));
  }

  static Effect putMerge(Merge merge) {
    return new Effect.Put(
        KeyLayout.key(MERGE_BY_ID, merge.operation().id()), StateCodec.encode(merge));
  }

  static Effect deleteMerge(long id) {
    return new Effect.Delete(KeyLayout.key(MERGE_BY_ID, id));
  }

  static Effect putSplit(SplitOperation operation) {
    return new Effect.Put(splitKey(operation.child()), StateCodec.encode(operation));
  }

  static Effect deleteSplit(PartitionId child) {
    return new Effect.Delete(splitKey(child));
  }

  static Effect putMove(MoveOperation operation) {
    return new Effect.Put(moveKey(operation.before().id()), StateCodec.encode(operation));
  }

  static Effect deleteMove(PartitionId partition) {
    return new Effect.Delete(moveKey(partition));
  }

  private static Bytes moveKey(PartitionId partition) {
    return KeyLayout.key(MOVE_BY_PARTITION, partition.value());
  }

  /** The moves have rows of their own. */
  static Effect putMembership(Membership membership) {
    return new Effect.Put(
        KeyLayout.start(META_GROUP),
        StateCodec.encode(new Membership(membership.replicaCount(), membership.meta(), List.of())));
  }

  private static Bytes splitKey(PartitionId child) {
    return KeyLayout.key(SPLIT_BY_CHILD, child.value());
  }

  /** The smallest suffix, which makes the next key in order. */
  private static final Bytes ZERO = Bytes.wrap(new byte[1]);

  private static Bytes tableKey(String name) {
    return KeyLayout.key(TABLE_BY_NAME, Bytes.utf8(name));
  }
}
