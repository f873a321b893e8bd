package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Paging.Order;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the simulated partitions hold, in one map for all of them, with a memory of request ids that
 * never forgets unless told to. Knows puts, numeric ADD updates and deletes; no conditions.
 */
final class SimulatedStore {
  static final Attempt HOLDER = new Attempt(new AttemptId(1, 2), Bytes.EMPTY, 3, null);
  static final KeySchema SCHEMA =
      new KeySchema(new KeyAttribute("p", ScalarType.S), new KeyAttribute("s", ScalarType.N));

  final TreeMap<Bytes, Item> items = new TreeMap<>();
  final Map<String, TableDescriptor> tables = new HashMap<>();
  final Map<RequestId, Integer> appliedCounts = new HashMap<>();
  private final Map<RequestId, Result> remembered = new HashMap<>();
  private boolean locked;
  private long floorMicros = -2;
  private long appliedIndex;

  static TableDescriptor table(String name, long id) {
    return new TableDescriptor(
        new TableId(id),
        name,
        1,
        TableStatus.ACTIVE,
        SCHEMA,
        List.of(),
        TableDescriptor.BillingMode.PAY_PER_REQUEST,
        TableDescriptor.Throughput.NONE,
        false,
        new TreeMap<>(),
        0);
  }

  static Item key(String partition, long sort) {
    return Item.of(Map.of("p", AttributeValue.s(partition), "s", AttributeValue.n(sort)));
  }

  /** As if another transaction held every item. */
  void lock(boolean isLocked) {
    locked = isLocked;
  }

  /** From now on a command that carries this stamp or an older one may have been forgotten (E2). */
  void forgetUpTo(long stampMicros) {
    floorMicros = stampMicros;
  }

  NodeReply apply(SimulatedCluster cluster, NodeRequest.Write write) {
    appliedIndex++;
    List<Result> results = new ArrayList<>();
    for (Proposal proposal : write.proposals()) {
      results.add(applyOne(cluster, write, proposal));
    }
    return new NodeReply.Written(results, position(cluster));
  }

  private Position position(SimulatedCluster cluster) {
    return new Position(1, appliedIndex, cluster.nanoTime() / 1000);
  }

  private Result applyOne(SimulatedCluster cluster, NodeRequest.Write write, Proposal proposal) {
    Result known = remembered.get(proposal.id());
    if (known != null) {
      return known;
    }
    if (locked) {
      Result no = new Result.Rejected(new Rejection.Locked(Bytes.EMPTY, HOLDER));
      if (proposal.finalAttempt()) { // R11
        remembered.put(proposal.id(), no);
      }
      return no;
    }
    if (proposal.carriedStampMicros() <= floorMicros) {
      return new Result.Rejected(new Rejection.Indeterminate());
    }
    if (!(proposal.command() instanceof Command.ItemWrite command)) {
      return new Result.Done();
    }
    Bytes key = KeyEncoding.routingKey(command.table().id(), SCHEMA, command.keyOrItem());
    ClusterMap.Partition partition = cluster.map().partition(write.partition()).orElseThrow();
    if (!partition.range().contains(key)) {
      return new Result.Rejected(new Rejection.WrongPartition());
    }
    change(key, command);
    appliedCounts.merge(proposal.id(), 1, Integer::sum);
    Result result = new Result.Written(items.get(key), WriteCost.ofTable(1));
    remembered.put(proposal.id(), result);
    return result;
  }

  private void change(Bytes key, Command.ItemWrite command) {
    if (command instanceof Command.Put put) {
      items.put(key, put.item());
    } else if (command instanceof Command.Delete) {
      items.remove(key);
    } else if (command instanceof Command.Modify modify) {
      Item old = items.getOrDefault(key, modify.key());
      SortedMap<String, AttributeValue> attributes = old.toMap();
      for (Action action : modify.update().actions()) {
        Action.Add add = (Action.Add) action;
        String name = add.path().attribute();
        AttributeValue.N before =
            (AttributeValue.N) attributes.getOrDefault(name, AttributeValue.n(0));
        attributes.put(name, new AttributeValue.N(before.value().add(add.value().number())));
      }
      items.put(key, Item.of(attributes));
    }
  }

  NodeReply read(SimulatedCluster cluster, NodeRequest.ReadFrom request) {
    List<ReadResult> results = new ArrayList<>();
    for (Read read : request.reads()) {
      results.add(readOne(cluster, request, read));
    }
    return new NodeReply.ReadDone(results, position(cluster));
  }

  private ReadResult readOne(SimulatedCluster cluster, NodeRequest.ReadFrom request, Read read) {
    if (read instanceof MetaRead.GetMap) {
      boolean strong = request.mode().level() == Level.STRONG;
      return new ReadResult.Map(strong ? cluster.map() : cluster.someMap());
    } else if (read instanceof MetaRead.GetTable table) {
      return new ReadResult.Table(tables.get(table.name()));
    }
    KeyRange held = cluster.map().partition(request.partition()).orElseThrow().range();
    if (read instanceof Read.Get get) {
      Bytes key = KeyEncoding.routingKey(get.table().id(), SCHEMA, get.key());
      Item item = items.get(key);
      return held.contains(key)
          ? new ReadResult.Found(item, item == null ? 0 : item.sizeBytes())
          : new ReadResult.Refused(new Rejection.WrongPartition());
    } else if (read instanceof Read.Query query) {
      Bytes prefix = KeyEncoding.collectionPrefix(query.table().id(), query.partitionKey());
      return page(
          held, new KeyRange(prefix, prefix.prefixEnd()), query.paging(), query.table().id());
    }
    Read.Scan scan = (Read.Scan) read;
    return page(held, scan.range(), scan.paging(), scan.table().id());
  }

  private ReadResult.Page page(KeyRange held, KeyRange wanted, Paging paging, TableId table) {
    boolean ascending = paging.order() == Order.ASCENDING;
    Item exclusive = paging.exclusiveStart();
    Bytes start = exclusive == null ? null : KeyEncoding.routingKey(table, SCHEMA, exclusive);
    TreeMap<Bytes, Item> range = new TreeMap<>(items);
    range.keySet().removeIf(key -> !held.contains(key) || !wanted.contains(key));
    if (start != null) {
      range.keySet().removeIf(key -> ascending == (key.compareTo(start) < 0) || key.equals(start));
    }
    List<Item> page = new ArrayList<>();
    Item last = null;
    for (Item item : (ascending ? range : range.descendingMap()).values()) {
      page.add(item);
      if (page.size() == paging.limit()) {
        last = item.keyOf(SCHEMA);
        break;
      }
    }
    return new ReadResult.Page(
        page,
        page.size(),
        page.size(),
        0,
        0,
        0,
        last,
        last == null && goesOn(held, wanted, ascending));
  }

  private static boolean goesOn(KeyRange held, KeyRange wanted, boolean ascending) {
    if (!ascending) {
      return held.startInclusive().compareTo(wanted.startInclusive()) > 0;
    }
    Bytes heldEnd = held.endExclusive();
    Bytes wantedEnd = wanted.endExclusive();
    return heldEnd != null && (wantedEnd == null || heldEnd.compareTo(wantedEnd) < 0);
  }
}
