package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.wire.AnySortProto;
import dev.holdfast.protocol.wire.ChangeLogsProto;
import dev.holdfast.protocol.wire.CountProto;
import dev.holdfast.protocol.wire.GetMapProto;
import dev.holdfast.protocol.wire.GetMembershipProto;
import dev.holdfast.protocol.wire.GetProto;
import dev.holdfast.protocol.wire.GetSplitsProto;
import dev.holdfast.protocol.wire.ListTablesProto;
import dev.holdfast.protocol.wire.OpenAttemptsProto;
import dev.holdfast.protocol.wire.OrderProto;
import dev.holdfast.protocol.wire.OutputProto;
import dev.holdfast.protocol.wire.PagingProto;
import dev.holdfast.protocol.wire.PathProto;
import dev.holdfast.protocol.wire.ProjectedProto;
import dev.holdfast.protocol.wire.ProjectionProto;
import dev.holdfast.protocol.wire.QueryProto;
import dev.holdfast.protocol.wire.ReadProto;
import dev.holdfast.protocol.wire.ScanProto;
import dev.holdfast.protocol.wire.SortBetweenProto;
import dev.holdfast.protocol.wire.SortCompareProto;
import dev.holdfast.protocol.wire.SortConditionProto;
import dev.holdfast.protocol.wire.TableNameProto;
import dev.holdfast.protocol.wire.TotalsProto;
import java.util.ArrayList;
import java.util.List;

/** Reads. */
final class ReadMapping {
  private ReadMapping() {}

  static ReadProto encode(Read read) {
    ReadProto.Builder proto = ReadProto.newBuilder();
    if (read instanceof Read.Get get) {
      proto.setGet(encode(get));
    } else if (read instanceof Read.Query query) {
      proto.setQuery(encode(query));
    } else if (read instanceof Read.Scan scan) {
      proto.setScan(encode(scan));
    } else if (read instanceof Read.AskOutcome ask) {
      proto.setAskOutcome(TransactionMapping.encode(ask.attempt()));
    } else if (read instanceof Read.Observe observe) {
      proto.setObserve(encode(observe.get()));
    } else if (read instanceof Read.OpenAttempts open) {
      proto.setOpenAttempts(
          OpenAttemptsProto.newBuilder()
              .setDeadlineMicrosMax(open.deadlineMicrosMax())
              .setLimit(open.limit()));
    } else if (read instanceof Read.Segments segments) {
      proto.setSegments(ChangeMapping.encode(segments));
    } else if (read instanceof Read.Changes changes) {
      proto.setChanges(ChangeMapping.encode(changes));
    } else if (read instanceof Read.Indexed indexed) {
      proto.setIndexed(IndexMapping.encode(indexed));
    } else if (read instanceof Read.Unfilled unfilled) {
      proto.setUnfilled(IndexMapping.encode(unfilled));
    } else if (read instanceof Read.Undelivered) {
      proto.setUndelivered(GetSplitsProto.getDefaultInstance());
    } else if (read instanceof Read.ChangeLogs) {
      proto.setChangeLogs(ChangeLogsProto.getDefaultInstance());
    } else if (read instanceof Read.Expired expired) {
      proto.setExpired(ExpiryMapping.encode(expired));
    } else if (read instanceof MetaRead.GetMap) {
      proto.setGetMap(GetMapProto.getDefaultInstance());
    } else if (read instanceof MetaRead.GetSplits) {
      proto.setGetSplits(GetSplitsProto.getDefaultInstance());
    } else if (read instanceof MetaRead.GetMerges) {
      proto.setGetMerges(GetSplitsProto.getDefaultInstance());
    } else if (read instanceof MetaRead.GetMembership) {
      proto.setGetMembership(GetMembershipProto.getDefaultInstance());
    } else if (read instanceof MetaRead.GetTable getTable) {
      proto.setGetTable(TableNameProto.newBuilder().setName(getTable.name()));
    } else if (read instanceof MetaRead.ListTables listTables) {
      proto.setListTables(encode(listTables));
    }
    return proto.build();
  }

  static Read decode(ReadProto proto) {
    return switch (proto.getBodyCase()) {
      case GET -> decode(proto.getGet());
      case QUERY -> decode(proto.getQuery());
      case SCAN -> decode(proto.getScan());
      case ASK_OUTCOME -> new Read.AskOutcome(TransactionMapping.decode(proto.getAskOutcome()));
      case OBSERVE -> new Read.Observe(decode(proto.getObserve()));
      case OPEN_ATTEMPTS ->
          new Read.OpenAttempts(
              proto.getOpenAttempts().getDeadlineMicrosMax(), proto.getOpenAttempts().getLimit());
      case SEGMENTS -> ChangeMapping.decode(proto.getSegments());
      case CHANGES -> ChangeMapping.decode(proto.getChanges());
      case UNDELIVERED -> new Read.Undelivered();
      case INDEXED -> IndexMapping.decode(proto.getIndexed());
      case UNFILLED -> IndexMapping.decode(proto.getUnfilled());
      case CHANGE_LOGS -> new Read.ChangeLogs();
      case EXPIRED -> ExpiryMapping.decode(proto.getExpired());
      case GET_MAP -> new MetaRead.GetMap();
      case GET_SPLITS -> new MetaRead.GetSplits();
      case GET_MERGES -> new MetaRead.GetMerges();
      case GET_MEMBERSHIP -> new MetaRead.GetMembership();
      case GET_TABLE -> new MetaRead.GetTable(proto.getGetTable().getName());
      case LIST_TABLES ->
          new MetaRead.ListTables(
              proto.getListTables().hasExclusiveStart()
                  ? proto.getListTables().getExclusiveStart()
                  : null,
              proto.getListTables().getLimit());
      case BODY_NOT_SET -> throw Wire.unknown("read");
    };
  }

  static GetProto encode(Read.Get get) {
    return GetProto.newBuilder()
        .setTable(CommandMapping.encode(get.table()))
        .setKey(Wire.item(get.key()))
        .addAllProjection(paths(get.projection()))
        .build();
  }

  static Read.Get decode(GetProto proto) {
    return new Read.Get(
        CommandMapping.decode(proto.getTable()),
        Wire.item(proto.getKey()),
        projection(proto.getProjectionList()));
  }

  private static QueryProto encode(Read.Query query) {
    QueryProto.Builder proto =
        QueryProto.newBuilder()
            .setTable(CommandMapping.encode(query.table()))
            .setPartitionKey(Wire.value(query.partitionKey()))
            .setSort(encode(query.sort()))
            .setPaging(encode(query.paging()))
            .setOutput(encode(query.output()));
    String index = query.index();
    if (index != null) {
      proto.setIndex(index);
    }
    Condition filter = query.filter();
    if (filter != null) {
      proto.setFilter(ConditionMapping.encode(filter));
    }
    return proto.build();
  }

  private static Read.Query decode(QueryProto proto) {
    return new Read.Query(
        CommandMapping.decode(proto.getTable()),
        proto.hasIndex() ? proto.getIndex() : null,
        Wire.value(proto.getPartitionKey()),
        decode(proto.getSort()),
        decode(proto.getPaging()),
        proto.hasFilter() ? ConditionMapping.decode(proto.getFilter()) : null,
        decode(proto.getOutput()));
  }

  private static ScanProto encode(Read.Scan scan) {
    ScanProto.Builder proto =
        ScanProto.newBuilder()
            .setTable(CommandMapping.encode(scan.table()))
            .setRange(ClusterMapping.encode(scan.range()))
            .setPaging(encode(scan.paging()))
            .setOutput(encode(scan.output()));
    String index = scan.index();
    if (index != null) {
      proto.setIndex(index);
    }
    Condition filter = scan.filter();
    if (filter != null) {
      proto.setFilter(ConditionMapping.encode(filter));
    }
    return proto.build();
  }

  private static Read.Scan decode(ScanProto proto) {
    return new Read.Scan(
        CommandMapping.decode(proto.getTable()),
        proto.hasIndex() ? proto.getIndex() : null,
        ClusterMapping.decode(proto.getRange()),
        decode(proto.getPaging()),
        proto.hasFilter() ? ConditionMapping.decode(proto.getFilter()) : null,
        decode(proto.getOutput()));
  }

  private static ListTablesProto encode(MetaRead.ListTables listTables) {
    ListTablesProto.Builder proto = ListTablesProto.newBuilder().setLimit(listTables.limit());
    String exclusiveStart = listTables.exclusiveStart();
    if (exclusiveStart != null) {
      proto.setExclusiveStart(exclusiveStart);
    }
    return proto.build();
  }

  private static SortConditionProto encode(SortCondition sort) {
    SortConditionProto.Builder proto = SortConditionProto.newBuilder();
    if (sort instanceof SortCondition.Any) {
      proto.setAny(AnySortProto.getDefaultInstance());
    } else if (sort instanceof SortCondition.Compare compare) {
      proto.setCompare(
          SortCompareProto.newBuilder()
              .setComparator(PathMapping.encode(compare.comparator()))
              .setValue(Wire.value(compare.value())));
    } else if (sort instanceof SortCondition.Between between) {
      proto.setBetween(
          SortBetweenProto.newBuilder()
              .setLow(Wire.value(between.low()))
              .setHigh(Wire.value(between.high())));
    } else if (sort instanceof SortCondition.BeginsWith beginsWith) {
      proto.setBeginsWith(Wire.value(beginsWith.prefix()));
    }
    return proto.build();
  }

  private static SortCondition decode(SortConditionProto proto) {
    return switch (proto.getBodyCase()) {
      case ANY -> new SortCondition.Any();
      case COMPARE ->
          new SortCondition.Compare(
              PathMapping.decode(proto.getCompare().getComparator()),
              Wire.value(proto.getCompare().getValue()));
      case BETWEEN ->
          new SortCondition.Between(
              Wire.value(proto.getBetween().getLow()), Wire.value(proto.getBetween().getHigh()));
      case BEGINS_WITH -> new SortCondition.BeginsWith(Wire.value(proto.getBeginsWith()));
      case BODY_NOT_SET -> throw Wire.unknown("key condition");
    };
  }

  private static PagingProto encode(Paging paging) {
    PagingProto.Builder proto =
        PagingProto.newBuilder()
            .setOrder(encode(paging.order()))
            .setLimit(paging.limit())
            .setBytesMax(paging.bytesMax());
    Item exclusiveStart = paging.exclusiveStart();
    if (exclusiveStart != null) {
      proto.setExclusiveStart(Wire.item(exclusiveStart));
    }
    return proto.build();
  }

  private static Paging decode(PagingProto proto) {
    return new Paging(
        proto.hasExclusiveStart() ? Wire.item(proto.getExclusiveStart()) : null,
        decode(proto.getOrder()),
        proto.getLimit(),
        proto.getBytesMax());
  }

  private static OrderProto encode(Paging.Order order) {
    return switch (order) {
      case ASCENDING -> OrderProto.ORDER_ASCENDING;
      case DESCENDING -> OrderProto.ORDER_DESCENDING;
    };
  }

  private static Paging.Order decode(OrderProto proto) {
    return switch (proto) {
      case ORDER_ASCENDING -> Paging.Order.ASCENDING;
      case ORDER_DESCENDING -> Paging.Order.DESCENDING;
      case ORDER_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("order");
    };
  }

  private static OutputProto encode(Read.Output output) {
    OutputProto.Builder proto = OutputProto.newBuilder();
    if (output instanceof Read.Output.Items items) {
      proto.setItems(ProjectionProto.newBuilder().addAllPaths(paths(items.projection())));
    } else if (output instanceof Read.Output.Projected) {
      proto.setProjected(ProjectedProto.getDefaultInstance());
    } else if (output instanceof Read.Output.Count) {
      proto.setCount(CountProto.getDefaultInstance());
    } else if (output instanceof Read.Output.Totals) {
      proto.setTotals(TotalsProto.getDefaultInstance());
    }
    return proto.build();
  }

  private static Read.Output decode(OutputProto proto) {
    return switch (proto.getBodyCase()) {
      case ITEMS -> new Read.Output.Items(projection(proto.getItems().getPathsList()));
      case PROJECTED -> new Read.Output.Projected();
      case COUNT -> new Read.Output.Count();
      case TOTALS -> new Read.Output.Totals();
      case BODY_NOT_SET -> throw Wire.unknown("output");
    };
  }

  private static List<PathProto> paths(Projection projection) {
    List<PathProto> paths = new ArrayList<>(projection.paths().size());
    projection.paths().forEach(path -> paths.add(PathMapping.encode(path)));
    return paths;
  }

  private static Projection projection(List<PathProto> protos) {
    if (protos.isEmpty()) {
      return Projection.ALL;
    }
    List<Path> paths = new ArrayList<>(protos.size());
    protos.forEach(path -> paths.add(PathMapping.decode(path)));
    return new Projection(paths);
  }
}
