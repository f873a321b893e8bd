package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.spi.MergeProgress;
import java.nio.ByteBuffer;

/** How the progress of a merge lies in the header. */
final class MergeProgressRow {
  private static final int NUMBERS_BYTES = 1 + 3 * Long.BYTES;

  private MergeProgressRow() {}

  static Bytes encode(MergeProgress progress) {
    Bytes operation = StateCodec.encode(progress.operation());
    int size = NUMBERS_BYTES + 3 * Integer.BYTES + operation.size();
    ByteBuffer row = ByteBuffer.allocate(size + progress.digest().size() + progress.after().size());
    row.put((byte) progress.phase().code());
    row.putLong(progress.takenBytes()).putLong(progress.stampMicros());
    row.putLong(progress.floorMicros());
    for (Bytes field : new Bytes[] {operation, progress.digest(), progress.after()}) {
      row.putInt(field.size()).put(field.asReadOnlyBuffer());
    }
    return Bytes.wrap(row.array());
  }

  /** Throws what a buffer that ends too early throws. */
  static MergeProgress decode(Bytes row) {
    ByteBuffer fields = row.asReadOnlyBuffer();
    MergeProgress.Phase phase = MergeProgress.Phase.of(fields.get());
    long takenBytes = fields.getLong();
    long stampMicros = fields.getLong();
    long floorMicros = fields.getLong();
    Bytes operation = field(fields);
    return new MergeProgress(
        StateCodec.decodeMergeOperation(operation),
        phase,
        field(fields),
        field(fields),
        takenBytes,
        stampMicros,
        floorMicros);
  }

  private static Bytes field(ByteBuffer fields) {
    byte[] field = new byte[fields.getInt()];
    fields.get(field);
    return Bytes.wrap(field);
  }
}
