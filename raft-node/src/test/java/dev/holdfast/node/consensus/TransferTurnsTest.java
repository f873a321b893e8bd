package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TransferTurnsTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");

  private final TransferTurns turns = new TransferTurns();
  private final List<CompletableFuture<Void>> begun = new ArrayList<>();

  @Test
  void transfersToOneNodeFollowEachOther() {
    CompletableFuture<Void> first = turns.inTurn(N1, this::begin);
    CompletableFuture<Void> second = turns.inTurn(N1, this::begin);
    assertThat(begun).hasSize(1);

    begun.get(0).complete(null);
    assertThat(first).isCompleted();
    assertThat(begun).hasSize(2);
    assertThat(second).isNotDone();
  }

  @Test
  void oneThatFailsDoesNotHoldUpTheNext() {
    CompletableFuture<Void> first = turns.inTurn(N1, this::begin);
    CompletableFuture<Void> second = turns.inTurn(N1, this::begin);

    begun.get(0).completeExceptionally(new IllegalStateException("no majority"));
    assertThat(first).isCompletedExceptionally();
    begun.get(1).complete(null);
    assertThat(second).isCompleted();
  }

  @Test
  void transfersToSeveralNodesGoSideBySide() {
    CompletableFuture<Void> first = turns.inTurn(N1, this::begin);
    CompletableFuture<Void> second = turns.inTurn(N2, this::begin);

    assertThat(begun).hasSize(2);
    assertThat(List.of(first, second)).noneMatch(CompletableFuture::isDone);
  }

  private CompletableFuture<Void> begin() {
    CompletableFuture<Void> transfer = new CompletableFuture<>();
    begun.add(transfer);
    return transfer;
  }
}
