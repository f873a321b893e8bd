package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The request ids that one log entry applied, with their encoded results; one row by log index.
 *
 * @param stampMicros of the entry
 */
record WindowRow(long stampMicros, List<Remembered> requests) {
  private static final int FIXED_BYTES = Long.BYTES + Integer.BYTES;
  private static final int FIXED_BYTES_EACH = 2 * Long.BYTES + Integer.BYTES;

  /** One applied request. */
  record Remembered(RequestId id, Bytes result) {}

  WindowRow {
    requests = List.copyOf(requests);
  }

  static Bytes key(long index) {
    return KeyLayout.key(KeyLayout.WINDOW, index);
  }

  Optional<Bytes> resultOf(RequestId id) {
    return requests.stream()
        .filter(request -> request.id().equals(id))
        .findFirst()
        .map(Remembered::result);
  }

  Bytes encode() {
    int size = FIXED_BYTES;
    for (Remembered request : requests) {
      size += FIXED_BYTES_EACH + request.result().size();
    }
    ByteBuffer buffer = ByteBuffer.allocate(size).putLong(stampMicros).putInt(requests.size());
    for (Remembered request : requests) {
      buffer.putLong(request.id().high()).putLong(request.id().low());
      Bytes result = request.result();
      buffer.putInt(result.size());
      buffer.put(result.backingArray(), result.arrayOffset(), result.size());
    }
    return Bytes.wrap(buffer.array());
  }

  static WindowRow decode(Bytes row) {
    try {
      ByteBuffer buffer = row.asReadOnlyBuffer();
      long stamp = buffer.getLong();
      List<Remembered> requests = new ArrayList<>();
      for (int count = buffer.getInt(); count > 0; count--) {
        RequestId id = new RequestId(buffer.getLong(), buffer.getLong());
        int size = buffer.getInt();
        Bytes result = row.slice(buffer.position(), buffer.position() + size);
        buffer.position(buffer.position() + size);
        requests.add(new Remembered(id, result));
      }
      return new WindowRow(stamp, requests);
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StorageException("a row of the request-id window is damaged: " + row, e);
    }
  }
}
