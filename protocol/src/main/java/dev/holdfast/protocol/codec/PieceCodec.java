package dev.holdfast.protocol.codec;

import com.google.protobuf.WireFormat;
import dev.holdfast.protocol.command.EntryPiece;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.wire.EntryPieceProto;
import dev.holdfast.protocol.wire.LogEntryProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Pieces of log entries; the format is in {@code command.proto}. */
public final class PieceCodec {
  /** What a piece takes beside its content. */
  public static final int OVERHEAD_BYTES = 64;

  private static final int TAG =
      LogEntryProto.PIECE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private PieceCodec() {}

  /** Whether these are the bytes of a piece, told without decoding them. */
  public static boolean isPiece(Bytes bytes) {
    return !bytes.isEmpty() && bytes.get(0) == TAG;
  }

  public static Bytes encode(EntryPiece piece) {
    return Wire.encode(
        LogEntryProto.newBuilder()
            .setPiece(
                EntryPieceProto.newBuilder()
                    .setWhole(piece.whole())
                    .setNumber(piece.number())
                    .setCount(piece.count())
                    .setContent(Wire.share(piece.content())))
            .build());
  }

  /**
   * @throws CorruptLogException when these are not the bytes of a piece
   */
  public static EntryPiece decode(Bytes bytes) {
    try {
      EntryPieceProto proto = Wire.parse(LogEntryProto.parser(), bytes).getPiece();
      return new EntryPiece(
          proto.getWhole(), proto.getNumber(), proto.getCount(), Wire.share(proto.getContent()));
    } catch (IOException | IllegalArgumentException e) {
      throw new CorruptLogException("a piece of a log entry does not decode: " + e.getMessage(), e);
    }
  }

  /**
   * An encoded entry in encoded pieces, in their order.
   *
   * @param pieceBytesMax the largest that an encoded piece may be
   */
  public static List<Bytes> cut(Bytes entry, long whole, int pieceBytesMax) {
    int contentBytesMax = pieceBytesMax - OVERHEAD_BYTES;
    int count = (entry.size() + contentBytesMax - 1) / contentBytesMax;
    List<Bytes> pieces = new ArrayList<>(count);
    for (int number = 0; number < count; number++) {
      int from = number * contentBytesMax;
      Bytes content = entry.slice(from, Math.min(entry.size(), from + contentBytesMax));
      pieces.add(encode(new EntryPiece(whole, number, count, content)));
    }
    return pieces;
  }
}
