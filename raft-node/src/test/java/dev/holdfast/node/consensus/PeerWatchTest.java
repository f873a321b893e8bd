package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");

  private final PeerWatch watch = new PeerWatch(Duration.ofSeconds(2));

  @Test
  void aSilentPeerIsNoticedAndItsReturnToo() {
    watch.seen(Set.of(N2, N3), Set.of(N2));
    assertThat(watch.silent()).isEmpty();
    watch.seen(Set.of(N2, N3), Set.of(N2));
    assertThat(watch.silent()).containsExactly(N3);

    watch.seen(Set.of(N2, N3), Set.of(N2, N3));
    assertThat(watch.silent()).isEmpty();
  }

  @Test
  void whoIsNoLongerAFollowerIsNotJudged() {
    watch.seen(Set.of(N2, N3), Set.of(N2));
    watch.seen(Set.of(N2, N3), Set.of(N2));
    watch.seen(Set.of(), Set.of());

    assertThat(watch.silent()).containsExactly(N3);
  }
}
