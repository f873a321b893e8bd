package dev.holdfast.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EtcdMessagesTest {
  @Test
  void requestsAreProtobuf() {
    assertThat(EtcdMessages.putRequest("k", "vw")).containsExactly(0x0a, 1, 'k', 0x12, 2, 'v', 'w');
    assertThat(EtcdMessages.rangeRequest("k", false)).containsExactly(0x0a, 1, 'k');
    assertThat(EtcdMessages.rangeRequest("k", true)).containsExactly(0x0a, 1, 'k', 0x38, 1);
  }

  @Test
  void valuesOf128BytesAndMoreHaveALongerLength() {
    byte[] request = EtcdMessages.putRequest("k", "v".repeat(300));

    assertThat(request).startsWith(0x0a, 1, 'k', 0x12, (byte) 0xac, 0x02, 'v').hasSize(306);
  }

  @Test
  void anAnswerHasAPairOrHasNone() {
    byte[] header = {0x0a, 2, 0x08, 1};
    byte[] pair = {0x0a, 2, 0x08, 1, 0x12, 0};

    assertThat(EtcdMessages.hasPair(header)).isFalse();
    assertThat(EtcdMessages.hasPair(pair)).isTrue();
  }
}
