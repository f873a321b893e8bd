package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.load.SampleItem;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.TableSpec;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Makes tables that lie in partitions of their own. Where a table lies is chance, for its id is
 * random: tables are made until there are some in as many partitions as are asked for, and those
 * between are deleted. All methods block.
 */
final class TablesApart {
  /** The table of place 0. */
  static final String FIRST = "bench";

  private static final int TRY_COUNT_MAX = 100;

  private final HoldfastClient client;
  private final ClusterMap map;

  TablesApart(HoldfastClient client, ClusterMap map) {
    this.client = client;
    this.map = map;
  }

  /** Names of tables and where they lie; {@value #FIRST} comes first. */
  Map<String, PartitionId> make(int count) {
    if (count > map.partitions().size()) {
      throw new IllegalStateException(
          "this needs "
              + count
              + " partitions and there are "
              + map.partitions().size()
              + ": ./holdfast up --fresh --partitions 4");
    }
    Map<String, PartitionId> made = new LinkedHashMap<>();
    List<String> misfits = new ArrayList<>();
    for (int number = 0; made.size() < count; number++) {
      if (number == TRY_COUNT_MAX) {
        throw new IllegalStateException("no table came to lie in another partition");
      }
      String name = number == 0 ? FIRST : FIRST + "-" + number;
      List<PartitionId> partitions = partitions(table(name));
      if (number == 0 || (partitions.size() == 1 && !made.containsValue(partitions.get(0)))) {
        made.put(name, partitions.get(0));
      } else {
        misfits.add(name);
      }
    }
    misfits.forEach(name -> client.deleteTable(name).join());
    misfits.forEach(name -> client.waitUntilDeleted(name).join());
    return made;
  }

  /** One that exists already is taken as it is. */
  private TableDescriptor table(String name) {
    TableSpec spec = TableSpec.named(name).partitionKey(SampleItem.KEY_ATTRIBUTE, ScalarType.S);
    try {
      client.createTable(spec).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof HoldfastException.TableInUseException)) {
        throw e;
      }
    }
    return client.waitUntilActive(name).join();
  }

  private List<PartitionId> partitions(TableDescriptor table) {
    KeyRange range = KeyEncoding.tableRange(table.id());
    return map.partitions().stream()
        .filter(partition -> partition.range().overlaps(range))
        .map(ClusterMap.Partition::id)
        .toList();
  }
}
