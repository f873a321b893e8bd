package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.SplitOrigin;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Any sequence of commands, sensible or not: what the map must be after each of them. */
class MapProperties {
  private static final int COMMAND_COUNT = 60;

  private final MetaScript meta = new MetaScript();
  private final Set<PartitionId> childrenGiven = new HashSet<>();

  /** Invariants 3 and 10; epochs only grow and no id is given twice. */
  @Property(tries = 300)
  void theMapStaysWholeItsEpochsGrowAndIdsAreNotRepeated(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int partitionCount) {
    Random random = new Random(seed);
    ClusterMap.Node node = new ClusterMap.Node(new NodeId("n1"), "h:1", "h:2", "h:3", "h:4");
    meta.apply(new MetaCommand.Bootstrap(InitialMap.of(List.of(node), partitionCount, 1)));
    for (int id = 1; id <= partitionCount; id++) {
      childrenGiven.add(new PartitionId(id));
    }
    ClusterMap before = map();
    for (int i = 0; i < COMMAND_COUNT; i++) {
      Result result = meta.apply(command(random, before));

      if (result instanceof Result.SplitBegun begun) {
        assertThat(childrenGiven.add(begun.operation().child())).as("a new id").isTrue();
      }
      ClusterMap after = map(); // whose constructor checks invariant 3
      assertThat(after.partitions()).isNotEmpty();
      checkEpochs(before, after);
      checkSplits(after);
      before = after;
    }
  }

  private static MetaCommand command(Random random, ClusterMap map) {
    PartitionId any = new PartitionId(random.nextInt(map.partitions().size() + 3));
    ClusterMap.Partition known = map.partitions().get(random.nextInt(map.partitions().size()));
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 ->
          new MetaCommand.BeginSplit(known.id(), known.epoch(), key(random), SplitOrigin.LOAD);
      case 4 -> new MetaCommand.BeginSplit(any, random.nextInt(3), key(random), SplitOrigin.LOAD);
      case 5, 6, 7 -> new MetaCommand.FinishSplit(any);
      case 8 -> new MetaCommand.AbandonSplit(any);
      default ->
          random.nextBoolean()
              ? new MetaCommand.Bootstrap(ClusterMap.EMPTY)
              : new MetaCommand.CreateTable(
                  MetaScript.table("tab" + random.nextInt(9), any.value()));
    };
  }

  /** Few, so that edges are met. */
  private static Bytes key(Random random) {
    byte[] key = new byte[random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(8) << 5);
    }
    return Bytes.wrap(key);
  }

  private static void checkEpochs(ClusterMap before, ClusterMap after) {
    if (before.equals(after)) {
      return;
    }
    assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
    Map<PartitionId, ClusterMap.Partition> known = new HashMap<>();
    before.partitions().forEach(partition -> known.put(partition.id(), partition));
    for (ClusterMap.Partition partition : after.partitions()) {
      ClusterMap.Partition old = known.get(partition.id());
      if (old != null && !old.equals(partition)) {
        assertThat(partition.epoch()).isGreaterThan(old.epoch());
      }
    }
    assertThat(after.partitions()).extracting(ClusterMap.Partition::id).doesNotHaveDuplicates();
  }

  private void checkSplits(ClusterMap map) {
    List<SplitOperation> splits =
        ((ReadResult.Splits) meta.read(new MetaRead.GetSplits())).operations();
    assertThat(splits).extracting(split -> split.parent().id()).doesNotHaveDuplicates();
    assertThat(splits).allMatch(split -> map.partitions().contains(split.parent()));
    assertThat(splits).noneMatch(split -> map.partition(split.child()).isPresent());
  }

  private ClusterMap map() {
    return ((ReadResult.Map) meta.read(new MetaRead.GetMap())).map();
  }
}
