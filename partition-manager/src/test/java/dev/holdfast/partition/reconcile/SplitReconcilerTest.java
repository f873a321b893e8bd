package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One split, answer by answer. */
class SplitReconcilerTest {
  private static final ClusterMap MAP =
      InitialMap.of(
          List.of(new ClusterMap.Node(new NodeId("n1"), "h:1", "h:2", "h:3", "h:4")), 1, 1);
  private static final PartitionId CHILD = new PartitionId(7);
  private static final SplitOperation OPERATION =
      new SplitOperation(MAP.partitions().get(0), Bytes.fromHex("40"), CHILD);

  private final Script control = new Script();
  private final SplitReconciler reconciler = new SplitReconciler(control);

  @Test
  void aNodeThatDoesNotLeadTheMetaGroupDoesNothing() {
    control.leading = false;

    reconciler.trigger();

    assertThat(control.said).isEmpty();
  }

  @Test
  void aParentThatCannotBeReachedIsTriedAgainByTheNextSweep() {
    control.answers.add(unavailable(Reason.NOT_LEADER));
    reconciler.trigger();
    assertThat(control.said).containsExactly("propose at epoch 1", "failed at p1");

    reconciler.trigger();

    assertThat(control.said).endsWith("propose at epoch 1", "finish p7", "split p7");
    assertThat(control.ids).hasSize(1); // the same at both attempts
  }

  @Test
  void anAnswerThatIsNoAnswerLeavesTheSplitInProgress() {
    control.answers.add(done(new Result.Rejected(new Rejection.WrongPartition())));
    control.answers.add(done(new Result.Rejected(new Rejection.Indeterminate())));

    reconciler.trigger();
    reconciler.trigger();

    assertThat(control.said)
        .containsExactly(
            "propose at epoch 1", "failed at p1", "propose at epoch 1", "failed at p1");
  }

  @Test
  void aParentThatRefusesIsLeftAlone() {
    control.answers.add(done(new Result.Rejected(new Rejection.Invalid("no"))));

    reconciler.trigger();

    assertThat(control.said).containsExactly("propose at epoch 1", "abandon p7", "abandoned p7 no");
  }

  @Test
  void aParentThatIsAtTheNextEpochIsAskedThereWithTheSameId() {
    control.answers.add(unavailable(Reason.STALE_EPOCH));

    reconciler.trigger();

    assertThat(control.said)
        .containsExactly("propose at epoch 1", "propose at epoch 2", "finish p7", "split p7");
    assertThat(control.ids).containsExactly(SplitReconciler.requestId(OPERATION));
  }

  @Test
  void aParentAtYetAnotherEpochIsAskedNoFurther() {
    control.answers.add(unavailable(Reason.STALE_EPOCH));
    control.answers.add(unavailable(Reason.STALE_EPOCH));

    reconciler.trigger();

    assertThat(control.said)
        .containsExactly("propose at epoch 1", "propose at epoch 2", "failed at p1");
  }

  @Test
  void aMetaGroupThatIsLostMeanwhileIsToldByTheNextSweep() {
    control.metaAnswers.add(unavailable(Reason.NOT_LEADER));
    reconciler.trigger();
    assertThat(control.said).containsExactly("propose at epoch 1", "finish p7", "failed at meta");

    control.answers.add(unavailable(Reason.STALE_EPOCH));
    reconciler.trigger();

    assertThat(control.said).endsWith("propose at epoch 2", "finish p7", "split p7");
  }

  @Test
  void theRequestIdOfASplitIsTheSameForEveryControllerAndOnlyForThisSplit() {
    SplitOperation other =
        new SplitOperation(OPERATION.parent(), OPERATION.key(), new PartitionId(8));

    assertThat(SplitReconciler.requestId(OPERATION))
        .isEqualTo(new RequestId(0x612073706c697400L, 7))
        .isNotEqualTo(SplitReconciler.requestId(other));
  }

  private static CompletableFuture<Result> done(Result result) {
    return CompletableFuture.completedFuture(result);
  }

  private static CompletableFuture<Result> unavailable(Reason reason) {
    return CompletableFuture.failedFuture(new UnavailableException(reason, "not now"));
  }

  /** Answers as it is told, otherwise that all is done; writes down what it hears. */
  private static final class Script implements ReplicaControl {
    final Deque<CompletableFuture<Result>> answers = new ArrayDeque<>();
    final Deque<CompletableFuture<Result>> metaAnswers = new ArrayDeque<>();
    final List<String> said = new ArrayList<>();
    final java.util.TreeSet<RequestId> ids = new java.util.TreeSet<>();
    boolean leading = true;

    @Override
    public CompletableFuture<List<Merge>> merges() {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<List<SplitOperation>> splits() {
      return leading
          ? CompletableFuture.completedFuture(List.of(OPERATION))
          : CompletableFuture.failedFuture(
              new StoreException.UnavailableException(Reason.NOT_LEADER, "another leads"));
    }

    @Override
    public CompletableFuture<Result> propose(
        ClusterMap.Partition partition, RequestId id, Command.Control command) {
      assertThat(command).isEqualTo(new Command.Split(OPERATION));
      assertThat(partition.id()).isEqualTo(OPERATION.parent().id());
      said.add("propose at epoch " + partition.epoch());
      ids.add(id);
      return answers.isEmpty() ? done(new Result.Done()) : answers.remove();
    }

    @Override
    public CompletableFuture<Void> change(MetaCommand command) {
      said.add(
          (command instanceof MetaCommand.FinishSplit finish
              ? "finish " + finish.child()
              : "abandon " + ((MetaCommand.AbandonSplit) command).child()));
      return (metaAnswers.isEmpty() ? done(new Result.Done()) : metaAnswers.remove())
          .thenAccept(result -> {});
    }

    @Override
    public void split(SplitOperation operation) {
      said.add("split " + operation.child());
    }

    @Override
    public void abandoned(SplitOperation operation, String why) {
      said.add("abandoned " + operation.child() + " " + why);
    }

    @Override
    public void failed(SplitOperation operation, PartitionId partition, Throwable failure) {
      said.add("failed at " + partition);
    }

    @Override
    public CompletableFuture<Boolean> isFilled(ClusterMap.Partition partition, TableId table) {
      throw new IllegalStateException("no table needs it");
    }

    @Override
    public CompletableFuture<List<TableDescriptor>> unsettledTables() {
      throw new IllegalStateException("no split needs it");
    }

    @Override
    public CompletableFuture<ClusterMap> map() {
      throw new IllegalStateException("no split needs it");
    }

    @Override
    public CompletableFuture<Void> control(ClusterMap.Partition to, Command.Control command) {
      throw new IllegalStateException("its request id would be another one each time");
    }
  }
}
