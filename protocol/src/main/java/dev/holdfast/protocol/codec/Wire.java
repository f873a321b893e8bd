package dev.holdfast.protocol.codec;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Bytes to messages and back without copying what they carry. */
final class Wire {
  /**
   * How deep messages nest. An expression of DynamoDB's 300 operators takes two messages for each;
   * the stack of a thread takes many times more than this.
   */
  private static final int NESTING_MAX = 1000;

  private Wire() {}

  static Bytes encode(MessageLite message) {
    return Bytes.wrap(message.toByteArray());
  }

  /** The message's byte fields are slices of {@code bytes}. */
  static <M extends MessageLite> M parse(Parser<M> parser, Bytes bytes) throws IOException {
    // only input from a ByteString is known to be immutable, and only such is aliased
    CodedInputStream input = share(bytes).newCodedInput();
    input.enableAliasing(true);
    input.setRecursionLimit(NESTING_MAX);
    M message = parser.parseFrom(input);
    input.checkLastTagWas(0);
    return message;
  }

  static ByteString share(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.backingArray(), bytes.arrayOffset(), bytes.size());
  }

  static Bytes share(ByteString bytes) {
    if (bytes.isEmpty()) {
      return Bytes.EMPTY;
    }
    SharedArray array = new SharedArray();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, array);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return array.bytes;
  }

  static ByteString item(Item item) {
    return share(item.bytes());
  }

  static Item item(ByteString bytes) {
    return Item.checked(share(bytes));
  }

  static ByteString value(EncodedValue value) {
    return share(value.bytes());
  }

  static EncodedValue value(ByteString bytes) {
    return EncodedValue.checked(share(bytes));
  }

  /** What a message without its body, or with one of a later version, ends in. */
  static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException("missing or unknown " + what);
  }

  /** Takes the array that a byte string lies in. */
  private static final class SharedArray extends ByteOutput {
    private Bytes bytes = Bytes.EMPTY;

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      bytes =
          bytes.isEmpty()
              ? Bytes.wrap(value, offset, length)
              : bytes.concat(Bytes.wrap(value, offset, length));
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      writeLazy(value.clone(), offset, length);
    }

    @Override
    public void write(byte value) {
      writeLazy(new byte[] {value}, 0, 1);
    }

    @Override
    public void write(ByteBuffer value) {
      Bytes copy = Bytes.copyOf(value);
      writeLazy(copy.backingArray(), copy.arrayOffset(), copy.size());
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      write(value);
    }
  }
}
