package dev.holdfast.benchmarks.driver;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * etcd's {@code TxnRequest} without a comparison, which always succeeds, and its answer. Source:
 * etcd's {@code rpc.proto}.
 */
final class EtcdTransaction {
  private static final int SUCCESS = 2;
  private static final int REQUEST_RANGE = 1;
  private static final int REQUEST_PUT = 2;
  private static final int RESPONSES = 3;
  private static final int RESPONSE_RANGE = 1;
  private static final int LENGTH_DELIMITED = 2;

  private EtcdTransaction() {}

  /** Of {@code PutRequest}s. */
  static byte[] ofPuts(List<byte[]> puts) {
    return request(REQUEST_PUT, puts);
  }

  /** Of {@code RangeRequest}s. */
  static byte[] ofRanges(List<byte[]> ranges) {
    return request(REQUEST_RANGE, ranges);
  }

  /** How many of the ranges that a {@code TxnResponse} answers have a pair. */
  static int pairCount(byte[] txnResponse) {
    int count = 0;
    Fields responses = new Fields(txnResponse);
    while (responses.next()) {
      if (responses.number == RESPONSES) {
        Fields response = new Fields(responses.value());
        if (response.next()
            && response.number == RESPONSE_RANGE
            && EtcdMessages.hasPair(response.value())) {
          count++;
        }
      }
    }
    return count;
  }

  /** {@code TxnRequest}: success = 2, a {@code RequestOp} each. */
  private static byte[] request(int kind, List<byte[]> requests) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] request : requests) {
      ByteArrayOutputStream operation = new ByteArrayOutputStream(request.length + 4);
      EtcdMessages.bytesField(operation, kind, request);
      EtcdMessages.bytesField(out, SUCCESS, operation.toByteArray());
    }
    return out.toByteArray();
  }

  /** Walks over the fields of a message. */
  private static final class Fields {
    private final byte[] message;
    private int index;
    private int number;
    private int length;

    Fields(byte[] message) {
      this.message = message;
    }

    /** Moves to the next field that has bytes. */
    boolean next() {
      index += length;
      length = 0;
      while (index < message.length) {
        int tag = varint();
        int value = varint();
        if ((tag & 7) == LENGTH_DELIMITED) {
          number = tag >>> 3;
          length = value;
          return true;
        }
      }
      return false;
    }

    byte[] value() {
      return java.util.Arrays.copyOfRange(message, index, index + length);
    }

    /** The lower 32 bits of it. */
    private int varint() {
      int value = 0;
      for (int shift = 0; ; shift += 7) {
        int next = message[index++];
        value |= shift < Integer.SIZE ? (next & 0x7f) << shift : 0;
        if (next >= 0) {
          return value;
        }
      }
    }
  }
}
