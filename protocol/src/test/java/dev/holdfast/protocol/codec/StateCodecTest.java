package dev.holdfast.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import org.junit.jupiter.api.Test;

class StateCodecTest {
  @Test
  void whatIsStoredSurvivesTheRoundTrip() {
    assertThat(StateCodec.decodeTable(StateCodec.encode(Samples.TABLE))).isEqualTo(Samples.TABLE);
    assertThat(StateCodec.decodeMap(StateCodec.encode(Samples.MAP))).isEqualTo(Samples.MAP);
    for (ClusterMap.Partition partition : Samples.MAP.partitions()) {
      assertThat(StateCodec.decodePartition(StateCodec.encode(partition))).isEqualTo(partition);
    }
    for (Result result : Samples.results()) {
      assertThat(StateCodec.decodeResult(StateCodec.encode(result))).isEqualTo(result);
    }
  }

  @Test
  void junkIsCorrupt() {
    Bytes junk = Bytes.fromHex("ffffffff");
    assertThatThrownBy(() -> StateCodec.decodeTable(junk)).isInstanceOf(CorruptLogException.class);
    assertThatThrownBy(() -> StateCodec.decodeResult(Bytes.EMPTY))
        .isInstanceOf(CorruptLogException.class);
  }
}
