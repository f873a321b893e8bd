package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides the meta group's part in splits over one state.
 *
 * <ul>
 *   <li>A partition of the map stays as it is while a split or merge of it is in progress
 *       (invariant 10).
 *   <li>The id of a child is used once, also when its split is abandoned: what the parent remembers
 *       of a split is remembered by that id.
 * </ul>
 */
final class SplitCommands {
  /**
   * No routing key is longer: header, and two scalars of at most 2048 and 1024 bytes, escaped. A
   * longer one would stay in the map for ever.
   */
  static final int KEY_BYTES_MAX = 8 * 1024;

  private final MetaRows rows;

  SplitCommands(MetaRows rows) {
    this.rows = rows;
  }

  Decision begin(MetaCommand.BeginSplit command) {
    ClusterMap map = rows.map().orElse(ClusterMap.EMPTY);
    Optional<ClusterMap.Partition> found = map.partition(command.partition());
    if (found.isEmpty()) {
      return reject("There is no partition " + command.partition());
    }
    ClusterMap.Partition parent = found.get();
    Optional<String> objection = objection(parent, command);
    if (objection.isPresent()) {
      return reject(objection.get());
    }
    long child = rows.nextPartitionId(map);
    SplitOperation operation = new SplitOperation(parent, command.key(), new PartitionId(child));
    List<Effect> effects = new ArrayList<>();
    effects.add(MetaRows.putSplit(operation));
    effects.add(MetaRows.putNextPartitionId(child + 1));
    if (command.origin() == SplitOrigin.OPERATOR) {
      effects.add(MetaRows.putKept(operation.child()));
    }
    return new Decision(effects, new Result.SplitBegun(operation));
  }

  private Optional<String> objection(ClusterMap.Partition parent, MetaCommand.BeginSplit command) {
    PartitionId id = parent.id();
    if (parent.epoch() != command.epoch()) {
      return Optional.of(
          "Partition " + id + " is at epoch " + parent.epoch() + " by now, not " + command.epoch());
    }
    Optional<String> underWay = rows.underWay(id);
    if (underWay.isPresent()) {
      return Optional.of("Partition " + id + " " + underWay.get());
    }
    if (rows.move(id).isPresent()) {
      return Optional.of("The members of partition " + id + " are being changed"); // S6
    }
    Bytes key = command.key();
    KeyRange range = parent.range();
    if (range.startInclusive().equals(key) || key.equals(range.endExclusive())) {
      return Optional.of("The key " + key + " is at the edge of partition " + id);
    }
    if (!range.contains(key)) {
      return Optional.of("The key " + key + " is outside of partition " + id);
    }
    if (key.size() > KEY_BYTES_MAX) {
      return Optional.of("The key is longer than " + KEY_BYTES_MAX + " bytes");
    }
    return tableTornBy(key)
        .map(
            table ->
                "The key "
                    + key
                    + " is inside an item collection of table "
                    + table.name()
                    + ", which has local indexes");
  }

  /** An item collection and its local index stay together (design section 3). */
  private Optional<TableDescriptor> tableTornBy(Bytes key) {
    if (key.size() < Long.BYTES) {
      return Optional.empty(); // it falls between tables
    }
    return rows.table(KeyEncoding.tableOf(key))
        .filter(table -> !table.localIndexes().isEmpty())
        .filter(table -> isInsideCollection(table.keySchema(), key));
  }

  private static boolean isInsideCollection(KeySchema schema, Bytes key) {
    try {
      return KeyEncoding.collectionPrefixSize(schema, key) < key.size();
    } catch (IllegalArgumentException e) {
      return false; // it ends before a partition key does, so it is the prefix of no item's
    }
  }

  Decision finish(MetaCommand.FinishSplit command) {
    Optional<SplitOperation> found = rows.split(command.child());
    if (found.isEmpty()) {
      return Decision.of(new Result.Done());
    }
    SplitOperation operation = found.get();
    ClusterMap map = rows.map().orElse(ClusterMap.EMPTY);
    if (!map.partitions().contains(operation.parent())) {
      throw new IllegalStateException("changed while it was being split: " + operation.parent());
    }
    List<ClusterMap.Partition> partitions =
        map.partitions().stream()
            .flatMap(
                each ->
                    each.equals(operation.parent())
                        ? Stream.of(operation.left(), operation.right())
                        : Stream.of(each))
            .toList();
    return new Decision(
        List.of(
            MetaRows.putMap(new ClusterMap(map.epoch() + 1, map.nodes(), partitions)),
            MetaRows.deleteSplit(operation.child())),
        new Result.Done());
  }

  Decision abandon(MetaCommand.AbandonSplit command) {
    return rows.split(command.child())
        .map(
            operation ->
                new Decision(
                    List.of(
                        MetaRows.deleteSplit(operation.child()),
                        MetaRows.deleteKept(operation.child())),
                    new Result.Done()))
        .orElseGet(() -> Decision.of(new Result.Done()));
  }

  private static Decision reject(String sentence) {
    return Decision.reject(new Rejection.Invalid(sentence));
  }
}
