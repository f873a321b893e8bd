package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.replica.ReadContext;
import dev.holdfast.statemachine.replica.StateReader;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;

/** Answers reads of the meta group from one snapshot. Stateless; called by any thread. */
public final class MetaReader implements StateReader {
  /** The most names in one page, whatever was asked. */
  static final int NAME_COUNT_MAX = 1_000;

  @Override
  public ReadResult read(KeyValueReader snapshot, ReadContext context, Read read) {
    MetaRows rows = new MetaRows(snapshot);
    if (read instanceof MetaRead.GetMap) {
      return new ReadResult.Map(rows.map().orElse(ClusterMap.EMPTY));
    }
    if (read instanceof MetaRead.GetSplits) {
      return new ReadResult.Splits(rows.splits(), rows.kept());
    }
    if (read instanceof MetaRead.GetMerges) {
      return new ReadResult.Merges(rows.merges());
    }
    if (read instanceof MetaRead.GetMembership) {
      return new ReadResult.Members(rows.map().map(rows::membership).orElse(null));
    }
    if (read instanceof MetaRead.GetTable get) {
      return new ReadResult.Table(rows.table(get.name()).orElse(null));
    }
    if (read instanceof MetaRead.ListTables list) {
      return list(rows, list);
    }
    return new ReadResult.Refused(new Rejection.WrongPartition());
  }

  private static ReadResult list(MetaRows rows, MetaRead.ListTables list) {
    int limit = Math.max(1, Math.min(list.limit(), NAME_COUNT_MAX));
    String start = list.exclusiveStart() == null ? "" : list.exclusiveStart();
    List<String> names = new ArrayList<>();
    try (Cursor tables = rows.tablesAfter(start)) {
      while (tables.next()) {
        if (names.size() == limit) {
          return new ReadResult.TableNames(names, true);
        }
        names.add(MetaRows.nameOf(tables.key()));
      }
    }
    return new ReadResult.TableNames(names, false);
  }
}
