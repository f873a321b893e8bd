package dev.holdfast.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is refused for an old map learns the newer one, and nobody else does. */
class OutsideLinkTest {
  private static final PartitionId P1 = new PartitionId(1);
  private static final PartitionId GONE = new PartitionId(2);
  private static final ClusterMap MAP =
      new ClusterMap(
          7, List.of(), List.of(new ClusterMap.Partition(P1, 3, KeyRange.ALL, List.of())));

  private static @Nullable ClusterMap told(
      Reason reason, ClusterMap known, PartitionId asked, long epoch) {
    OutsideLink link =
        new OutsideLink(
            request ->
                CompletableFuture.failedFuture(
                    new CompletionException(new UnavailableException(reason, "no"))),
            () -> known);
    NodeRequest read = new NodeRequest.ReadFrom(asked, epoch, ReadMode.STRONG, List.of(), 1_000);
    CompletionException failure =
        catchThrowableOfType(CompletionException.class, () -> link.ask(read).join());
    UnavailableException refusal =
        (UnavailableException) Objects.requireNonNull(failure.getCause());
    assertThat(refusal.reason()).isEqualTo(reason);
    return refusal.newerMap();
  }

  @Test
  void anOldEpochAndAPartitionThatIsGoneAreExplained() {
    assertThat(told(Reason.STALE_EPOCH, MAP, P1, 2)).isEqualTo(MAP);
    assertThat(told(Reason.NOT_HOSTED, MAP, GONE, 2)).isEqualTo(MAP);
  }

  @Test
  void whoKnowsNoMoreThanTheSenderTellsNothing() {
    assertThat(told(Reason.STALE_EPOCH, MAP, P1, 3)).isNull(); // it was split a moment ago
    assertThat(told(Reason.STALE_EPOCH, ClusterMap.EMPTY, P1, 2)).isNull();
    assertThat(told(Reason.NOT_LEADER, MAP, P1, 2)).isNull();
    assertThat(told(Reason.NOT_HOSTED, MAP, PartitionId.META, 0)).isNull();
  }
}
