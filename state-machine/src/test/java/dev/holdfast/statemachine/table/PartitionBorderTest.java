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
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a partition does at the edges of its range: here one item collection is cut at sort key 5.
 */
@NullUnmarked // null is "no clause"
class PartitionBorderTest {
  private static final Bytes BORDER =
      KeyEncoding.routingKey(TableWorkload.TABLE.id(), TableWorkload.SCHEMA, item(5));

  private ReplicatedStateMachine replica;

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void aKeyOutsideTheRangeIsRefusedRetryably() {
    replica = open(new KeyRange(Bytes.EMPTY, BORDER));

    assertThat(put(4)).isInstanceOf(Result.Written.class);
    assertThat(put(5)).isEqualTo(new Result.Rejected(new Rejection.WrongPartition()));
    try (StateSnapshot snapshot = replica.snapshot()) {
      assertThat(
              snapshot.read(
                  new Read.Get(TableWorkload.REF, item(5), Projection.ALL),
                  KnownOutcomes.NONE_CARED_FOR))
          .isEqualTo(new ReadResult.Refused(new Rejection.WrongPartition()));
    }
  }

  @Test
  void theLeftPartContinuesUpwardsAndEndsDownwards() {
    replica = open(new KeyRange(Bytes.EMPTY, BORDER));
    put(1);
    put(4);

    assertThat(query(Paging.Order.ASCENDING, 10, null).continues()).isTrue();
    assertThat(query(Paging.Order.DESCENDING, 10, null).continues()).isFalse();
    ReadResult.Page full = query(Paging.Order.ASCENDING, 2, null);
    assertThat(full.continues()).isFalse();
    assertThat(full.lastEvaluated()).isEqualTo(item(4));
  }

  @Test
  void theRightPartContinuesDownwardsAndStartsAtItsEdge() {
    replica = open(new KeyRange(BORDER, null));
    put(5);
    put(9);

    assertThat(query(Paging.Order.DESCENDING, 10, null).continues()).isTrue();
    ReadResult.Page page = query(Paging.Order.ASCENDING, 10, item(4));
    assertThat(page.items()).containsExactly(item(5), item(9));
    assertThat(page.continues()).isFalse();
  }

  @Test
  void aSortConditionThatEndsBeforeTheBorderDoesNotContinue() {
    replica = open(new KeyRange(Bytes.EMPTY, BORDER));
    put(1);
    SortCondition upToThree =
        new SortCondition.Between(EncodedValue.ofNumber(0), EncodedValue.ofNumber(3));

    assertThat(query(Paging.Order.ASCENDING, 10, null, upToThree).continues()).isFalse();
  }

  private ReadResult.Page query(Paging.Order order, int limit, Item start) {
    return query(order, limit, start, new SortCondition.Any());
  }

  private ReadResult.Page query(
      Paging.Order order, int limit, Item start, SortCondition condition) {
    Read read =
        new Read.Query(
            TableWorkload.REF,
            null,
            EncodedValue.ofString("u"),
            condition,
            new Paging(start, order, limit, Paging.PAGE_BYTES_MAX),
            null,
            new Read.Output.Items(Projection.ALL));
    try (StateSnapshot snapshot = replica.snapshot()) {
      return (ReadResult.Page) snapshot.read(read, KnownOutcomes.NONE_CARED_FOR);
    }
  }

  private static ReplicatedStateMachine open(KeyRange range) {
    ReplicatedStateMachine opened = Replicas.inMemory(range);
    apply(opened, new Command.InstallTable(TableWorkload.TABLE));
    return opened;
  }

  private Result put(int sort) {
    return apply(
        replica,
        new Command.Put(
            TableWorkload.REF, item(sort), null, ReturnValues.NONE, ReturnOnFailure.NONE));
  }

  private static Result apply(ReplicatedStateMachine replica, Command command) {
    long index = replica.applied().index() + 1;
    Proposal proposal = new Proposal(new RequestId(1, index), 0, false, command);
    return replica.apply(new ApplyContext(1, index), new LogEntry(index, List.of(proposal))).get(0);
  }

  private static Item item(int sort) {
    TreeMap<String, EncodedValue> key = new TreeMap<>();
    key.put("pk", EncodedValue.ofString("u"));
    key.put("sk", EncodedValue.ofNumber(sort));
    return Item.ofEncoded(key);
  }
}
