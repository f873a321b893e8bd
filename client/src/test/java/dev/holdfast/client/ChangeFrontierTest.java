package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.ChangeFrontier.Outcome;
import dev.holdfast.client.ChangeFrontier.Trimmed;
import dev.holdfast.client.HoldfastException.ChangesTrimmedException;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link ChangeFrontierProperties} finds once in ten thousand runs. */
class ChangeFrontierTest {
  private static final StreamName NAME = new StreamName("t", new TableId(3), 7);
  private static final SegmentId ROOT = new SegmentId(new PartitionId(1), 1);
  private static final SegmentId CHILD = new SegmentId(new PartitionId(2), 11);
  private static final SegmentId GRANDCHILD = new SegmentId(new PartitionId(3), 21);

  private final ChangeFrontier frontier =
      ChangeFrontier.beginningAt(ChangeFrontier.OLDEST, NAME, Trimmed.FAIL);

  /** One that begins with a byte. */
  private static ChangeSegment segment(SegmentId id, @Nullable SegmentId parent, int first) {
    Bytes start = Bytes.wrap(new byte[] {(byte) first});
    long number = id.number();
    return new ChangeSegment(
        id, parent, 7, StreamView.KEYS_ONLY, start, number, 0, 0, number, number, 1);
  }

  private List<SegmentId> listed(boolean isEnabled, ChangeSegment... segments) {
    frontier.listingBegins();
    return frontier.listed(List.of(segments), isEnabled);
  }

  /** A merge gave the root keys of which the listing had asked before. */
  @Test
  void aSegmentThatIsListedWithoutItsParentWaitsForTheNextListing() {
    ChangeSegment root = segment(ROOT, null, 1);
    ChangeSegment grandchild = segment(GRANDCHILD, CHILD, 3);
    assertThat(listed(true, root, grandchild)).isEmpty();
    assertThat(frontier.needsListing()).isTrue();
    ChangeSegment closed = root.closedAt(10, 10);
    ChangeSegment child = segment(CHILD, ROOT, 2).closedAt(20, 20);
    ChangeSegment itsSibling = segment(new SegmentId(ROOT.partition(), 11), ROOT, 1);
    ChangeSegment sibling = segment(new SegmentId(CHILD.partition(), 21), CHILD, 2);
    assertThat(listed(true, closed, itsSibling, child, sibling, grandchild)).containsExactly(ROOT);
  }

  @Test
  void aSegmentWhoseParentIsDeletedIsReadAtTheSecondListing() {
    ChangeSegment grandchild = segment(GRANDCHILD, CHILD, 3);
    assertThat(listed(true, grandchild)).isEmpty();
    assertThat(listed(true, grandchild)).containsExactly(GRANDCHILD);
    assertThat(frontier.needsListing()).isFalse();
  }

  /** No child is left of a segment that was split, and the stream is disabled meanwhile. */
  @Test
  void whatWasDeletedBeforeTheEndOfAStreamIsMissed() {
    ChangeSegment root = segment(ROOT, null, 1);
    assertThat(listed(true, root)).containsExactly(ROOT);
    assertThat(frontier.question(ROOT, 10, 10).after()).isZero();
    assertThat(
            frontier.answered(ROOT, new ReadResult.Changes(root.closedAt(10, 10), List.of(), 10)))
        .isEqualTo(Outcome.ENDED);
    ChangeSegment grandchild = segment(GRANDCHILD, CHILD, 3).closedAt(30, 30);
    assertThat(listed(false, grandchild)).isEmpty();
    assertThatThrownBy(() -> listed(false, grandchild))
        .isInstanceOf(ChangesTrimmedException.class)
        .hasMessageContaining("what follows shard p1/1 of table 't' was deleted");
  }

  @Test
  void aStreamThatIsDisabledEndsWithItsSegments() {
    ChangeSegment root = segment(ROOT, null, 1);
    assertThat(listed(true, root)).containsExactly(ROOT);
    ChangeSegment closed = root.closedAt(10, 10);
    assertThat(frontier.question(ROOT, 10, 10).after()).isZero();
    assertThat(frontier.answered(ROOT, new ReadResult.Changes(closed, List.of(), 10)))
        .isEqualTo(Outcome.ENDED);
    assertThat(frontier.isAtEnd()).isFalse();
    assertThat(listed(false, closed)).isEmpty();
    assertThat(frontier.isAtEnd()).isTrue();
  }
}
