package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.EntryPiece;
import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PiecesTest {
  private final Pieces pieces = new Pieces();

  private @Nullable Bytes add(long whole, int number, int count, String content) {
    return pieces.add(new EntryPiece(whole, number, count, Bytes.utf8(content)));
  }

  @Test
  void theLastPieceCompletesTheEntry() {
    assertThat(add(1, 0, 3, "a")).isNull();
    assertThat(add(1, 1, 3, "b")).isNull();
    assertThat(add(1, 2, 3, "c")).isEqualTo(Bytes.utf8("abc"));

    assertThat(add(1, 2, 3, "c")).as("it is complete only once").isNull();
  }

  @Test
  void whatSomethingCameBetweenIsNeverCompleted() {
    add(1, 0, 2, "a");
    pieces.interrupt();

    assertThat(add(1, 1, 2, "b")).isNull();
  }

  @Test
  void whatPiecesOfAnotherEntryCameBetweenIsNeverCompleted() {
    add(1, 0, 2, "a");
    add(2, 0, 2, "x");

    assertThat(add(1, 1, 2, "b")).isNull();
    assertThat(add(2, 1, 2, "y")).as("and neither is the other").isNull();
  }

  @Test
  void whatBeginsAnewIsCompletedWithoutWhatWasLeft() {
    add(1, 0, 3, "a");
    add(1, 1, 3, "b");

    assertThat(add(2, 0, 2, "x")).isNull();
    assertThat(add(2, 1, 2, "y")).isEqualTo(Bytes.utf8("xy"));
  }

  @Test
  void aMissingPieceIsNoticed() {
    add(1, 0, 3, "a");

    assertThat(add(1, 2, 3, "c")).isNull();
    assertThat(add(1, 1, 3, "b")).isNull();
    assertThat(add(1, 2, 3, "c")).isNull();
  }
}
