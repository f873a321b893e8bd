package dev.holdfast.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.EntryPiece;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PieceCodecTest {
  @Test
  void piecesAreNoLargerThanAskedForAndMakeTheWhole() {
    byte[] content = new byte[10_000];
    new Random(1).nextBytes(content);

    List<Bytes> pieces = PieceCodec.cut(Bytes.wrap(content), -7, 1_000);

    Bytes joined = Bytes.EMPTY;
    for (int number = 0; number < pieces.size(); number++) {
      assertThat(pieces.get(number).size()).isLessThanOrEqualTo(1_000);
      assertThat(PieceCodec.isPiece(pieces.get(number))).isTrue();
      EntryPiece piece = PieceCodec.decode(pieces.get(number));
      assertThat(piece.whole()).isEqualTo(-7);
      assertThat(piece.number()).isEqualTo(number);
      assertThat(piece.isLast()).isEqualTo(number == pieces.size() - 1);
      joined = joined.concat(piece.content());
    }
    assertThat(joined).isEqualTo(Bytes.wrap(content));
  }

  @Test
  void entriesAreNoPieces() {
    assertThat(PieceCodec.isPiece(Bytes.EMPTY)).isFalse();
    for (long stamp : new long[] {0, 1, 1_700_000_000_000_000L}) {
      assertThat(PieceCodec.isPiece(CommandCodec.encode(new LogEntry(stamp, List.of())))).isFalse();
    }
    for (Command command : Samples.commands().values()) {
      Proposal proposal = new Proposal(new RequestId(1, 2), Proposal.STAMP_UNKNOWN, false, command);
      assertThat(PieceCodec.isPiece(CommandCodec.encode(new LogEntry(0, List.of(proposal)))))
          .isFalse();
    }
  }

  @Test
  void theFormatStays() { // rule D8
    assertThat(PieceCodec.encode(new EntryPiece(1, 2, 3, Bytes.utf8("ab"))).toHex())
        .isEqualTo("1a110901000000000000001002180322026162");
  }

  @Test
  void damagedBytesAreNoPiece() {
    assertThatThrownBy(() -> PieceCodec.decode(Bytes.fromHex("1a0209")))
        .isInstanceOf(CorruptLogException.class);
  }
}
