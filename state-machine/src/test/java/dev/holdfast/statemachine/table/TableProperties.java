package dev.holdfast.statemachine.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.evaluation.TreeEvaluator;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.NullUnmarked;

/** Writes, queries and scans against the dumb model. */
@NullUnmarked // a test's null ends in a failure, which is what it is for
class TableProperties {
  private static final Map<String, String> SORT_OF_INDEX =
      Map.of("byA", "a", "byB", "b", "byZ", "z");

  @Property(tries = 60)
  void writesAndReadsAgreeWithTheModel(@ForAll long seed) {
    Random random = new Random(seed);
    TableWorkload workload = new TableWorkload(random);
    TableModel model = new TableModel();
    try (ReplicatedStateMachine replica = Replicas.inMemoryWithTable()) {
      for (int i = 0; i < 120; i++) {
        Command.ItemWrite write = workload.write();
        check(write, apply(replica, write), model.apply(write));
      }
      try (StateSnapshot snapshot = replica.snapshot()) {
        for (int i = 0; i < 20; i++) {
          var key = workload.key();
          assertThat(
                  ((ReadResult.Found)
                          snapshot.read(
                              new Read.Get(TableWorkload.REF, Item.of(key), Projection.ALL),
                              KnownOutcomes.NONE_CARED_FOR))
                      .item())
              .isEqualTo(model.get(key));
          query(snapshot, model, workload, random);
        }
        scan(snapshot, model, random, null, "sk");
        SORT_OF_INDEX.forEach((index, sort) -> scan(snapshot, model, random, index, sort));
      }
    }
  }

  private static void check(Command.ItemWrite write, Result result, TableModel.Answer expected) {
    if (result instanceof Result.Written written) {
      assertThat("written").as("%s", write).isEqualTo(expected.kind());
      boolean partial =
          write instanceof Command.Modify modify
              && (modify.returnValues() == ReturnValues.UPDATED_NEW
                  || modify.returnValues() == ReturnValues.UPDATED_OLD);
      if (!partial) {
        assertThat(written.attributes()).as("%s", write).isEqualTo(expected.returned());
      }
      return;
    }
    Rejection rejection = ((Result.Rejected) result).rejection();
    if (rejection instanceof Rejection.ConditionFailed failed) {
      assertThat("failed").as("%s", write).isEqualTo(expected.kind());
      assertThat(failed.item()).isEqualTo(expected.returned());
    } else {
      assertThat(rejection).isInstanceOf(Rejection.InvalidUpdate.class);
      assertThat("invalid").as("%s: %s", write, rejection).isEqualTo(expected.kind());
    }
  }

  private static void query(
      StateSnapshot snapshot, TableModel model, TableWorkload workload, Random random) {
    List<String> indexes = List.of("byA", "byB", "byZ");
    String index = random.nextBoolean() ? null : indexes.get(random.nextInt(3));
    String sortName = index == null ? "sk" : SORT_OF_INDEX.get(index);
    AttributeValue partition = workload.partitionKey();
    List<Item> all = model.ordered(partition, sortName);
    SortCondition sort = new SortCondition.Any();
    if (!all.isEmpty() && random.nextInt(3) > 0) {
      EncodedValue value = all.get(random.nextInt(all.size())).attribute(sortName);
      EncodedValue other = all.get(random.nextInt(all.size())).attribute(sortName);
      sort = sortCondition(random, value, other);
    }
    Condition filter = random.nextInt(3) == 0 ? workload.expressions().condition(1) : null;
    boolean forward = random.nextBoolean();
    int limit = 1 + random.nextInt(4);
    SortCondition bound = sort;
    List<Item> expected =
        new ArrayList<>(
            all.stream().filter(item -> matches(bound, item.attribute(sortName))).toList());
    if (!forward) {
      Collections.reverse(expected);
    }
    int scanned = 0;
    List<Item> found = new ArrayList<>();
    Item start = null;
    do {
      Paging paging =
          new Paging(
              start,
              forward ? Paging.Order.ASCENDING : Paging.Order.DESCENDING,
              limit,
              Paging.PAGE_BYTES_MAX);
      ReadResult.Page page =
          (ReadResult.Page)
              snapshot.read(
                  new Read.Query(
                      TableWorkload.REF,
                      index,
                      EncodedValue.of(partition),
                      sort,
                      paging,
                      filter,
                      new Read.Output.Items(Projection.ALL)),
                  KnownOutcomes.NONE_CARED_FOR);
      assertThat(page.continues()).isFalse();
      assertThat(page.count()).isEqualTo(page.items().size());
      assertThat(page.scannedCount()).isLessThanOrEqualTo(limit);
      scanned += page.scannedCount();
      found.addAll(page.items());
      start = page.lastEvaluated();
    } while (start != null);
    assertThat(scanned).isEqualTo(expected.size());
    assertThat(found)
        .as("%s of %s by %s", sort, partition, index)
        .isEqualTo(
            expected.stream()
                .filter(item -> filter == null || TreeEvaluator.holds(filter, shown(item, index)))
                .toList());
  }

  /** What a filter sees: an index shows no more than its projection. */
  private static SortedMap<String, AttributeValue> shown(Item item, String index) {
    SortedMap<String, AttributeValue> attributes = new TreeMap<>(item.toMap());
    if (index == null) {
      return attributes;
    }
    LocalIndex local = TableWorkload.TABLE.localIndex(index).orElseThrow();
    if (local.projection().kind() != IndexProjection.Kind.ALL) {
      attributes
          .keySet()
          .removeIf(
              name ->
                  !List.of("pk", "sk", local.sortKey().name()).contains(name)
                      && !local.projection().include().contains(name));
    }
    return attributes;
  }

  private static SortCondition sortCondition(
      Random random, EncodedValue value, EncodedValue other) {
    int kind = random.nextInt(7);
    if (kind == 0) {
      return new SortCondition.Between(value, other);
    }
    if (kind == 1 && value.type() != AttributeType.N) {
      return new SortCondition.BeginsWith(value);
    }
    List<Comparator> legal =
        List.of(Comparator.EQ, Comparator.LT, Comparator.LE, Comparator.GT, Comparator.GE);
    return new SortCondition.Compare(legal.get(random.nextInt(5)), value);
  }

  private static boolean matches(SortCondition sort, EncodedValue value) {
    Condition condition;
    Operand operand = new Operand.Literal(value);
    if (sort instanceof SortCondition.Compare compare) {
      condition =
          new Condition.Compare(
              compare.comparator(), operand, new Operand.Literal(compare.value()));
    } else if (sort instanceof SortCondition.Between between) {
      condition =
          new Condition.Between(
              operand, new Operand.Literal(between.low()), new Operand.Literal(between.high()));
    } else if (sort instanceof SortCondition.BeginsWith begins) {
      condition = new Condition.BeginsWith(operand, new Operand.Literal(begins.prefix()));
    } else {
      return true;
    }
    return TreeEvaluator.holds(condition, new TreeMap<>());
  }

  private static void scan(
      StateSnapshot snapshot, TableModel model, Random random, String index, String attribute) {
    int segments = 1 + random.nextInt(3);
    List<Item> found = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      Paging.Order order = random.nextBoolean() ? Paging.Order.ASCENDING : Paging.Order.DESCENDING;
      Item start = null;
      do {
        ReadResult.Page page =
            (ReadResult.Page)
                snapshot.read(
                    new Read.Scan(
                        TableWorkload.REF,
                        index,
                        KeyEncoding.segment(TableWorkload.TABLE.id(), segment, segments),
                        new Paging(start, order, 1 + random.nextInt(5), 400),
                        null,
                        new Read.Output.Items(Projection.ALL)),
                    KnownOutcomes.NONE_CARED_FOR);
        found.addAll(page.items());
        start = page.lastEvaluated();
      } while (start != null);
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(model.ordered(null, attribute));
  }

  private static Result apply(ReplicatedStateMachine replica, Command command) {
    long index = replica.applied().index() + 1;
    Proposal proposal = new Proposal(new RequestId(1, index), 0, false, command);
    return replica.apply(new ApplyContext(1, index), new LogEntry(index, List.of(proposal))).get(0);
  }
}
