package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.Bytes;
import java.nio.ByteBuffer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteOutput;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/** Hands bytes to Ratis's protobuf and back without copying them. */
final class LogBytes {
  private LogBytes() {}

  static ByteString toRatis(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.backingArray(), bytes.arrayOffset(), bytes.size());
  }

  /** The bytes themselves when they lie in one array, otherwise a copy. */
  static Bytes of(ByteString string) {
    Capture capture = new Capture();
    try {
      UnsafeByteOperations.unsafeWriteTo(string, capture);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    Bytes whole = capture.whole;
    return whole != null && whole.size() == string.size()
        ? whole
        : Bytes.wrap(string.toByteArray());
  }

  private static final class Capture extends ByteOutput {
    private @Nullable Bytes whole;

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      whole = Bytes.wrap(value, offset, length);
    }

    @Override
    public void write(byte value) {
      whole = null;
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      whole = null;
    }

    @Override
    public void write(ByteBuffer value) {
      whole = null;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      whole = null;
    }
  }
}
