package dev.holdfast.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class EtcdTransactionTest {
  private static final byte[] HEADER = {0x0a, 2, 0x08, 1};

  @Test
  void putsAreOperationsOfItsSuccess() {
    byte[] put = EtcdMessages.putRequest("k", "v");

    assertThat(EtcdTransaction.ofPuts(List.of(put, put)))
        .containsExactly(
            0x12, 8, 0x12, 6, 0x0a, 1, 'k', 0x12, 1, 'v', //
            0x12, 8, 0x12, 6, 0x0a, 1, 'k', 0x12, 1, 'v');
  }

  @Test
  void rangesAreAnotherKindOfOperation() {
    assertThat(EtcdTransaction.ofRanges(List.of(EtcdMessages.rangeRequest("k", false))))
        .containsExactly(0x12, 5, 0x0a, 3, 0x0a, 1, 'k');
  }

  @Test
  void rangesThatHaveAPairAreCounted() {
    byte[] pair = new byte[300];
    byte[] answer = response(range(pair), range(), range(pair));

    assertThat(EtcdTransaction.pairCount(answer)).isEqualTo(2);
  }

  /** A {@code TxnResponse}: header, succeeded, and a {@code ResponseOp} each. */
  private static byte[] response(byte[]... ranges) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HEADER);
    out.writeBytes(new byte[] {0x10, 1});
    for (byte[] range : ranges) {
      ByteArrayOutputStream operation = new ByteArrayOutputStream();
      EtcdMessages.bytesField(operation, 1, range);
      EtcdMessages.bytesField(out, 3, operation.toByteArray());
    }
    return out.toByteArray();
  }

  private static byte[] range(byte[]... pairs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HEADER);
    for (byte[] pair : pairs) {
      EtcdMessages.bytesField(out, 2, pair);
    }
    return out.toByteArray();
  }
}
