package dev.holdfast.benchmarks.driver;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The messages of etcd's {@code etcdserverpb.KV} that the load needs, in protobuf by hand; of
 * several items: {@link EtcdTransaction}. Source: etcd's {@code rpc.proto}.
 */
final class EtcdMessages {
  static final MethodDescriptor<byte[], byte[]> PUT = method("Put");
  static final MethodDescriptor<byte[], byte[]> RANGE = method("Range");
  static final MethodDescriptor<byte[], byte[]> TXN = method("Txn");

  private static final int LENGTH_DELIMITED = 2;
  private static final int VARINT = 0;
  private static final int RANGE_RESPONSE_KVS = 2;

  private EtcdMessages() {}

  /** {@code PutRequest}: key = 1, value = 2. */
  static byte[] putRequest(String key, String value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.length() + value.length() + 8);
    bytesField(out, 1, key);
    bytesField(out, 2, value);
    return out.toByteArray();
  }

  /** {@code RangeRequest}: key = 1, serializable = 7 (a local read of the member that is asked). */
  static byte[] rangeRequest(String key, boolean serializable) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.length() + 8);
    bytesField(out, 1, key);
    if (serializable) {
      varint(out, (7 << 3) | VARINT);
      varint(out, 1);
    }
    return out.toByteArray();
  }

  /** Whether a {@code RangeResponse} has a key-value pair; its header is field 1, pairs field 2. */
  static boolean hasPair(byte[] rangeResponse) {
    int index = 0;
    while (index < rangeResponse.length) {
      int tag = rangeResponse[index++] & 0xff;
      if (tag >>> 3 == RANGE_RESPONSE_KVS) {
        return true;
      }
      if ((tag & 7) != LENGTH_DELIMITED) {
        return false;
      }
      index += 1 + rangeResponse[index]; // the header is shorter than 128 bytes
    }
    return false;
  }

  private static void bytesField(ByteArrayOutputStream out, int field, String text) {
    bytesField(out, field, text.getBytes(StandardCharsets.US_ASCII));
  }

  static void bytesField(ByteArrayOutputStream out, int field, byte[] bytes) {
    varint(out, (field << 3) | LENGTH_DELIMITED);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int left = value;
    while (left > 0x7f) {
      out.write((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("etcdserverpb.KV", name))
        .setRequestMarshaller(RawBytes.INSTANCE)
        .setResponseMarshaller(RawBytes.INSTANCE)
        .build();
  }

  private enum RawBytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new SizedStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("an answer of etcd broke off", e);
      }
    }
  }

  /** Tells gRPC the size, so that it does not buffer the message a second time. */
  private static final class SizedStream extends ByteArrayInputStream implements KnownLength {
    SizedStream(byte[] bytes) {
      super(bytes);
    }
  }
}
