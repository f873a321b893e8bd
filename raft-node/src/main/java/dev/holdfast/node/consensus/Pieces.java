package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.EntryPiece;
import dev.holdfast.protocol.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts entries together that came in pieces (decision 0027). Invariant: what comes of the last
 * piece is a function of the log alone. So no other command may lie between the pieces of one entry
 * (entries of Raft's own may), and the state goes on by the last one only: whoever begins anew from
 * the state's applied index finds all pieces, or an entry that has come between.
 *
 * <p>One thread.
 */
final class Pieces {
  private final List<Bytes> contents = new ArrayList<>();
  private long whole;

  /** The whole entry when this was its last piece; null when it was not, or pieces are missing. */
  @Nullable Bytes add(EntryPiece piece) {
    if (piece.number() == 0) {
      contents.clear();
      whole = piece.whole();
    }
    if (piece.whole() != whole || piece.number() != contents.size()) {
      contents.clear();
      return null;
    }
    contents.add(piece.content());
    if (!piece.isLast()) {
      return null;
    }
    Bytes entry = join();
    contents.clear();
    return entry;
  }

  /** Another entry came, or the state was replaced. */
  void interrupt() {
    contents.clear();
  }

  private Bytes join() {
    byte[] joined = new byte[contents.stream().mapToInt(Bytes::size).sum()];
    int at = 0;
    for (Bytes content : contents) {
      content.copyTo(joined, at);
      at += content.size();
    }
    return Bytes.wrap(joined);
  }
}
